// One scenario with the real roslib against a gateway: node check.mjs <scenario> <url> [count]. Ends with 0 if all holds.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import rosmsg from '@foxglove/rosmsg';
import serialization from '@foxglove/rosmsg-serialization';
import { WebSocket } from 'ws';

globalThis.crypto ??= webcrypto;
const { Param, Ros, Service, Topic } = await import('roslib');
const [scenario, url, count] = process.argv.slice(2);

function connect() {
  return new Promise((resolve, reject) => {
    const ros = new Ros();
    ros.on('connection', () => resolve(ros));
    ros.on('error', reject);
    ros.connect(url);
  });
}

const topic = (ros, name, messageType, more = {}) => new Topic({ ros, name, messageType, ...more });
const service = (ros, name, serviceType = '') => new Service({ ros, name, serviceType });
const next = (from, pass = () => true) => new Promise((resolve) => {
  const hear = (message) => {
    if (pass(message)) {
      from.unsubscribe(hear);
      resolve(message);
    }
  };
  from.subscribe(hear);
});
const call = (one, request) => new Promise((resolve, reject) => one.callService(request, resolve, reject));
// What a message says, in whichever form it came.
const plain = (value) => {
  if (typeof value === 'bigint') {
    return Number(value);
  }
  if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    return Array.from(value, plain);
  }
  if (value !== null && typeof value === 'object') {
    const { secs, nsecs, ...more } = value;
    return secs !== undefined ? { sec: plain(secs), nsec: plain(nsecs) }
      : Object.fromEntries(Object.entries(more).map(([key, one]) => [key, plain(one)]));
  }
  return value;
};
const ask = (ros, method, ...given) => new Promise((resolve, reject) => ros[method](...given, resolve, reject));
async function until(what, holds) {
  const end = Date.now() + 20_000;
  while (!await holds()) {
    assert.ok(Date.now() < end, `not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const scenarios = {
  async topics() {
    const ros = await connect();
    const echoed = next(topic(ros, '/echo', 'geometry_msgs/Twist'));
    topic(ros, '/cmd_vel', 'geometry_msgs/Twist').publish({ linear: { x: 0.5, y: 0, z: 0 }, angular: { x: 0, y: 0, z: -1 } });
    assert.deepEqual(await echoed, { linear: { x: 0.5, y: 0, z: 0 }, angular: { x: 0, y: 0, z: -1 } });

    for (const name of ['/kept', 'kept']) { // as the client writes it, and for one that comes late
      assert.equal((await next(topic(ros, name, 'std_msgs/String'))).data, 'still here');
    }
    assert.equal((await next(topic(await connect(), '/kept', 'std_msgs/String'))).data, 'still here');

    const json = await next(topic(ros, '/ranges', 'sensor_msgs/LaserScan'));
    assert.deepEqual(json.ranges, [1.5, null, null]);
    const other = await connect();
    const cbor = await next(topic(other, '/ranges', 'sensor_msgs/LaserScan', { compression: 'cbor' }));
    assert.deepEqual([...cbor.ranges], [1.5, Infinity, NaN]);

    const { topics, types } = await ask(ros, 'getTopics');
    assert.equal(types[topics.indexOf('/cmd_vel')], 'geometry_msgs/Twist');
    assert.ok(!topics.some((name) => name.includes('secret')), `${topics}`);
    assert.equal(await ask(ros, 'getTopicType', '/ranges'), 'sensor_msgs/LaserScan');
    assert.ok((await ask(ros, 'getTopicsForType', 'geometry_msgs/Twist')).includes('/cmd_vel'));
    const [twist] = await ask(ros, 'getMessageDetails', 'geometry_msgs/Twist');
    assert.deepEqual(twist.fieldnames, ['linear', 'angular']);
    await assert.rejects(ask(ros, 'getTopicType', '/secret'));
  },

  // As Foxglove and Lichtblick read: the definitions, and then bytes as ROS serialises them, with Foxglove's own parser and reader.
  async raw() {
    const ros = await connect();
    const { topics, types, typedefs_full_text: texts } = await ask(ros, 'getTopicsAndRawTypes');
    const typed = topics.filter((name) => name.startsWith('/raw/'));
    assert.equal(typed.length, Number(count), `${topics}`);
    for (const name of typed) {
      const type = types[topics.indexOf(name)];
      const reader = new serialization.MessageReader(rosmsg.parse(texts[topics.indexOf(name)]));
      const { secs, bytes } = await next(topic(await connect(), name, type, { compression: 'cbor-raw' }));
      assert.ok(Math.abs(Number(secs) - Date.now() / 1000) < 3600, `${name}: ${secs}`);
      const told = await next(topic(await connect(), name, type, { compression: 'cbor' }));
      assert.deepEqual(plain(reader.readMessage(bytes)), plain(told), `${name}: ${type}`);
    }

    const said = [];
    const { emit } = ros;
    ros.emit = (event, status, ...more) => {
      if (String(event).startsWith('status')) {
        said.push(`${status.level}: ${status.msg}`);
      }
      return emit.call(ros, event, status, ...more);
    };
    topic(ros, '/echo', '', { compression: 'cbor-raw' }).subscribe(() => assert.fail('bytes of no type'));
    topic(ros, '/kept', '', { compression: 'cbor-raw' }).subscribe(() => assert.fail('bytes of no ROS type'));
    await until('both are refused in words', () => said.some((line) => /^error: .*nobody has told the type of \/echo/.test(line))
      && said.some((line) => /^error: .*ROS has no type for odd, which is 'any'/.test(line)));
  },

  async refusals() {
    const ros = await connect();
    const said = [];
    const { emit } = ros;
    ros.emit = (event, status, ...more) => { // what tells of an id is an event of its own
      if (String(event).startsWith('status')) {
        said.push(`${status.level}: ${status.msg}`);
      }
      return emit.call(ros, event, status, ...more);
    };
    topic(ros, '/secret/plans', 'std_msgs/String').subscribe(() => assert.fail('a secret was told'));
    topic(ros, '/echo', 'geometry_msgs/Twist').publish({});
    topic(ros, '/cmd_vel', 'geometry_msgs/Twist').publish({ linear: { x: true } });
    ros.callOnConnection({ op: 'fly' });
    ros.callOnConnection({ op: 'subscribe', topic: '/a b' });
    await until(said, () => ['illegal name', 'secret', '/echo', 'Twist', 'fly'].every(
      (what) => said.some((line) => line.includes(what))));
    for (const expected of [/^error: subscribe: topic \/secret\/plans .* is not exposed for reading/,
      /^error: publish: topic \/echo .* is not exposed for writing/, /^error: publish: geometry_msgs\/Twist.* expected float64/,
      /^error: fly: the op 'fly' is not known/]) {
      assert.ok(said.some((line) => expected.test(line)), `${expected} in\n${said.join('\n')}`);
    }
  },

  async services() {
    const ros = await connect();
    assert.deepEqual(await call(service(ros, '/add'), { a: 2, b: 40 }), { sum: 42 });
    assert.ok((await ask(ros, 'getServices')).includes('/add'));
    await assert.rejects(call(service(ros, '/add'), { a: 'x' }), (why) => `${why}`.includes('no number'));
    await assert.rejects(call(service(ros, '/secret/open'), {}), (why) => `${why}`.includes('not exposed'));
    await assert.rejects(call(service(ros, '/nobody'), {}), (why) => `${why}`.includes('/nobody'));

    await service(ros, '/client/double').advertise((request, response) => {
      response.twice = 2 * request.one;
      return true;
    });
    const other = await connect();
    await until('the service of the other client', async () => (await ask(other, 'getServices')).includes('/client/double'));
    assert.deepEqual(await call(service(other, '/client/double'), { one: 21 }), { twice: 42 });
    ros.close();
    await until('a service goes with its client', async () => !(await ask(other, 'getServices')).includes('/client/double'));
  },

  async params() {
    const ros = await connect();
    const speed = new Param({ ros, name: '/speed' });
    const set = (value) => new Promise((resolve, reject) => speed.set(value, resolve, reject));
    const get = () => new Promise((resolve, reject) => speed.get(resolve, reject));
    for (const value of [0, false, '', { max: 1.5, steps: [1, 2] }]) {
      await set(value);
      assert.deepEqual(await get(), value);
    }
    await until('its name is told', async () => (await ask(ros, 'getParams')).includes('/speed'));
    await new Promise((resolve, reject) => speed.delete(resolve, reject));
    await until('its name is gone', async () => !(await ask(ros, 'getParams')).includes('/speed'));
    await assert.rejects(new Promise((resolve, reject) => new Param({ ros, name: '/secret' }).set(1, resolve, reject)));
  },

  // Says BEFORE, is sent away by the gateway, comes again by itself and hears the same topic again.
  async reconnect() {
    const ros = await connect();
    const clock = topic(ros, '/clock', 'std_msgs/Int64');
    let heard = 0;
    clock.subscribe(() => heard++);
    await until('the topic is heard', () => heard > 0);
    const lost = new Promise((resolve) => ros.once('close', resolve));
    console.log('BEFORE');
    await lost;
    heard = 0;
    await until('connected again', async () => {
      try {
        await new Promise((resolve, reject) => {
          ros.once('connection', resolve);
          ros.once('error', reject);
          ros.connect(url);
        });
        return true;
      } catch {
        return false;
      }
    });
    await until('the topic is heard again', () => heard > 0);
  },

  // A fast reader gets every image while another reads nothing at all.
  async images() {
    const stopped = new WebSocket(url);
    await new Promise((resolve, reject) => stopped.on('open', resolve).on('error', reject));
    stopped.send(JSON.stringify({ op: 'subscribe', topic: '/image', compression: 'cbor' }));
    stopped.send(JSON.stringify({ op: 'subscribe', topic: '/image/raw' }));
    stopped.pause();
    const ros = await connect();
    const ready = topic(ros, '/seen', 'std_msgs/Int64');
    let last = 0;
    await new Promise((resolve) => {
      topic(ros, '/image', 'sensor_msgs/Image', { compression: 'cbor', queue_length: 60 }).subscribe((image) => {
        assert.equal(Number(image.header.seq), last + 1, 'every image, in order');
        last = Number(image.header.seq);
        assert.equal(image.data.length, 1280 * 720 * 3);
        assert.equal(image.data[0], last % 251);
        assert.equal(image.data.at(-1), last % 251);
        ready.publish({ data: last });
        if (last === Number(count)) {
          resolve();
        }
      });
      ready.publish({ data: 0 });
    });
    stopped.terminate();
  },

  // A hundred readers, each of which hears every message in order.
  async crowd() {
    const readers = await Promise.all(Array.from({ length: 100 }, async () => {
      const socket = new WebSocket(url);
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      let heard = 0;
      const all = new Promise((resolve) => socket.on('message', (data) => {
        const frame = JSON.parse(data);
        if (frame.op === 'publish') {
          assert.equal(frame.msg.data, ++heard, 'every message, in order');
        }
        if (frame.op === 'service_response' || heard === Number(count)) {
          resolve();
        }
      }));
      socket.send(JSON.stringify({ op: 'subscribe', topic: '/clock', queue_length: 1000 }));
      return { socket, all, heard: () => heard };
    }));
    for (const { socket } of readers) {
      socket.send(JSON.stringify({ op: 'call_service', service: '/rosapi/topics', id: 'ready' }));
    }
    await Promise.all(readers.map((reader) => reader.all));
    const ros = await connect();
    const seen = topic(ros, '/seen', 'std_msgs/Int64');
    for (let least = 0; least < Number(count);) { // what the slowest has heard
      seen.publish({ data: least });
      await new Promise((resolve) => setTimeout(resolve, 20));
      least = Math.min(...readers.map((reader) => reader.heard()));
    }
    seen.publish({ data: Number(count) });
    await new Promise((resolve) => setTimeout(resolve, 200));
    readers.forEach(({ socket }) => socket.terminate());
  },

  // Joystick and camera on one connection that is read slowly: the small topic does not wait behind the large one.
  async mixed() {
    const socket = new WebSocket(url);
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
    socket.send(JSON.stringify({ op: 'subscribe', topic: '/image', fragment_size: 65536 }));
    socket.send(JSON.stringify({ op: 'subscribe', topic: '/joy' }));
    let within = false; // an image that has begun and not ended
    let between = 0;
    await new Promise((resolve) => {
      socket.on('message', (data) => {
        const frame = JSON.parse(data);
        if (frame.op === 'fragment') {
          within = frame.num + 1 < frame.total;
        } else if (within && ++between === 5) {
          resolve();
        }
      });
    });
    socket.terminate();
  },
};

const limit = setTimeout(() => {
  console.error(`${scenario}: not done within 50 s`);
  process.exit(2);
}, 50_000 + 100 * Number(count ?? 0));
await scenarios[scenario]();
clearTimeout(limit);
process.exit(0);
