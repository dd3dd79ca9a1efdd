// The page "Buses".

import { count, element, plain, rows, state, sync, watch, when } from './page.js';

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

function show(now) {
  rows(element('bus-rows'), now, bus => bus.name, busColumns);
  sync(element('swaps'), now, bus => bus.name, bus => {
    const table = element('swap-table').content.firstElementChild.cloneNode(true);
    table.querySelector('caption').textContent = `Swaps of bus ${bus.name}, the newest first`;
    table.setAttribute('aria-label', `Swaps of bus ${bus.name}`);
    return table;
  }, (table, bus) => rows(table.querySelector('tbody'), bus.swaps, swap => swap.started, swapColumns));
}

watch(show);
