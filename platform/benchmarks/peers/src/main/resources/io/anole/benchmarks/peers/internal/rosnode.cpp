// roscpp in the benchmark: RosNode.java says what a process of it does. Arguments: role, name.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <sstream>
#include <string>
#include <vector>

#include <geometry_msgs/Twist.h>
#include <ros/ros.h>
#include <sensor_msgs/Image.h>
#include <std_msgs/Int64.h>
#include <std_msgs/String.h>
#include <std_srvs/SetBool.h>

namespace {
using Clock = std::chrono::steady_clock;
const auto BOUND = std::chrono::seconds(10);
const auto DIRECT = ros::TransportHints().tcpNoDelay();
std::string prefix;

double seconds(Clock::time_point from) {
  return std::chrono::duration<double>(Clock::now() - from).count();
}

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::_Exit(1);
}

long every(const std::string& topic) { return topic == "image" ? 1 : 64; }

class Hearer {
 public:
  explicit Hearer(ros::NodeHandle& node) {
    ack_ = node.advertise<std_msgs::Int64>(prefix + "ack", 1000);
    pong_ = node.advertise<std_msgs::String>(prefix + "pong", 1000);
    count<std_msgs::String>(node, "text");
    count<geometry_msgs::Twist>(node, "twist");
    count<sensor_msgs::Image>(node, "image");
    const boost::function<void(const std_msgs::StringConstPtr&)> echo = [this](const std_msgs::StringConstPtr& ping) {
      pong_.publish(*ping);
    };
    ends_.push_back(node.subscribe<std_msgs::String>(prefix + "ping", 1000, echo, ros::VoidConstPtr(), DIRECT));
    const boost::function<bool(std_srvs::SetBool::Request&, std_srvs::SetBool::Response&)> answer =
        [](std_srvs::SetBool::Request& request, std_srvs::SetBool::Response& response) {
          response.success = request.data;
          return true;
        };
    service_ = node.advertiseService(prefix + "set", answer);
  }

 private:
  template <class M>
  void count(ros::NodeHandle& node, const std::string& topic) {
    const long step = every(topic);
    long heard = 0;
    const boost::function<void(const boost::shared_ptr<M const>&)> handler =
        [this, step, heard](const boost::shared_ptr<M const>&) mutable {
          ++total_;
          if (++heard % step == 0) {
            std_msgs::Int64 sum;
            sum.data = total_;
            ack_.publish(sum);
          }
        };
    ends_.push_back(node.subscribe<M>(prefix + topic, 1000, handler, ros::VoidConstPtr(), DIRECT));
  }

  ros::Publisher ack_;
  ros::Publisher pong_;
  ros::ServiceServer service_;
  std::vector<ros::Subscriber> ends_;
  long total_ = 0;
};

class Sender {
 public:
  explicit Sender(ros::NodeHandle& node) {
    out_["text"] = node.advertise<std_msgs::String>(prefix + "text", 1000);
    out_["twist"] = node.advertise<geometry_msgs::Twist>(prefix + "twist", 1000);
    out_["image"] = node.advertise<sensor_msgs::Image>(prefix + "image", 1000);
    out_["ping"] = node.advertise<std_msgs::String>(prefix + "ping", 1000);
    const boost::function<void(const std_msgs::Int64ConstPtr&)> ack = [this](const std_msgs::Int64ConstPtr& sum) {
      raise(acked_, sum->data);
    };
    const boost::function<void(const std_msgs::StringConstPtr&)> pong = [this](const std_msgs::StringConstPtr&) {
      raise(ponged_, ponged_ + 1);
    };
    acks_ = node.subscribe<std_msgs::Int64>(prefix + "ack", 1000, ack, ros::VoidConstPtr(), DIRECT);
    pongs_ = node.subscribe<std_msgs::String>(prefix + "pong", 1000, pong, ros::VoidConstPtr(), DIRECT);
    while (acks_.getNumPublishers() == 0 || pongs_.getNumPublishers() == 0 ||
           std::any_of(out_.begin(), out_.end(), [](const auto& one) { return one.second.getNumSubscribers() == 0; })) {
      ros::WallDuration(0.01).sleep();
    }
    ros::service::waitForService(prefix + "set");
  }

