'use strict';

// The page of the teleop process: shows what it hears by server-sent events, and while a key or the stick is held repeats
// the command ten times a second. Silence stops the robot, so letting go, losing the window and losing the link all do.

(() => {
  const REPEAT_MS = 100;
  const STALE_MS = 1000;
  const LOST_MS = 3000;
  const RETRY_MS = 1500;
  const POST_TIMEOUT_MS = 1000;
  const DRIFT_MS = 0.2;       // that two clocks may drift apart from one beat to the next

  const element = id => document.getElementById(id);
  const canvas = element('world');
  const stick = element('stick');
  const knob = element('knob');
  const paceInput = element('pace');
  const hint = element('hint');

  // ---- what is known

  const seen = { walls: [], radius: 0.18, pose: null, scan: null, trail: [] };
  let limits = { linear: 0, angular: 0 };
  let heard = -Infinity;      // when anything came, and when odometry came
  let heardPose = -Infinity;
  let ahead = -Infinity;      // the robot's clock is ahead of this one by no less, in ms

  const number = value => typeof value === 'number' && Number.isFinite(value);

  const handlers = {
    limits(body) { limits = body; },
    beat(body) { ahead = Math.max(ahead - DRIFT_MS, body.clock - performance.now()); },
    world(body) {
      const walls = Array.isArray(body.walls) ? body.walls : [];
      seen.walls = walls.filter(wall => Array.isArray(wall) && wall.length === 4 && wall.every(number));
      if (number(body.radius) && body.radius > 0) {
        seen.radius = body.radius;
      }
    },
    pose(body) {
      heardPose = performance.now() - body.age;
      const last = seen.trail[seen.trail.length - 1];
      const moved = last ? Math.hypot(body.x - last.x, body.y - last.y) : Infinity;
      if (moved > 1 && last) {
        seen.trail.length = 0;      // it was put elsewhere
      }
      if (moved > 0.04) {
        seen.trail.push({ x: body.x, y: body.y });
        if (seen.trail.length > 500) {
          seen.trail.shift();
        }
      }
      seen.pose = body;
      element('speed').textContent = `${body.speed.toFixed(2)} m/s`;
      element('turn').textContent = `${Math.round(body.turn * 180 / Math.PI)} °/s`;
      element('pose').textContent = `${body.x.toFixed(2)}, ${body.y.toFixed(2)}`;
    },
    scan(body) { seen.scan = body; },
    battery(body) {
      const charge = number(body.charge) ? `${Math.round(body.charge * 100)} %` : '–';
      element('battery').textContent = body.charging ? `${charge} ⚡` : charge;
    }
  };

  // ---- hearing

  let source = null;
  let retry = 0;

  function listen() {
    source = new EventSource('teleop/events');
    source.onopen = () => { ahead = -Infinity; };
    for (const [kind, handler] of Object.entries(handlers)) {
      source.addEventListener(kind, event => {
        heard = performance.now();
        handler(JSON.parse(event.data));
        redraw();
      });
    }
    source.onerror = () => {
      // The browser tries again by itself unless it was refused.
      release();
      if (source.readyState === EventSource.CLOSED && !retry) {
        retry = setTimeout(() => { retry = 0; listen(); }, RETRY_MS);
      }
      look();
    };
  }

  function look() {
    const now = performance.now();
    let link = 'live';
    if (!source || source.readyState !== EventSource.OPEN || now - heard > LOST_MS) {
      link = heard === -Infinity ? 'connecting' : 'lost';
    } else if (now - heardPose > STALE_MS) {
      link = 'stale';
    }
    if (document.body.dataset.link !== link) {
      document.body.dataset.link = link;
      element('link').textContent = link === 'lost' ? 'no connection' : link;
      if (link === 'lost') {
        release();
      }
      redraw();
    }
  }

  // ---- commanding

  const held = new Set();
  const drag = { pointer: null, x: 0, y: 0 };
  let under = false;          // a request is under way
  let moving = false;         // a command other than stop was sent since the last stop was confirmed

  const keys = {
    ArrowUp: 'up', KeyW: 'up', ArrowDown: 'down', KeyS: 'down',
    ArrowLeft: 'left', KeyA: 'left', ArrowRight: 'right', KeyD: 'right'
  };

  function wanted() {
    const on = name => held.has(name) ? 1 : 0;
    const pace = paceInput.valueAsNumber / 100;
    const forward = drag.pointer === null ? on('up') - on('down') : -drag.y;
    const left = drag.pointer === null ? on('left') - on('right') : -drag.x;
    return { linear: forward * pace * limits.linear, angular: left * pace * limits.angular };
  }

  // With when it was given, by the robot's clock: what is held up on its way is not to move it later.
  async function post(path, body) {
    const given = Math.floor(performance.now() + ahead);
    const response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(Number.isFinite(given) ? { ...body, given } : body),
      signal: AbortSignal.timeout(POST_TIMEOUT_MS)
    });
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      throw new Error(answer.error || `refused (${response.status})`);
    }
  }

  function tell(text) {
    hint.textContent = text;
    hint.hidden = !text;
  }

  // One request at a time, so that no command overtakes the stop that follows it.
  async function tick() {
    const command = wanted();
    const drive = Number.isFinite(ahead) && (command.linear !== 0 || command.angular !== 0);
    if (under || !drive && !moving) {
      return;
    }
    under = true;
    try {
      if (drive) {
        moving = true;
        await post('teleop/velocity', command);
      } else {
        await post('teleop', { command: 'stop' });
        moving = false;
      }
      tell('');
    } catch (error) {
      tell(error.name === 'TimeoutError' || error instanceof TypeError ? 'the robot does not answer' : error.message);
      if (!drive) {
        moving = false;       // it could not be told; by now silence has stopped it
      }
    } finally {
      under = false;
    }
    const now = wanted();
    if (moving && now.linear === 0 && now.angular === 0) {
      tick();
    }
  }

  function release() {
    held.clear();
    drag.pointer = null;
    drag.x = 0;
    drag.y = 0;
    knob.style.transform = '';
    stick.classList.remove('held');
    if (moving) {
      tick();
    }
  }

  // At once, beside a request under way, and once more after it.
  function stop() {
    release();
    moving = true;
    post('teleop', { command: 'stop' }).catch(() => tell('the robot does not answer'));
    tick();
  }

  addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.code === 'Space' || event.code === 'Escape') {
      event.preventDefault();
      if (!event.repeat) {
        stop();
      }
    } else if (keys[event.code] && document.activeElement !== paceInput) {
      event.preventDefault();
      if (!event.repeat) {
        held.add(keys[event.code]);
        tick();
      }
    }
  });
  addEventListener('keyup', event => {
    if (held.delete(keys[event.code])) {
      tick();
    }
  });
  addEventListener('blur', release);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      release();
    }
  });
  addEventListener('pagehide', () => {
    if (moving) {
      navigator.sendBeacon('teleop', 'stop');
    }
  });
  // Nothing else reacts while the controls are under a finger.
  for (const type of ['contextmenu', 'dblclick', 'gesturestart']) {
    document.addEventListener(type, event => event.preventDefault());
  }

  function dragTo(event) {
    const box = stick.getBoundingClientRect();
    const reach = box.width / 2 - knob.offsetWidth / 3;
    let x = (event.clientX - box.left - box.width / 2) / reach;
    let y = (event.clientY - box.top - box.height / 2) / reach;
    const length = Math.hypot(x, y);
    if (length > 1) {
      x /= length;
      y /= length;
    }
    knob.style.transform = `translate(${x * reach}px, ${y * reach}px)`;
    drag.x = Math.abs(x) < 0.08 ? 0 : x;
    drag.y = Math.abs(y) < 0.08 ? 0 : y;
  }

  stick.addEventListener('pointerdown', event => {
    if (drag.pointer !== null) {
      return;
    }
    event.preventDefault();
    stick.setPointerCapture(event.pointerId);
    drag.pointer = event.pointerId;
    stick.classList.add('held');
    dragTo(event);
    tick();
  });
  stick.addEventListener('pointermove', event => {
    if (event.pointerId === drag.pointer) {
      dragTo(event);
    }
  });
  for (const type of ['pointerup', 'pointercancel', 'lostpointercapture']) {
    stick.addEventListener(type, event => {
      if (event.pointerId === drag.pointer) {
        release();
      }
    });
  }

  element('stop').addEventListener('pointerdown', event => {
    event.preventDefault();
    stop();
  });
  element('stop').addEventListener('click', event => {
    if (event.detail === 0) {
      stop();                 // from the keyboard or a screen reader; pointers have stopped it already
    }
  });
  paceInput.addEventListener('input', () => { element('paceText').textContent = `${paceInput.value} %`; });
  paceInput.addEventListener('change', () => paceInput.blur());

  // ---- drawing

  const context = canvas.getContext('2d');
  let drawing = false;

  function redraw() {
    if (!drawing) {
      drawing = true;
      requestAnimationFrame(() => { drawing = false; draw(); });
    }
  }

  function bounds() {
    if (seen.walls.length) {
      const xs = seen.walls.flatMap(wall => [wall[0], wall[2]]);
      const ys = seen.walls.flatMap(wall => [wall[1], wall[3]]);
      return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
    }
    const { x, y } = seen.pose || { x: 0, y: 0 };
    return [x - 4, y - 3, x + 4, y + 3];
  }

  function draw() {
    const style = getComputedStyle(document.documentElement);
    const colour = name => style.getPropertyValue(name);
    const link = document.body.dataset.link;
    const alive = colour(link === 'live' ? '--live' : link === 'lost' ? '--lost' : '--stale');
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth;
    const height = canvas.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const [left, bottom, right, top] = bounds();
    const margin = 24;
    const scale = Math.min((width - margin) / (right - left || 1), (height - margin) / (top - bottom || 1));
    // Metres from here on, y upwards.
    context.setTransform(ratio * scale, 0, 0, -ratio * scale,
      ratio * (width / 2 - scale * (left + right) / 2), ratio * (height / 2 + scale * (bottom + top) / 2));
    context.clearRect(left - width, bottom - height, right - left + 2 * width, top - bottom + 2 * height);
    const pixel = 1 / scale;
    context.lineJoin = context.lineCap = 'round';

    context.strokeStyle = colour('--grid');
    context.lineWidth = pixel;
    context.beginPath();
    const step = 10 ** Math.max(0, Math.ceil(Math.log10((right - left) / 20)));
    for (let x = Math.ceil(left / step) * step; x <= right; x += step) {
      context.moveTo(x, bottom);
      context.lineTo(x, top);
    }
    for (let y = Math.ceil(bottom / step) * step; y <= top; y += step) {
      context.moveTo(left, y);
      context.lineTo(right, y);
    }
    context.stroke();

    if (seen.trail.length > 1) {
      context.strokeStyle = colour('--trail');
      context.lineWidth = 3 * pixel;
      context.beginPath();
      seen.trail.forEach(point => context.lineTo(point.x, point.y));
      context.stroke();
    }
    const points = scanned();
    context.fillStyle = colour('--beam');
    context.beginPath();
    points.forEach(point => context.lineTo(point.x, point.y));
    context.fill();

    context.strokeStyle = colour('--wall');
    context.lineWidth = 4 * pixel;
    context.beginPath();
    for (const [x1, y1, x2, y2] of seen.walls) {
      context.moveTo(x1, y1);
      context.lineTo(x2, y2);
    }
    context.stroke();
    context.fillStyle = colour('--scan');
    const dot = 3.2 * pixel;
    points.filter(point => point.hit).forEach(point => context.fillRect(point.x - dot / 2, point.y - dot / 2, dot, dot));
    if (seen.pose) {
      drawRobot(alive, colour('--card'), pixel);
    }
  }

  function scanned() {
    const scan = seen.scan;
    return !scan ? [] : scan.ranges.map((millimetres, i) => {
      const range = millimetres < 0 ? scan.farthest : millimetres / 1000;
      const angle = scan.heading + scan.angle + i * scan.increment;
      return { x: scan.x + range * Math.cos(angle), y: scan.y + range * Math.sin(angle), hit: millimetres >= 0 };
    });
  }

  function drawRobot(fill, mark, pixel) {
    const { x, y, heading } = seen.pose;
    const radius = Math.max(seen.radius, 6 * pixel);
    context.save();
    context.translate(x, y);
    context.rotate(heading);
    context.fillStyle = fill;
    context.beginPath();
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = mark;
    context.beginPath();
    context.moveTo(0.75 * radius, 0);
    context.lineTo(-0.45 * radius, 0.5 * radius);
    context.lineTo(-0.2 * radius, 0);
    context.lineTo(-0.45 * radius, -0.5 * radius);
    context.fill();
    context.restore();
  }

  new ResizeObserver(redraw).observe(canvas);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw);
  setInterval(tick, REPEAT_MS);
  setInterval(look, 200);
  listen();
})();
