// A node of roscpp that says again what it hears, answers a service and calls one.
#include <functional>
#include <string>
#include <vector>

#include <geometry_msgs/PoseArray.h>
#include <geometry_msgs/Twist.h>
#include <nav_msgs/Odometry.h>
#include <ros/ros.h>
#include <sensor_msgs/Image.h>
#include <sensor_msgs/LaserScan.h>
#include <std_msgs/Duration.h>
#include <std_msgs/String.h>
#include <std_msgs/Time.h>
#include <std_srvs/SetBool.h>
#include <std_srvs/Trigger.h>

// What genmsg makes of a message that is installed nowhere.
namespace seen_msgs {
struct Thing {
  uint64_t big = 0;
  std::vector<std::string> names;
  boost::array<double, 3> point{};
  ros::Duration span;
  boost::shared_ptr<std::map<std::string, std::string>> __connection_header;
};
}  // namespace seen_msgs

namespace ros {
namespace message_traits {
template <>
struct MD5Sum<seen_msgs::Thing> {
  static const char* value() { return "3e7506add46b5b90251814dc879da136"; }
  static const char* value(const seen_msgs::Thing&) { return value(); }
};
template <>
struct DataType<seen_msgs::Thing> {
  static const char* value() { return "seen_msgs/Thing"; }
  static const char* value(const seen_msgs::Thing&) { return value(); }
};
template <>
struct Definition<seen_msgs::Thing> {
  static const char* value() { return "uint64 big\nstring[] names\nfloat64[3] point\nduration span\n"; }
  static const char* value(const seen_msgs::Thing&) { return value(); }
};
}  // namespace message_traits
namespace serialization {
template <>
struct Serializer<seen_msgs::Thing> {
  template <typename Stream, typename T>
  static void allInOne(Stream& stream, T thing) {
    stream.next(thing.big);
    stream.next(thing.names);
    stream.next(thing.point);
    stream.next(thing.span);
  }
  ROS_DECLARE_ALLINONE_SERIALIZER
};
}  // namespace serialization
}  // namespace ros

namespace {
std::vector<ros::Subscriber> ins;
std::vector<ros::Publisher> outs;

template <class M>
void echo(ros::NodeHandle& node, const std::string& topic) {
  ros::Publisher out = node.advertise<M>("/cpp/out/" + topic, 10, true);
  const boost::function<void(const boost::shared_ptr<M const>&)> again = [out](const boost::shared_ptr<M const>& message) {
    out.publish(*message);
  };
  outs.push_back(out);
  ins.push_back(node.subscribe<M>("/cpp/in/" + topic, 10, again));
}
}  // namespace

int main(int count, char** arguments) {
  ros::init(count, arguments, "cpp");
  ros::NodeHandle node;
  echo<std_msgs::String>(node, "text");
  echo<geometry_msgs::Twist>(node, "twist");
  echo<sensor_msgs::Image>(node, "image");
  echo<sensor_msgs::LaserScan>(node, "scan");
  echo<geometry_msgs::PoseArray>(node, "poses");
  echo<std_msgs::Time>(node, "time");
  echo<std_msgs::Duration>(node, "span");
  echo<nav_msgs::Odometry>(node, "odometry");
  echo<seen_msgs::Thing>(node, "thing");
  seen_msgs::Thing thing;
  thing.big = 1;
  outs.back().publish(thing);
  const boost::function<bool(std_srvs::SetBool::Request&, std_srvs::SetBool::Response&)> answer =
      [](std_srvs::SetBool::Request& request, std_srvs::SetBool::Response& response) {
        std_srvs::Trigger back;
        response.success = request.data && ros::service::call("/here/trigger", back) && back.response.success;
        response.message = "back: " + back.response.message;
        return true;
      };
  ros::ServiceServer service = node.advertiseService("/cpp/set", answer);
  ros::AsyncSpinner spinner(2);
  spinner.start();
  std::puts("READY");
  std::fflush(stdout);
  ros::waitForShutdown();
}
