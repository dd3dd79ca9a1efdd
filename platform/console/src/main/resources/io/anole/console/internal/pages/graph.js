// The page "Graph": processes in one column, topics and services in another, in an order in which few links cross.

import { element, hide, number, options, Rates, soon, sync, text, watch } from './page.js';

const ROW = 30;
const LEFT = { x: 4, width: 330 };
const RIGHT = { x: 800, width: 396 };
const SWEEPS = 8;
const LONGEST = 46;

const rates = new Rates();
let drawn = '';
let present = { nodes: [], links: [] };

function make(name, attributes = {}) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) {
    node.setAttribute(key, value);
  }
  return node;
}

const short = name => (name.length > LONGEST ? `…${name.slice(1 - LONGEST)}` : name);

// Those with the text in their names, and their neighbours.
function chosen(now) {
  const part = element('only').value.trim();
  const hit = new Set(now.nodes.filter(node => node.name.includes(part)).map(node => node.id));
  const links = now.links.filter(link => hit.has(link.who) || hit.has(link.what));
  links.forEach(link => hit.add(link.who).add(link.what));
  const nodes = now.nodes.filter(node => hit.has(node.id));
  const shown = new Set(nodes.map(node => node.id));
  return { nodes, links: links.filter(link => shown.has(link.who) && shown.has(link.what)) };
}

// Each column again and again by the middle of its neighbours in the other one.
function arrange({ nodes, links }) {
  const columns = [nodes.filter(node => node.kind === 'process'), nodes.filter(node => node.kind !== 'process')];
  const at = new Map();
  const place = column => column.forEach((node, i) => at.set(node.id, (i + 0.5) / column.length));
  columns.forEach(place);
  const near = new Map(nodes.map(node => [node.id, []]));
  for (const link of links) {
    near.get(link.who).push(link.what);
    near.get(link.what).push(link.who);
  }
  const middle = node => {
    const others = near.get(node.id);
    return others.length ? others.reduce((sum, id) => sum + at.get(id), 0) / others.length : 1;
  };
  for (let i = 0; i < SWEEPS; i++) {
    const column = columns[1 - i % 2];
    const key = new Map(column.map(node => [node.id, middle(node)]));
    column.sort((a, b) => key.get(a.id) - key.get(b.id) || (a.name < b.name ? -1 : 1));
    place(column);
  }
  const height = Math.max(...columns.map(column => column.length), 1) * ROW;
  columns.forEach(column => column.forEach((node, i) => {
    node.y = (i + 0.5) * height / column.length;
  }));
  return height;
}

function told(node, links) {
  const said = (how, word) => {
    const others = links.filter(link => link.how === how && (link.who === node.id || link.what === node.id))
      .map(link => (link.who === node.id ? link.what : link.who)).map(id => id.slice(id.indexOf(' ') + 1));
    return others.length ? `, ${word} ${others.join(', ')}` : '';
  };
  const words = node.kind === 'process' ? ['publishes', 'subscribes to', 'serves'] : ['published by', 'subscribed to by', 'served by'];
  return `${node.kind} ${node.name}${node.detail ? ` (${node.detail})` : ''}`
    + ['publishes', 'subscribes', 'serves'].map((how, i) => said(how, words[i])).join('');
}

function box(node) {
  const group = make('g', { tabindex: 0, role: 'img', class: node.kind });
  group.append(make('title'), make('rect', { height: ROW - 8, rx: node.kind === 'process' ? 4 : 11 }), make('text', { dy: 15 }),
    make('text', { dy: 15, class: 'rate', 'text-anchor': 'end' }));
  for (const kind of ['focus', 'mouseenter']) {
    group.addEventListener(kind, () => light(node.id));
  }
  for (const kind of ['blur', 'mouseleave']) {
    group.addEventListener(kind, () => light(''));
  }
  return group;
}

// Only what belongs to this one, or all.
function light(id) {
  const near = new Set([id]);
  for (const link of present.links.filter(one => one.who === id || one.what === id)) {
    near.add(link.who).add(link.what);
  }
  for (const group of element('nodes').children) {
    group.classList.toggle('dim', Boolean(id) && !near.has(group.dataset.key));
  }
  for (const line of element('links').children) {
    line.classList.toggle('dim', Boolean(id) && line.dataset.who !== id && line.dataset.what !== id);
  }
}

function draw(now) {
  const height = arrange(now);
  const picture = element('picture');
  picture.setAttribute('viewBox', `0 0 ${RIGHT.x + RIGHT.width + 4} ${height}`);
  picture.setAttribute('height', height);
  const nodes = new Map(now.nodes.map(node => [node.id, node]));
  sync(element('nodes'), now.nodes, node => node.id, box, (group, node) => {
    const column = node.kind === 'process' ? LEFT : RIGHT;
    group.setAttribute('transform', `translate(${column.x},${node.y - ROW / 2 + 4})`);
    group.setAttribute('aria-label', told(node, now.links));
    const [title, rect, name, rate] = group.children;
    text(title, told(node, now.links));
    rect.setAttribute('width', column.width);
    name.setAttribute('x', 10);
    text(name, short(node.name));
    rate.setAttribute('x', column.width - 10);
  });
  sync(element('links'), now.links, link => `${link.who} ${link.what} ${link.how}`, link => make('path', { class: link.how }),
    (line, link) => {
      line.dataset.who = link.who;
      line.dataset.what = link.what;
      const shift = { publishes: -4, subscribes: 4, serves: 0 }[link.how];
      const [from, to] = [nodes.get(link.who).y + shift, nodes.get(link.what).y + shift];
      const [x, end] = [LEFT.x + LEFT.width, RIGHT.x];
      line.setAttribute('d', `M${x},${from} C${x + 180},${from} ${end - 180},${to} ${end},${to}`);
      line.setAttribute(link.how === 'subscribes' ? 'marker-start' : 'marker-end', link.how === 'serves' ? 'none' : 'url(#arrow)');
    });
}

function show(now) {
  options(element('bus'), now.buses);
  if (!now.nodes) {
    if (now.buses.length) {
      soon();                                     // now that a bus is chosen
    }
    return;
  }
  rates.next(now.at);
  present = chosen(now);
  const wanted = JSON.stringify([present.nodes.map(node => [node.id, node.detail]), present.links]);
  if (wanted !== drawn) {
    drawn = wanted;
    draw(present);
  }
  const flow = new Map(now.nodes.filter(node => 'messages' in node).map(node =>
    [node.id, rates.of(`${element('bus').value} ${node.id}`, node.messages)]));
  for (const group of element('nodes').children) {
    const rate = flow.get(group.dataset.key);
    text(group.lastChild, rate ? `${number(rate)}/s` : '');
  }
  hide(element('none'), present.nodes.length > 0);
  text(element('more'), now.more ? `${now.more} more are not shown.` : '');
}

for (const id of ['bus', 'platform']) {
  element(id).addEventListener('change', soon);
}
element('only').addEventListener('input', soon);

watch(show, () => ({ bus: element('bus').value, platform: element('platform').checked }));
