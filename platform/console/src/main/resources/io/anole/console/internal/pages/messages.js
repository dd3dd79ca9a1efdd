// The page "Messages".

import { act, element, form, number, options, plain, Rates, rows, soon, text, watch, when } from './page.js';

const rates = new Rates();
let followed = '';

const columns = [
  plain(message => when(message.time), { head: true }), plain(message => message.topic), plain(message => message.type),
  plain(message => message.source), plain(message => JSON.stringify(message.body, null, 1).replace(/\n\s*/g, ' '), { style: 'body' })
];

const forms = { to: form(element('to-fields')), call: form(element('call-fields')) };

function show(now) {
  options(element('bus'), now.buses);
  if (!now.topics) {
    if (now.buses.length) {
      soon();                                     // now that a bus is chosen
    }
    return;
  }
  options(element('topics'), now.topics);
  options(element('services'), now.services);
  rates.next(now.at);
  const tail = now.tail || { count: 0, messages: [] };
  text(element('flow'), followed ? `${tail.count} messages, ${number(rates.of(followed, tail.count))} per s` : '');
  rows(element('message-rows'), tail.messages, message => String(message.number), columns);
  forms.to.shape(now.to);
  forms.call.shape(now.call);
}

element('tail-form').addEventListener('submit', event => {
  event.preventDefault();
  followed = element('tail').value.trim();
  soon();
});

element('unfollow').addEventListener('click', () => {
  followed = '';
  soon();
});

async function send(action, name) {
  text(element('done'), '');
  const value = forms[name].json();
  return act(action, { bus: element('bus').value, name: element(name).value.trim(), value });
}

element('publish-form').addEventListener('submit', async event => {
  event.preventDefault();
  text(element('done'), await send('publish', 'to') || '');
});

element('call-form').addEventListener('submit', async event => {
  event.preventDefault();
  text(element('answer'), '');
  const said = await send('call', 'call');
  text(element('answer'), said ? JSON.stringify(JSON.parse(said).answer, null, 2) : '');
});

for (const id of ['bus', 'to', 'call']) {
  element(id).addEventListener('change', soon);
}

watch(show, () => ({
  bus: element('bus').value, tail: followed, to: element('to').value.trim(), call: element('call').value.trim()
}));
