// What all pages of the robot share: they ask for their state each second and change only what is different, so that focus,
// selection and opened details stay. What comes from the robot gets into the page as text, never as HTML.

const PERIOD_MS = 1000;
const TIMEOUT_MS = 10000;
const UPLOAD_MS = 300000;

export const element = id => document.getElementById(id);
const page = element('robot');
// Not relative to the page's own address, which may hold the password.
export const root = new URL(page.dataset.root, location.origin).href;

// ---- changing as little as possible

export function text(node, value) {
  if (node.textContent !== value) {
    node.textContent = value;
  }
}

export function mark(node, value) {
  if (node.dataset.state !== value) {
    node.dataset.state = value;
  }
}

export function hide(node, hidden) {
  if (node.hidden !== hidden) {
    node.hidden = hidden;
  }
}

// One child for each item, in their order. A child that stays is not moved, since that would take the focus from it.
export function sync(parent, items, key, create, update) {
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
export function rows(body, items, key, columns) {
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

export const plain = (of, more) => ({ set: (cell, item) => text(cell, of(item)), ...more });
export const state = of => ({ set: (cell, item) => { text(cell, of(item)); mark(cell, of(item)); } });
export const count = (of, some = 'some') => ({
  style: 'number', set: (cell, item) => { text(cell, String(of(item))); mark(cell, of(item) ? some : 'none'); }
});

// A cell with buttons. What can't be pressed now stays where it is, and keeps the focus.
export const buttons = of => ({
  style: 'word',
  set: (cell, item) => sync(cell, of(item), one => one.word, () => {
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => button.ariaDisabled !== 'true' && button.press());
    return button;
  }, (button, one) => {
    text(button, one.word);
    button.ariaLabel = one.label;
    button.ariaDisabled = String(Boolean(one.off));
    button.press = one.press;
  })
});

export function number(value) {
  return value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
}

// How fast counters grow, over the last ten seconds.
export class Rates {
  #at = 0;
  #readings = new Map();
  #former = new Map();

  // Begins another reading; what was not counted in the one before is forgotten.
  next(at) {
    this.#at = at;
    this.#former = this.#readings;
    this.#readings = new Map();
  }

  of(key, count) {
    let past = this.#former.get(key) || [];
    if (past.length && past.at(-1).count > count) {
      past = [];                                  // it counts from zero again
    }
    const all = [...past.filter(reading => this.#at - reading.at <= 10000), { at: this.#at, count }];
    this.#readings.set(key, all);
    const first = all[0];
    return all.length > 1 ? (count - first.count) * 1000 / (this.#at - first.at) : 0;
  }
}

// A table for each item, from a template.
export function tables(parent, template, items, caption, of, key, columns) {
  sync(parent, items, item => item.name, () => element(template).content.firstElementChild.cloneNode(true), (region, item) => {
    text(region.querySelector('caption'), caption(item));
    region.ariaLabel = caption(item);
    rows(region.querySelector('tbody'), of(item), key, columns);
  });
}

// What can be chosen; the choice stays if it can.
export function options(select, values) {
  sync(select, values, value => value, () => document.createElement('option'), (option, value) => {
    text(option, value);
    option.value = value;
  });
}

export function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB'];
  const unit = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)));
  return `${number(Math.round(value / 1000 ** unit * 10) / 10)} ${units[unit]}`;
}

export function when(iso) {
  const time = new Date(iso);
  const two = number => String(number).padStart(2, '0');
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} `
    + `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

// ---- asking and telling

async function post(path, body, headers = {}, timeout = TIMEOUT_MS) {
  let response;
  try {
    response = await fetch(`${root}/${path}`, { method: 'POST', body, headers, signal: AbortSignal.timeout(timeout) });
  } catch (error) {
    throw new Error('the robot does not answer: it is not known whether this was done');
  }
  if (!response.ok) {
    throw new Error((await response.text()).trim());
  }
  soon();
  return (await response.text()).trim();
}

// What the robot said to it, or undefined: then the reason is told in the line "refusal".
async function said(path, body, headers, timeout) {
  text(element('refusal'), '');
  try {
    return await post(path, body, headers, timeout);
  } catch (error) {
    text(element('refusal'), error.message);
    return undefined;
  }
}

export const act = (action, parameters) => said(action, new URLSearchParams(parameters));

export const upload = file => said(`upload?${new URLSearchParams({ name: file.name })}`, file,
  { 'Content-Type': 'application/java-archive' }, UPLOAD_MS);

