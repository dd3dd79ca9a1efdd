// The page "Deploy".

import { act, confirmed, element, mark, plain, rows, state, sync, text, upload, watch, when } from './page.js';

const WATCHED = 'It is planned, tried out and watched; if it is not good, what runs now runs on.';

const fileColumns = [
  plain(file => file.file, { head: true }), state(file => file.state), plain(file => file.bundle), plain(file => file.version),
  plain(file => file.detail), { set: former }, { set: removal }
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

function removal(cell, file) {
  sync(cell, [file], item => item.file, item => {
    const button = document.createElement('button');
    button.type = 'button';
    button.addEventListener('click', () => remove(item.file));
    return button;
  }, (button, item) => {
    text(button, 'Remove …');
    button.setAttribute('aria-label', `Remove ${item.file}`);
  });
}

async function rollback(bundle, version) {
  if (await confirmed(`Bring version ${version} of ${bundle} back?`, WATCHED, 'Roll back')) {
    await act('rollback', { bundle, version });
  }
}

async function remove(file) {
  if (await confirmed(`Remove ${file}?`, 'What it holds stops, unless another file holds it too.', 'Remove')) {
    await act('remove', { file });
  }
}

function show(now) {
  text(element('directory'), now.directory);
  text(element('progress'), now.progress.text);
  mark(element('progress'), now.progress.state);
  rows(element('file-rows'), now.files, file => `${file.file}/${file.bundle}`, fileColumns);
  rows(element('history-rows'), now.history, outcome => String(outcome.id), historyColumns);
}

element('upload-form').addEventListener('submit', async event => {
  event.preventDefault();
  const file = element('file').files[0];
  if (!file) {
    text(element('refusal'), 'choose a jar first');
  } else if (await confirmed(`Deploy ${file.name}?`, WATCHED, 'Deploy') && await upload(file)) {
    element('file').value = '';
  }
});

watch(show);
