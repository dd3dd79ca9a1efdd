// The page "Safety".

import { act, confirmed, element, hide, mark, plain, rows, sync, text, watch, when } from './page.js';

let seen = '';

const millis = value => (value ? `${value} ms` : 'none');

const ruleColumns = [
  plain(rule => rule.topic, { head: true }), plain(rule => rule.bus), plain(rule => rule.rule),
  plain(rule => millis(rule['lifespan.ms']), { style: 'number' }), plain(rule => millis(rule['deadline.ms']), { style: 'number' }),
  plain(rule => (rule.latches ? 'delivers the safe message, and nothing else' : 'goes on'))
];

// Not by their colours alone.
const WHAT = { stopped: 'emergency stop', reset: 'reset', silence: 'silence', dropped: 'commands dropped' };

const tripColumns = [
  plain(trip => when(trip.at), { head: true }),
  { style: 'word', set: (cell, trip) => { text(cell, WHAT[trip.what]); mark(cell, trip.what === 'stopped' ? 'bad' : trip.what); } },
  plain(trip => trip.bus || 'all'), plain(trip => trip.topic || '–'), plain(trip => trip.by || '–'), plain(trip => trip.why),
  plain(trip => String(trip.count), { style: 'number' })
];

function show(now) {
  seen = now.seen;
  rows(element('rule-rows'), now.rules, rule => `${rule.bus} ${rule.topic}`, ruleColumns);
  rows(element('trip-rows'), now.trips, trip => `${trip.at} ${trip.what} ${trip.bus} ${trip.topic}`, tripColumns);
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
    await act('reset', { seen: held, others: String(others) });
  }
}

element('stop-form').addEventListener('submit', async event => {
  event.preventDefault();
  if (await act('stop', { reason: element('reason').value })) {
    element('reason').value = '';
  }
});
element('reset').addEventListener('click', () => reset(false));
element('reset-all').addEventListener('click', () => reset(true));

watch(show);
