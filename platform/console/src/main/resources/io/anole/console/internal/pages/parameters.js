// The page "Parameters".

import { act, buttons, confirmed, element, options, plain, rows, soon, text, watch } from './page.js';

const json = value => JSON.stringify(value);

function edit(parameter) {
  element('name').value = parameter.name;
  element('value').value = json(parameter.value);
  element('value').focus();
}

async function remove(parameter) {
  if (await confirmed(`Delete ${parameter.name}?`, `It is ${json(parameter.value)} now, for all on this bus.`, 'Delete')) {
    text(element('done'), await act('delete', { bus: element('bus').value, name: parameter.name }) || '');
  }
}

const columns = [
  plain(parameter => parameter.name, { head: true }),
  plain(parameter => json(parameter.value), { style: 'body' }),
  buttons(parameter => [
    { word: 'Edit', label: `Edit ${parameter.name}`, press: () => edit(parameter) },
    { word: 'Delete …', label: `Delete ${parameter.name}`, press: () => remove(parameter) }
  ])
];

function show(now) {
  options(element('bus'), now.buses);
  if (now.parameters) {
    text(element('more'), now.more ? `, and ${now.more} more` : '');
    rows(element('parameter-rows'), now.parameters, parameter => parameter.name, columns);
  } else if (now.buses.length) {
    soon();                                       // now that a bus is chosen
  }
}

element('set-form').addEventListener('submit', async event => {
  event.preventDefault();
  text(element('done'), '');
  const said = await act('set', { bus: element('bus').value, name: element('name').value.trim(), value: element('value').value });
  text(element('done'), said || '');
});
element('bus').addEventListener('change', soon);

watch(show, () => ({ bus: element('bus').value }));
