// The page "Processes".

import { charts } from './minutes.js';
import { act, buttons, confirmed, count, element, hide, number, options, plain, rows, soon, state, text, watch } from './page.js';

let all = [];

// All that need it, directly or not.
function dependents(name) {
  const found = new Set();
  const search = of => all.filter(other => other.depends.includes(of) && !found.has(other.name)).forEach(other => {
    found.add(other.name);
    search(other.name);
  });
  search(name);
  return [...found].sort();
}

async function change(action, process) {
  if (action !== 'start') {
    const others = dependents(process.name);
    const consequence = others.length ? `With it, because they depend on it: ${others.join(', ')}.` : 'No other process depends on it.';
    if (!await confirmed(`${action === 'stop' ? 'Stop' : 'Restart'} ${process.name}?`, consequence, action === 'stop' ? 'Stop' : 'Restart')) {
      return;
    }
  }
  text(element('done'), `${process.name}: ${action} …`);
  text(element('done'), await act(action, { name: process.name }) || '');
}

// Asks before, since it has another JVM started or ended.
async function move(process) {
  const to = process.forked ? 'thread' : 'child';
  const consequence = to === 'child' ? 'It goes on there with its state if it can hand one over. Its configuration keeps it there.'
    : 'It goes on in this JVM with its state if it can hand one over. Its configuration keeps it there.';
  if (await confirmed(`Move ${process.name} to ${to === 'child' ? 'a JVM of its own' : 'a thread of this JVM'}?`, consequence, 'Move')) {
    text(element('done'), `${process.name}: moving to a ${to} …`);
    text(element('done'), await act('move', { name: process.name, to }) || '');
  }
}

const columns = [
  plain(process => process.name, { head: true }),
  state(process => process.state),
  plain(process => number(process.rate), { style: 'number' }),
  plain(process => `${number(process.frequency)} Hz`, { style: 'number' }),
  plain(process => `${number(process.jitter || 0)} ms`, { style: 'number' }),
  count(process => process.missed), count(process => process.errors, 'bad'), count(process => process.restarts),
  count(process => process.mail), count(process => process.dropped, 'bad'),
  plain(process => process.reason || process.last_error), plain(process => (process.jvm ? `${process.bundle}\n${process.jvm}` : process.bundle)),
  buttons(process => [
    { word: 'Start', label: `Start ${process.name}`, off: process.state === 'active', press: () => change('start', process) },
    { word: 'Stop …', label: `Stop ${process.name}`, off: process.state !== 'active', press: () => change('stop', process) },
    { word: 'Restart …', label: `Restart ${process.name}`, off: process.state !== 'active', press: () => change('restart', process) },
    { word: 'Move …', label: `Move ${process.name} to a ${process.forked ? 'thread' : 'child'}`, off: process.state !== 'active', press: () => move(process) }
  ])
];

const minutes = charts(element('charts'), [{ title: 'life() per s' }, { title: 'Jitter', unit: ' ms' }]);

function show(now) {
  all = now.processes;
  hide(element('emergency'), !now.emergency);
  text(element('emergency').firstChild, `All processes are held by an emergency stop: ${now.emergency}`);
  rows(element('process-rows'), all, process => process.name, columns);
  options(element('chart'), all.map(process => process.name));
  minutes(now.chart, element('chart').value, [all.find(process => process.name === element('chart').value)?.frequency]);
}

element('release').addEventListener('click', async () => {
  if (await confirmed('Release the processes?', 'Nothing starts by that; each can be started then.', 'Release')) {
    text(element('done'), await act('release', {}) || '');
  }
});

element('chart').addEventListener('change', soon);

watch(show, () => ({ chart: element('chart').value }));