  void order(const std::string& line) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "flood") {
      std::string topic;
      long size;
      long window;
      long millis;
      words >> topic >> size >> window >> millis;
      if (topic == "text") {
        std_msgs::String text;
        text.data.assign(size, 'x');
        flood(topic, text, [](std_msgs::String&, long) {}, window, millis);
      } else if (topic == "twist") {
        flood(topic, geometry_msgs::Twist(), [](geometry_msgs::Twist& twist, long i) { twist.linear.x = i; }, window, millis);
      } else {
        sensor_msgs::Image image;
        image.height = 1;
        image.width = image.step = size;
        image.encoding = "mono8";
        image.data.resize(size);
        flood(topic, image, [](sensor_msgs::Image&, long) {}, window, millis);
      }
      return;
    }
    long millis;
    words >> millis;
    if (what == "ping") {
      std_msgs::String text;
      text.data.assign(20, 'x');
      trips(millis, [&] {
        const long next = ++pinged_;
        out_["ping"].publish(text);
        until(ponged_, next);
      });
      return;
    }
    ros::NodeHandle node;
    ros::ServiceClient service = node.serviceClient<std_srvs::SetBool>(prefix + "set", what == "call");
    std_srvs::SetBool call;
    call.request.data = true;
    // A call with a connection of its own fails now and then on a busy machine; who needs the answer calls again.
    trips(millis, [&] {
      for (int i = 0; !service.call(call); ++i) {
        if (i == 3) {
          fail("four calls have failed one after another");
        }
      }
    });
  }

 private:
  void raise(long& what, long to) {
    const std::lock_guard<std::mutex> hold(lock_);
    what = to;
    more_.notify_one();
  }

  void until(const long& what, long count) {
    std::unique_lock<std::mutex> hold(lock_);
    if (!more_.wait_for(hold, BOUND, [&] { return what >= count; })) {
      fail(std::to_string(count - what) + " messages did not arrive");
    }
  }

  template <class M, class Change>
  void flood(const std::string& topic, M message, Change change, long window, long millis) {
    ros::Publisher& out = out_[topic];
    const long before = sent_;
    const auto begin = Clock::now();
    while (seconds(begin) < millis / 1e3) {
      for (long i = every(topic); i > 0; --i) {
        until(acked_, sent_ - window + 1);
        change(message, sent_);
        out.publish(message);
        ++sent_;
      }
    }
    until(acked_, sent_);
    std::printf("%.1f %ld\n", (sent_ - before) / seconds(begin), sent_ - before);
  }

  void trips(long millis, const std::function<void()>& trip) {
    std::vector<double> times;
    const auto begin = Clock::now();
    while (seconds(begin) < millis / 1e3) {
      const auto now = Clock::now();
      trip();
      times.push_back(seconds(now) * 1e6);
    }
    std::sort(times.begin(), times.end());
    std::printf("%.1f %.1f\n", times[times.size() / 2], times[times.size() * 99 / 100]);
  }

  std::map<std::string, ros::Publisher> out_;
  ros::Subscriber acks_;
  ros::Subscriber pongs_;
  std::mutex lock_;
  std::condition_variable more_;
  long sent_ = 0;
  long acked_ = 0;
  long pinged_ = 0;
  long ponged_ = 0;
};
}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    fail("role and name are wanted");
  }
  const std::string role = arguments[1];
  prefix = std::string("/bench/") + arguments[2] + "/";
  ros::init(ros::M_string(), std::string(arguments[2]) + "_" + role, ros::init_options::NoSigintHandler);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  ros::NodeHandle node;
  ros::AsyncSpinner spinner(1);
  spinner.start();
  std::string line;
  if (role == "hear") {
    Hearer hearer(node);
    std::puts("ready");
    while (std::getline(std::cin, line)) {
    }
  } else {
    Sender sender(node);
    std::puts("ready");
    while (std::getline(std::cin, line)) {
      sender.order(line);
    }
  }
  std::_Exit(0);
}
