"""A client of Anole's TCP router, with nothing but the standard library of Python 3.8 or later. See python.md."""
import collections, contextlib, itertools, json, random, re, socket, struct, threading, time, traceback, urllib.parse
from concurrent import futures

HELLO, WELCOME, BYE, PING, SYNC, OK, REFUSED, SUBSCRIBE, SERVE = range(1, 10)
PUBLISH, DELIVER, ACCEPTED, DELIVERED, REQUEST, RESPONSE, REJECTED = 12, 13, 14, 15, 17, 18, 24
Message = collections.namedtuple("Message", "name type body headers source sequence time")


class AnoleError(Exception):
    """What the router, or who was called, says is wrong."""


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, layout):
        values = struct.unpack_from(">" + layout, self.data, self.at)
        self.at += struct.calcsize(">" + layout)
        return values if len(values) > 1 else values[0]

    def text(self, before=""):
        return self.take("%ds" % self.take(before + "H")).decode()

    def message(self):
        self.take("H")
        name, kind, source = self.text(), self.text(), self.text()
        sequence, stamp, _, form, count = self.take("qqqBH")
        headers = {self.text(): self.text() for _ in range(count)}
        body = self.cbor() if form == 0 else self.data[self.at:]
        return Message(name, kind, json.loads(body) if form == 1 else body, headers, source, sequence, stamp)

    def cbor(self):
        head = self.take("B")
        kind, info = head >> 5, head & 31
        if kind == 7:
            return {20: False, 21: True, 22: None}[info] if info < 23 else self.take({25: "e", 26: "f", 27: "d"}[info])
        count = info if info < 24 else None if info == 31 else self.take("BHIQ"[info - 24])
        if kind < 2:
            return -1 - count if kind else count
        if kind < 4 and count is not None:
            return self.take("%ds" % count).decode() if kind == 3 else self.take("%ds" % count)
        if kind == 6:
            return self.cbor()
        parts = []
        while self.data[self.at] != 0xFF if count is None else len(parts) < count * (kind - 3):
            parts.append(self.cbor())
        self.at += count is None
        return {2: b"".join, 3: "".join, 4: list, 5: lambda flat: dict(zip(flat[::2], flat[1::2]))}[kind](parts)


def text(value):
    return struct.pack(">H", len(value.encode())) + value.encode()


def settle(future, error=None, result=None):
    if future and not future.done():
        future.set_exception(error) if error else future.set_result(result)


