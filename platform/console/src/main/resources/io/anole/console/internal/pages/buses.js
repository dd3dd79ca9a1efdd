// The page "Buses".

import { charts } from './minutes.js';
import {
  act, bytes, confirmed, count, element, mark, number, options, plain, Rates, rows, soon, state, sync, tables, text, watch, when
} from './page.js';

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

const rates = new Rates();

const weighed = topic => topic.size >= 0;

const topicColumns = [
  plain(topic => topic.name, { head: true }), plain(topic => topic.type),
  count(topic => topic.publishers), count(topic => topic.subscribers), count(topic => topic.messages),
  plain(topic => number(topic.rate), { style: 'number' }),
  plain(topic => weighed(topic) ? bytes(topic.size) : '–', { style: 'number' }),
  plain(topic => weighed(topic) ? bytes(topic.size * topic.rate) : '–', { style: 'number' }),
  count(topic => topic.waiting), count(topic => topic.dropped, 'bad'), plain(topic => topic.why)
];

const minutes = charts(element('charts'), [{ title: 'Messages per s' }, { title: 'Dropped per s' }]);

function show(now) {
  rates.next(now.at);
  rows(element('bus-rows'), now.buses, bus => bus.name, busColumns);
  for (const bus of now.buses) {
    for (const topic of bus.topics) {
      topic.rate = rates.of(`${bus.name} ${topic.name}`, topic.messages);
    }
  }
  tables(element('topics'), 'topic-table', now.buses, bus => `Topics of bus ${bus.name}${bus.more ? `, and ${bus.more} more` : ''}`,
    bus => bus.topics, topic => topic.name, topicColumns);
  options(element('chart'), now.buses.flatMap(bus => bus.topics.map(topic => `${bus.name} ${topic.name}`)));
  minutes(now.chart, element('chart').value);
  tables(element('swaps'), 'swap-table', now.buses, bus => `Swaps of bus ${bus.name}, the newest first`,
    bus => bus.swaps, swap => swap.started, swapColumns);
  options(element('swap-bus'), now.buses.map(bus => bus.name));
  options(element('swap-provider'), now.providers);
  text(element('swap-progress'), now.swap.text);
  mark(element('swap-progress'), now.swap.state);
}

element('swap-form').addEventListener('submit', async event => {
  event.preventDefault();
  const [bus, provider, keys] = ['bus', 'provider', 'keys'].map(field => element(`swap-${field}`).value);
  const consequence = 'What is open moves along, and publishers are held back for a moment. If it can’t be done, the bus stays where it is.';
  if (await confirmed(`Move bus ${bus} to ${provider}?`, consequence, 'Move')) {
    await act('swap', { bus, provider, keys });
  }
});

for (const box of ['platform', 'weigh', 'chart']) {
  element(box).addEventListener('change', soon);
}

watch(show, () => ({ platform: element('platform').checked, weigh: element('weigh').checked, chart: element('chart').value }));
