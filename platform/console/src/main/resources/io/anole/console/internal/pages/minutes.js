// Charts of the last minutes, drawn by Chart.js, which is loaded when there is something to draw.

import { element, number, root, text } from './page.js';

const dark = matchMedia('(prefers-color-scheme: dark)');
let library;

function loaded() {
  library ||= new Promise((done, failed) => {
    const script = document.createElement('script');
    script.src = `${root}/res/chart.js`;
    script.addEventListener('load', () => done(window.Chart));
    script.addEventListener('error', () => failed(new Error('the charts can’t be drawn: load this page again')));
    document.head.append(script);
  });
  return library;
}

const colour = name => getComputedStyle(element('robot')).getPropertyValue(name).trim();

const ago = seconds => (seconds ? `−${-seconds / 60} min` : 'now');

function draw(Chart, canvas, title) {
  const line = { borderWidth: 1.5, pointRadius: 0, pointHitRadius: 6 };
  const axis = { grid: {}, border: { display: false }, ticks: {} };
  const chart = new Chart(canvas, {
    type: 'line',
    data: { datasets: [{ ...line, label: title, data: [] }, { ...line, label: 'meant', borderDash: [5, 4], borderWidth: 1, data: [] }] },
    options: {
      animation: false,
      maintainAspectRatio: false,
      parsing: false,
      normalized: true,
      interaction: { mode: 'index', intersect: false },
      plugins: {
        legend: { display: false },
        tooltip: { callbacks: { title: ([point]) => (point.parsed.x ? `${-point.parsed.x} s ago` : 'now') } }
      },
      scales: {
        x: { ...axis, type: 'linear', min: -300, max: 0, ticks: { stepSize: 60, callback: ago, maxRotation: 0 } },
        y: { ...axis, beginAtZero: true, grace: '10%', ticks: { maxTicksLimit: 6 } }
      }
    }
  });
  const paint = () => {
    const [first, meant] = chart.data.datasets;
    first.borderColor = first.backgroundColor = colour('--good');
    meant.borderColor = meant.backgroundColor = colour('--faint');
    for (const scale of Object.values(chart.options.scales)) {
      scale.grid.color = colour('--line');
      scale.ticks.color = colour('--faint');
    }
    chart.update();
  };
  paint();
  dark.addEventListener('change', paint);
  return chart;
}

function summary(values, unit) {
  const known = values.filter(value => value !== null);
  if (!known.length) {
    return 'nothing yet';
  }
  const now = values.at(-1);
  return `${now === null ? 'nothing' : number(now) + unit} now, ${number(Math.min(...known))} to ${number(Math.max(...known))}${unit}`;
}

// Figures with a line each, and what it says in words. The function that is returned shows them what the robot has told: a list of
// values for each, a second apart, and for some what they are meant to be.
export function charts(parent, lines) {
  const figures = lines.map(({ title, unit = '' }, i) => {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.id = `chart-${i}`;
    const name = document.createElement('strong');
    name.textContent = title;
    const words = document.createElement('span');
    const plot = document.createElement('div');
    plot.className = 'plot';
    const canvas = document.createElement('canvas');
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-labelledby', caption.id);
    plot.append(canvas);
    caption.append(name, ' ', words);
    figure.append(caption, plot);
    parent.append(figure);
    return { title, unit, words, canvas, chart: null };
  });
  return async (told, of, meant = []) => {
    figures.forEach((figure, i) => text(figure.words, told ? `of ${of}: ${summary(told[i], figure.unit)}` : ''));
    if (!told) {
      return;
    }
    const Chart = await loaded();
    figures.forEach((figure, i) => {
      figure.chart ||= draw(Chart, figure.canvas, figure.title);
      const first = 1 - told[i].length;
      const [line, aim] = figure.chart.data.datasets;
      line.data = told[i].map((y, at) => ({ x: first + at, y }));
      aim.data = meant[i] ? [{ x: first, y: meant[i] }, { x: 0, y: meant[i] }] : [];
      figure.chart.update();
    });
  };
}