class Client:
    """Connects, and comes back with all its registrations when it was cut off, until it is closed."""

    def __init__(self, url, identity, token="", tls=None):
        self.url, self.who, self.tls = urllib.parse.urlsplit(url), text(identity) + text("") + text(token), tls
        self.source, self.session, self.received = "%s/python/%d" % (identity, random.getrandbits(48)), (0, 0), 0
        self.lock, self.up, self.socket, self.why, self.closed = threading.RLock(), False, None, "it is new", False
        self.numbers, self.tokens, self.sequences = itertools.count(1), itertools.count(1), collections.Counter()
        self.registered, self.servers, self.calls, self.kept, self.last = {}, {}, {}, {}, collections.Counter()
        self.hearing, self.serving = futures.ThreadPoolExecutor(1), futures.ThreadPoolExecutor(4)
        threading.Thread(target=self._run, daemon=True).start()

    def publish(self, name, body, type=""):
        with self.lock:
            self.sequences[name] += 1
            token, done = next(self.tokens), futures.Future()
            self.kept[token] = done, self._block(name, type, self.sequences[name], body)
            self._send(PUBLISH, struct.pack(">qB", token, 0), self.kept[token][1])
        return done

    def subscribe(self, pattern, handler):
        return self._register(SUBSCRIBE, b"\1", pattern, handler)

    def serve(self, name, handler):
        self.servers[name] = handler
        return self._register(SERVE, b"", name, handler)

    def call(self, name, body, timeout=5.0):
        number, done = next(self.numbers), futures.Future()
        self.calls[number] = done
        if not self._send(REQUEST, struct.pack(">qi", number, int(timeout * 1000)), self._block(name, "", 0, body)):
            settle(done, AnoleError("not connected: %s" % self.why))
        try:
            return done.result(timeout)
        finally:
            self.calls.pop(number)

    def close(self):
        self.closed = self._send(BYE, b"\0", text("")) or True

    def _register(self, kind, flags, name, handler):
        with self.lock:
            number, ready = next(self.numbers), futures.Future()
            pattern = re.compile(re.escape(name).replace(r"/\*\*", "(/.*)?").replace(r"\*", "[^/]*"), re.DOTALL)
            self.registered[number] = kind, flags, name, pattern, handler, ready
            self._send(kind, struct.pack(">i", number), flags, text(name))
        return ready

    def _block(self, name, type, sequence, body):
        address = text(name) + text(type) + text(self.source)
        form, data = (2, body) if isinstance(body, bytes) else (1, json.dumps(body).encode())
        head = struct.pack(">H%dsqqqBH" % len(address), len(address), address, sequence, time.time_ns(), 0, form, 0)
        return head + data

    def _send(self, kind, *parts):
        with self.lock, contextlib.suppress(OSError):  # who reads the socket notices it too, and connects again
            if self.up or kind == HELLO:
                self.socket.sendall(struct.pack(">iB", sum(map(len, parts)) + 1, kind) + b"".join(parts))
                return True

    def _run(self):
        while not self.closed:
            try:
                with self._connect() as self.socket, self.socket.makefile("rb") as stream:
                    self._send(HELLO, struct.pack(">iHqqq", 0x414E4F4C, 1, *self.session, self.received), self.who)
                    while True:
                        data = stream.read(struct.unpack(">i", stream.read(4))[0])
                        self._frame(data[0], Reader(data[1:]), self.socket)
            except (OSError, AnoleError, struct.error) as broken:
                self.why, self.up = broken, False
            for done in list(self.calls.values()):
                settle(done, AnoleError("the connection was lost: %s" % self.why))
            time.sleep(random.uniform(0.05, 0.5))

    def _connect(self):
        unix, address = self.url.scheme == "unix", (self.url.hostname, self.url.port)
        sock = socket.socket(socket.AF_UNIX) if unix else socket.create_connection(address, 5)
        sock.connect(self.url.path) if unix else sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.tls.wrap_socket(sock, server_hostname=self.url.hostname) if self.url.scheme == "tls" else sock

    def _frame(self, kind, r, sock):
        if kind == WELCOME:
            self._welcome(sock, *r.take("HBqqqii"))
        elif kind == BYE:
            raise AnoleError(r.text("x"))
        elif kind in (OK, REFUSED):
            settle(self.registered.get(r.take("i"), [None])[-1], AnoleError(r.text("x")) if kind == REFUSED else None)
        elif kind == DELIVER:
            token, number = r.take("qi")
            self.received = max(self.received, token)
            self.hearing.submit(self._hear, self.session, token, number, r.message())
        elif kind in (ACCEPTED, DELIVERED):
            for first, count in struct.iter_unpack(">qi", r.data):
                for token in range(first, first + count):
                    settle((self.kept.get if kind == ACCEPTED else self.kept.pop)(token, [None])[0])
        elif kind == REJECTED:
            settle(self.kept.pop(r.take("q"), [None])[0], AnoleError(r.text("x")))
        elif kind == REQUEST:
            self.serving.submit(self._answer, sock, r.take("qi")[0], r.message())
        elif kind == RESPONSE:
            done, status = self.calls.get(r.take("q")), r.take("B")
            error = AnoleError(("%s: %s" % (r.text(), r.text())).lstrip(": ")) if status else None
            settle(done, error, error or r.message().body)

    def _welcome(self, sock, _, flags, __, high, low, beat, ___):
        with self.lock:
            self.up, self.session, self.received = True, (high, low), self.received if flags & 1 else 0
            for number, (kind, flag, name, _, _, ready) in self.registered.items():
                restored = b"\5" if kind == SUBSCRIBE and ready.done() else flag
                self._send(kind, struct.pack(">i", number), restored, text(name))
            self._send(SYNC, struct.pack(">iB", next(self.numbers), 1))
            self.received and self._send(DELIVERED, struct.pack(">qi", 1, self.received))
            for token, (_, block) in list(self.kept.items()):
                self._send(PUBLISH, struct.pack(">qB", token, 0), block)
        sock.settimeout(beat * 0.003)
        threading.Thread(target=self._beat, args=(sock, beat * 0.001), daemon=True).start()

    def _beat(self, sock, seconds):
        while self.socket is sock and self._send(PING):
            time.sleep(seconds)

    def _answer(self, sock, number, m):
        try:
            reply = b"\0" + self._block(m.name, "", 0, self.servers[m.name](m))
        except Exception as error:
            reply = b"\1" + text(type(error).__name__) + text(str(error)) + text("")
        self.socket is sock and self._send(RESPONSE, struct.pack(">q", number), reply)

    def _hear(self, session, token, only, m):
        if not m.sequence or m.sequence > self.last[m.source, m.name]:
            self.last[m.source, m.name] = m.sequence
            for number, (kind, _, _, pattern, handler, _) in list(self.registered.items()):
                if kind == SUBSCRIBE and (number == only if only else pattern.fullmatch(m.name)):
                    try:
                        handler(m)
                    except Exception:
                        traceback.print_exc()
        token and session == self.session and self._send(DELIVERED, struct.pack(">qi", token, 1))
