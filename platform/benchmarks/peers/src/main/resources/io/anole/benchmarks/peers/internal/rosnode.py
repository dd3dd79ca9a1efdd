"""rospy in the benchmark: RosNode.java says what a process of it does. Arguments: role, name."""
import sys
import threading
import time

import rospy
from geometry_msgs.msg import Twist
from sensor_msgs.msg import Image
from std_msgs.msg import Int64, String
from std_srvs.srv import SetBool, SetBoolResponse

TYPES = {'text': String, 'twist': Twist, 'image': Image}
EVERY = {'text': 64, 'twist': 64, 'image': 1}
BOUND = 10
role, name = sys.argv[1:3]


def topic(last):
    return '/bench/%s/%s' % (name, last)


def publisher(last, kind):
    return rospy.Publisher(topic(last), kind, queue_size=1000, tcp_nodelay=True)


def subscriber(last, kind, handler):
    return rospy.Subscriber(topic(last), kind, handler, tcp_nodelay=True,
                            buff_size=4 << 20 if kind is Image else 65536)


def say(*words):
    print(*words, flush=True)


def hear():
    ack = publisher('ack', Int64)
    pong = publisher('pong', String)
    total = [0]
    lock = threading.Lock()

    def counter(every):
        count = [0]

        def heard(message):
            count[0] += 1
            with lock:
                total[0] += 1
            if count[0] % every == 0:
                ack.publish(total[0])
        return heard

    for last, kind in TYPES.items():
        subscriber(last, kind, counter(EVERY[last]))
    subscriber('ping', String, pong.publish)
    rospy.Service(topic('set'), SetBool, lambda request: SetBoolResponse(request.data, ''))
    say('ready')
    sys.stdin.read()


class Sender:
    def __init__(self):
        self.sent = 0
        self.acked = 0
        self.more = threading.Condition()
        self.pong = threading.Event()
        self.out = {last: publisher(last, kind) for last, kind in TYPES.items()}
        self.ping_out = publisher('ping', String)
        heard = [subscriber('ack', Int64, self.ack), subscriber('pong', String, lambda message: self.pong.set())]
        while any(one.get_num_connections() == 0 for one in list(self.out.values()) + [self.ping_out] + heard):
            time.sleep(0.01)
        rospy.wait_for_service(topic('set'))

    def ack(self, message):
        with self.more:
            self.acked = message.data
            self.more.notify()

    def until(self, count):
        with self.more:
            if not self.more.wait_for(lambda: self.acked >= count, BOUND):
                raise SystemExit('%d messages did not arrive' % (count - self.acked))

    def flood(self, last, size, window, millis):
        size = int(size)
        window = int(window)
        if last == 'text':
            message = String('x' * size)
        elif last == 'twist':
            message = Twist()
        else:
            message = Image(height=1, width=size, step=size, encoding='mono8', data=bytes(size))
        out = self.out[last]
        before = self.sent
        begin = time.perf_counter()
        while time.perf_counter() - begin < int(millis) / 1000:
            for _ in range(EVERY[last]):
                if self.sent - self.acked >= window:
                    self.until(self.sent - window + 1)
                if last == 'twist':
                    message.linear.x = self.sent
                out.publish(message)
                self.sent += 1
        self.until(self.sent)
        count = self.sent - before
        say('%.1f' % (count / (time.perf_counter() - begin)), count)

    def ping(self):
        self.pong.clear()
        self.ping_out.publish('x' * 20)
        if not self.pong.wait(BOUND):
            raise SystemExit('no answer')

    def trips(self, trip, millis):
        times = []
        begin = now = time.perf_counter()
        while now - begin < int(millis) / 1000:
            trip()
            then = time.perf_counter()
            times.append(then - now)
            now = then
        times.sort()
        say('%.1f' % (times[len(times) // 2] * 1e6), '%.1f' % (times[len(times) * 99 // 100] * 1e6))

    def order(self, what, *rest):
        if what == 'flood':
            self.flood(*rest)
        elif what == 'ping':
            self.trips(self.ping, *rest)
        else:
            service = rospy.ServiceProxy(topic('set'), SetBool, persistent=what == 'call')
            self.trips(lambda: service(True), *rest)
            service.close()


rospy.init_node('%s_%s' % (name, role), disable_signals=True)
if role == 'hear':
    hear()
else:
    sender = Sender()
    say('ready')
    for line in sys.stdin:
        sender.order(*line.split())
rospy.signal_shutdown('done')
