'use strict';

// The page "Live change": asks for its state each second and changes only what is different, so that focus, selection and opened
// details stay. What comes from the robot gets into the page as text, never as HTML.

(() => {
  const PERIOD_MS = 1000;
  const TIMEOUT_MS = 10000;

  const element = id => document.getElementById(id);
  const page = element('anole-changes');
  // Not relative to the page's own address, which may hold the password.
  const root = new URL(page.dataset.root, location.origin).href;

  // ---- changing as little as possible

  function text(node, value) {
    if (node.textContent !== value) {
      node.textContent = value;
    }
  }

  function mark(node, value) {
    if (node.dataset.state !== value) {
      node.dataset.state = value;
    }
  }

  function hide(node, hidden) {
    if (node.hidden !== hidden) {
      node.hidden = hidden;
    }
  }

  // One child for each item, in their order. A child that stays is not moved, since that would take the focus from it.
  function sync(parent, items, key, create, update) {
    const wanted = new Set(items.map(key));
    const there = new Map();
    for (const child of [...parent.children]) {
      if (wanted.has(child.dataset.key)) {
        there.set(child.dataset.key, child);
      } else {
        child.remove();
      }
    }
    let at = parent.firstElementChild;
    for (const item of items) {
      let child = there.get(key(item));
      if (!child) {
        child = create(item);
        child.dataset.key = key(item);
      }
      if (child === at) {
        at = at.nextElementSibling;
      } else {
        parent.insertBefore(child, at);
      }
      update(child, item);
    }
  }

  const NONE = ' ';

  // Rows of cells; each column sets its cell. A line in words stands where there is none.
  function rows(body, items, key, columns) {
    const shown = items.length || !body.dataset.none ? items : [null];
    sync(body, shown, item => item ? key(item) : NONE, item => {
      const row = document.createElement('tr');
      row.className = item ? '' : 'none';
      for (const column of item ? columns : [null]) {
        const cell = document.createElement(column && column.head ? 'th' : 'td');
        if (!column) {
          cell.colSpan = columns.length;
          cell.textContent = body.dataset.none;
        } else if (column.head) {
          cell.scope = 'row';
        }
        if (column && column.style) {
          cell.className = column.style;
        }
        row.append(cell);
      }
      return row;
    }, (row, item) => {
      if (item) {
        columns.forEach((column, i) => column.set(row.cells[i], item));
      }
    });
  }

  const plain = (of, more) => ({ set: (cell, item) => text(cell, of(item)), ...more });
  const state = of => ({ set: (cell, item) => { text(cell, of(item)); mark(cell, of(item)); } });
  const count = (of, some = 'some') => ({
    style: 'number', set: (cell, item) => { text(cell, String(of(item))); mark(cell, of(item) ? some : 'none'); }
  });

  function when(iso) {
    const time = new Date(iso);
    const two = number => String(number).padStart(2, '0');
    return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} `
      + `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  }

  // ---- asking and telling

  async function post(path, parameters) {
    let response;
    try {
      response = await fetch(`${root}/${path}`, {
        method: 'POST', body: new URLSearchParams(parameters), signal: AbortSignal.timeout(TIMEOUT_MS)
      });
    } catch (error) {
      throw new Error('the robot does not answer: it is not known whether this was done');
    }
    if (!response.ok) {
      throw new Error((await response.text()).trim());
    }
    soon();
  }

  // Whether it was done; if not, the reason is told there.
  async function act(refusal, path, parameters) {
    text(refusal, '');
    try {
      await post(path, parameters);
      return true;
    } catch (error) {
      text(refusal, error.message);
      return false;
    }
  }

  // Whether the user wants it; the answer that changes nothing has the focus.
  function confirmed(question, consequence, yes) {
    const dialog = element('confirm');
    text(element('question'), question);
    text(element('consequence'), consequence);
    text(element('yes'), yes);
    dialog.returnValue = 'no';
    dialog.showModal();
    return new Promise(resolve => {
      dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    });
  }

  // ---- emergency stop

  let seen = '';

  function safety(now) {
    seen = now.seen;
    const own = now.stops.some(stop => stop.own);
    const others = now.stops.some(stop => !stop.own);
    mark(element('safety'), now.stops.length ? 'stopped' : 'free');
    hide(element('no-stop'), now.stops.length > 0);
    hide(element('stop-form'), own);
    hide(element('resets'), !now.stops.length);
    hide(element('reset'), !own);
    hide(element('reset-all'), !others);
    sync(element('stops'), now.stops, stop => `${stop.bus}/${stop.by}/${stop.since}`, () => {
      const line = document.createElement('li');
      line.append(document.createElement('strong'), document.createElement('span'));
      return line;
    }, (line, stop) => {
      text(line.firstChild, `EMERGENCY STOP: ${stop.reason}`);
      text(line.lastChild, `since ${when(stop.since)}, by ${stop.own ? `this runtime (${stop.by}), on all buses`
        : `${stop.by} on bus ${stop.bus}`}`);
    });
    if (document.activeElement?.closest('#safety [hidden]')) {
      element('safety-title').focus();      // and not nowhere; nothing can be pressed there by pressing once more
    }
  }

  async function reset(others) {
    const held = seen;          // what the user has seen, not what comes while he thinks
    const question = others ? 'Reset all emergency stops, those of others too?' : 'Reset the emergency stop of this runtime?';
    const consequence = others ? 'Who is still there puts his up again. From then on new commands move the robot.'
      : 'From then on new commands move the robot.';
    if (await confirmed(question, consequence, 'Reset')) {
      await act(element('safety-refusal'), 'safety/reset', { seen: held, others: String(others) });
    }
  }

  element('stop-form').addEventListener('submit', async event => {
    event.preventDefault();
    if (await act(element('safety-refusal'), 'safety/stop', { reason: element('reason').value })) {
      element('reason').value = '';
    }
  });
  element('reset').addEventListener('click', () => reset(false));
  element('reset-all').addEventListener('click', () => reset(true));

  // ---- buses and swaps

  const busColumns = [
    plain(bus => bus.name, { head: true }), plain(bus => bus.provider), state(bus => bus.link), plain(bus => bus.detail)
  ];

  const swapColumns = [
    plain(swap => when(swap.started), { head: true }),
    plain(swap => `${swap.from || '–'} → ${swap.to}`, { style: 'word' }),
    state(swap => swap.outcome),
    plain(swap => swap.cause),
    plain(swap => `${swap.blackout_ms.toFixed(1)} ms`, { style: 'number' }),
    count(swap => swap.held), count(swap => swap.resent), count(swap => swap.lost, 'bad'),
    count(swap => swap.duplicates), count(swap => swap.expired),
    plain(swap => swap.reason),
    { set: steps }
  ];

  // A report never changes, so its steps are written once.
  function steps(cell, swap) {
    if (cell.firstChild || !swap.steps.length) {
      return;
    }
    const details = document.createElement('details');
    const summary = document.createElement('summary');
    const all = swap.steps.reduce((sum, step) => sum + step.ms, 0);
    summary.textContent = `${swap.steps.length} in ${all.toFixed(1)} ms`;
    const list = document.createElement('ol');
    for (const step of swap.steps) {
      const line = document.createElement('li');
      line.textContent = `${step.name}: ${step.ms.toFixed(2)} ms`;
      list.append(line);
    }
    details.append(summary, list);
    cell.append(details);
  }

  function buses(now) {
    rows(element('bus-rows'), now, bus => bus.name, busColumns);
    sync(element('swaps'), now, bus => bus.name, bus => {
      const table = element('swap-table').content.firstElementChild.cloneNode(true);
      table.querySelector('caption').textContent = `Swaps of bus ${bus.name}, the newest first`;
      table.setAttribute('aria-label', `Swaps of bus ${bus.name}`);
      return table;
    }, (table, bus) => rows(table.querySelector('tbody'), bus.swaps, swap => swap.started, swapColumns));
  }

  // ---- deploys

  const fileColumns = [
    plain(file => file.file, { head: true }), state(file => file.state), plain(file => file.bundle), plain(file => file.version),
    plain(file => file.detail), { set: former }
  ];

  const historyColumns = [
    plain(outcome => when(outcome.time), { head: true }), state(outcome => outcome.result), plain(outcome => outcome.what),
    plain(outcome => outcome.changes.join('\n')), plain(outcome => outcome.reason), plain(outcome => outcome.who)
  ];

  function former(cell, file) {
    sync(cell, file.former.map(version => ({ version, file })), item => item.version, item => {
      const button = document.createElement('button');
      button.type = 'button';
      button.addEventListener('click', () => rollback(file.bundle, item.version));
      return button;
    }, (button, item) => {
      text(button, `Back to ${item.version} …`);
      button.setAttribute('aria-label', `Bring ${item.version} of ${item.file.bundle} back`);
    });
  }

  async function rollback(bundle, version) {
    const consequence = 'It is planned, tried out and watched like any deploy; if it is not good, the present version runs on.';
    if (await confirmed(`Bring version ${version} of ${bundle} back?`, consequence, 'Roll back')) {
      await act(element('deploys-refusal'), 'deploys/rollback', { bundle, version });
    }
  }

  function deploys(now) {
    text(element('directory'), now.directory);
    text(element('rollback'), now.rollback.text);
    mark(element('rollback'), now.rollback.state);
    rows(element('file-rows'), now.files, file => `${file.file}/${file.bundle}`, fileColumns);
    rows(element('history-rows'), now.history, outcome => String(outcome.id), historyColumns);
  }

  // ---- looking again and again

  const parts = { safety, buses, deploys };
  let tag = '';
  let timer = 0;
  let looking = false;
  let again = false;

  function show(now) {
    for (const [name, part] of Object.entries(parts)) {
      hide(element(name), !now[name]);
      if (now[name]) {
        part(now[name]);
      }
    }
    sync(element('missing'), now.missing, line => line, () => document.createElement('li'), text);
  }

  function contact(line, fresh) {
    text(element('contact'), line);
    mark(element('contact'), fresh ? 'live' : 'lost');
    mark(page, fresh ? 'live' : 'lost');
  }

  async function look() {
    looking = true;
    again = false;
    try {
      const response = await fetch(`${root}/state.json`, {
        headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS)
      });
      if (response.status === 401) {
        throw new Error('the password is no longer the same: load this page again');
      } else if (response.status === 200) {
        show(await response.json());
        tag = response.headers.get('ETag') || '';
      } else if (response.status !== 304) {
        throw new Error((await response.text()).trim().slice(0, 200));
      }
      contact('live', true);
    } catch (error) {
      const silent = error instanceof TypeError || error.name === 'TimeoutError';
      contact(`not live: ${silent ? 'the robot does not answer' : error.message}. What is shown may be old.`, false);
    }
    looking = false;
    timer = setTimeout(look, again ? 0 : PERIOD_MS);
  }

  function soon() {
    again = true;
    if (!looking) {
      clearTimeout(timer);
      look();
    }
  }

  look();
})();