// Whether the user wants it; the answer that changes nothing has the focus.
export function confirmed(question, consequence, yes) {
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

// ---- a form for a message, built from what is known of its type

const NUMBER = /^(u?int|float)\d+\??$/;

function input(path, type) {
  const field = document.createElement(NUMBER.test(type) || /^(bool|string)\??$/.test(type) ? 'input' : 'textarea');
  field.id = path;
  if (NUMBER.test(type)) {
    field.type = 'number';
    field.step = type.startsWith('float') ? 'any' : '1';
  } else if (type.startsWith('bool')) {
    field.type = 'checkbox';
  }
  field.placeholder = type === 'json' ? 'JSON' : String(type);
  return field;
}

// The value of a field, or undefined if nothing was filled in.
function value(field, type) {
  if (field.type === 'checkbox') {
    return field.checked || undefined;
  }
  if (field.value.trim() === '') {
    return undefined;
  }
  return field.type === 'number' ? Number(field.value) : type.startsWith('string') && field.localName === 'input' ? field.value
    : JSON.parse(field.value);
}

// Fields in nested groups; what is left empty is left out of the message. Without a type there is one field, for JSON.
export function form(parent) {
  let built = '';
  let read = () => undefined;

  function group(into, path, shape) {
    const parts = Object.entries(shape).map(([name, type]) => {
      const at = `${path}.${name}`;
      if (type && typeof type === 'object' && !Array.isArray(type)) {
        const set = document.createElement('fieldset');
        const legend = document.createElement('legend');
        legend.textContent = name;
        set.append(legend);
        into.append(set);
        return [name, group(set, at, type)];
      }
      const kind = typeof type === 'string' ? type : 'list';
      const label = document.createElement('label');
      label.htmlFor = at;
      label.textContent = name;
      const field = input(at, kind);
      into.append(label, ' ', field, ' ');
      return [name, () => value(field, kind)];
    });
    return () => {
      const all = parts.map(([name, of]) => [name, of()]).filter(([, one]) => one !== undefined);
      return all.length ? Object.fromEntries(all) : undefined;
    };
  }

  function shape(known) {
    const wanted = JSON.stringify(known.shape || null);
    if (wanted === built) {
      return;
    }
    built = wanted;
    parent.replaceChildren();
    if (known.shape) {
      const all = group(parent, parent.id, known.shape);
      read = () => all() || {};
    } else {
      const field = input(`${parent.id}.json`, 'json');
      const label = document.createElement('label');
      label.htmlFor = field.id;
      label.textContent = 'Message';
      parent.append(label, ' ', field);
      read = () => (field.value.trim() === '' ? null : JSON.parse(field.value));
    }
  }

  return {
    shape,
    // As JSON; what can't be read goes as it is, for the robot to say what is wrong.
    json: () => {
      try {
        return JSON.stringify(read());
      } catch (error) {
        return [...parent.querySelectorAll('textarea')].map(field => field.value).join('\n');
      }
    }
  };
}

// ---- looking again and again

let tag = '';
let timer = 0;
let looking = false;
let again = false;
let show = () => {};
let asked = () => ({});

function contact(line, fresh) {
  text(element('contact'), line);
  mark(element('contact'), fresh ? 'live' : 'lost');
  mark(page, fresh ? 'live' : 'lost');
}

async function look() {
  looking = true;
  again = false;
  try {
    const response = await fetch(`${root}/state.json?${new URLSearchParams(asked())}`, {
      headers: tag ? { 'If-None-Match': tag } : {}, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS)
    });
    if (response.status === 401) {
      throw new Error('the password is no longer the same: load this page again');
    } else if (response.status === 200) {
      const state = await response.json();
      sync(element('alarms'), state.alarms, line => line, () => document.createElement('li'), text);
      sync(element('missing'), state.missing, line => line, () => document.createElement('li'), text);
      if (state.now) {
        show(state.now);
      }
      hide(element('now'), !state.now);
      tag = response.headers.get('ETag') || '';
    } else if (response.status !== 304) {
      throw new Error((await response.text()).trim().slice(0, 200));
    }
    contact('live', true);
    if (!performance.getEntriesByName('usable').length) {
      performance.mark('usable');
    }
  } catch (error) {
    const silent = error instanceof TypeError || error.name === 'TimeoutError';
    contact(`not live: ${silent ? 'the robot does not answer' : error.message}. What is shown may be old.`, false);
  }
  looking = false;
  timer = setTimeout(look, again ? 0 : PERIOD_MS);
}

// Looks now, and not only when it is time again.
export function soon() {
  again = true;
  if (!looking) {
    clearTimeout(timer);
    look();
  }
}

// Shows the page's state from now on; what is asked for may change from look to look.
export function watch(shown, asks = asked) {
  show = shown;
  asked = asks;
  look();
}
