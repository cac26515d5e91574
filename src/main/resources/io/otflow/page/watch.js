// The page of a running job: follows the server's news and draws them.
'use strict';

const KEEP = 600;
const GROUP_FROM = 25;
const state = {rates: new Map(), points: [], flagged: [], models: [], drifts: [], density: null};
const byId = id => document.getElementById(id);
const time = ms => ms ? new Date(ms).toLocaleTimeString() : '–';
const percent = share => share === null || share === undefined ? '–' : number(100 * share, 2) + ' %';

function inUse() {
  return state.models.filter(m => m.usedAt).sort((a, b) => b.version - a.version)[0];
}

// ---- charts

// Behind the data: the times of drifts; before it: a line at each swap, with the version.
const behind = plot => {
  const {ctx, bbox} = plot;
  ctx.save();
  ctx.globalAlpha = 0.15;
  ctx.fillStyle = colour('alarm');
  for (const d of state.drifts) {
    const from = Math.max(bbox.left, plot.valToPos(d.at / 1000, 'x', true));
    const to = Math.min(bbox.left + bbox.width, d.until ? plot.valToPos(d.until / 1000, 'x', true) : Infinity);
    if (to > from) ctx.fillRect(from, bbox.top, to - from, bbox.height);
  }
  ctx.restore();
};
const swaps = plot => {
  const {ctx, bbox} = plot;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('third');
  ctx.font = `${12 * devicePixelRatio}px system-ui`;
  for (const m of state.models) {
    const at = m.usedAt ? plot.valToPos(m.usedAt / 1000, 'x', true) : -1;
    if (at < bbox.left || at > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.fillText(m.version, at + 5 * devicePixelRatio, bbox.top + 12 * devicePixelRatio);
  }
  ctx.restore();
};
const clock = {
  scales: {x: {time: true}},
  xAxis: {space: 90, values: (plot, seconds) => seconds.map(s => time(1000 * s))},
  hooks: {drawAxes: [behind], draw: [swaps]},
};
const dots = (label, name, size) =>
  ({label, stroke: () => colour(name), paths: () => null, points: {show: true, size, fill: () => colour(name)}});
// A value below the edge is drawn at it, as a triangle.
const clipped = {label: 'lower still', stroke: () => colour('alarm'), paths: () => null, points: {show: (plot, series) => {
  const {ctx} = plot, r = 5 * devicePixelRatio;
  ctx.save();
  ctx.fillStyle = colour('alarm');
  plot.data[series].forEach((y, i) => {
    if (y === null || y === undefined) return;
    const px = plot.valToPos(plot.data[0][i], 'x', true), py = plot.valToPos(y, 'y', true);
    ctx.beginPath();
    ctx.moveTo(px - r, py - r);
    ctx.lineTo(px + r, py - r);
    ctx.lineTo(px, py + r);
    ctx.fill();
  });
  ctx.restore();
  return false;
}}};

const likelihood = chart('likelihood', {x: [], xLabel: 'time', yLabel: 'nats',
  series: [dots('ordinary', 'first', 3), dots('flagged', 'alarm', 6), clipped,
    line('threshold', 'third', {dash: [6, 4], spanGaps: true}),
    line('median', 'first', {spanGaps: true}), line('lowest percentile', 'second', {spanGaps: true})],
  data: [[], [], [], [], [], []], options: clock});
const rates = chart('rates', {x: [], xLabel: 'time', yLabel: 'events/s',
  series: [line('events', 'first'), line('flagged', 'alarm')], data: [[], []], options: {...clock, height: 330}});

// The lower edge: outliers may be thousands of nats off, and the picture keeps to what the bulk spans.
function edge() {
  const medians = [...state.rates.values()].map(r => r[2]).filter(v => v !== null).sort((a, b) => a - b);
  const tops = state.points.map(p => p.ll).filter(v => v !== null);
  if (!medians.length || !tops.length) return null;
  const middle = medians[medians.length >> 1], top = Math.max(...tops), model = inUse();
  const threshold = model && model.threshold !== null ? model.threshold : middle;
  return Math.min(threshold, middle) - 3 * Math.max(1, top - middle);
}

function drawLikelihood() {
  const low = edge();
  if (low === null) return;
  byId('bound').textContent = number(low, 3) + ' nats';
  const rows = state.points.map(p => {
    const below = p.ll === null || p.ll < low;
    return [p.t / 1000, !below && !p.flagged ? p.ll : null, !below && p.flagged ? p.ll : null, below ? low : null, p.threshold, null, null];
  });
  const newest = Math.max(...state.rates.keys());
  for (const [s, [, , median, lowest]] of state.rates) {
    if (median !== null && s < newest) rows.push([s + 0.5, null, null, null, null, Math.max(low, median), lowest === null ? low : Math.max(low, lowest)]);
  }
  rows.sort((a, b) => a[0] - b[0]);
  likelihood.setData([0, 1, 2, 3, 4, 5, 6].map(k => rows.map(r => r[k])));
}

function drawRates() {
  const seconds = [...state.rates.keys()].sort((a, b) => a - b);
  // The newest second may be half full.
  const whole = seconds.slice(0, -1);
  rates.setData([whole, whole.map(s => state.rates.get(s)[0]), whole.map(s => state.rates.get(s)[1])]);
  const last = whole.slice(-10);
  if (last.length) {
    const events = last.reduce((all, s) => all + state.rates.get(s)[0], 0);
    byId('rate').textContent = number(Math.round(events / (last[last.length - 1] - last[0] + 1)));
  }
}

// ---- tables

// A table's head, whose cells sort it; the column that it is sorted by is kept through new rows.
function table(id, columns) {
  const element = byId(id), sorted = {column: null, sign: 1};
  const head = element.tHead.insertRow();
  let rows = [];
  const draw = () => {
    const ordered = sorted.column === null ? rows
      : [...rows].sort((a, b) => sorted.sign * compare(a[sorted.column].value, b[sorted.column].value));
    element.tBodies[0].replaceChildren();
    for (const cells of ordered) {
      const tr = row(element.tBodies[0], cells.map((c, k) => ({text: c.text, className: c.className || columns[k].className})));
      columns.forEach((c, k) => { tr.cells[k].dataset.label = c.name; });
    }
  };
  columns.forEach((c, k) => {
    const th = document.createElement('th'), button = document.createElement('button');
    th.scope = 'col';
    th.className = c.className || '';
    button.textContent = c.name;
    button.onclick = () => {
      sorted.sign = sorted.column === k ? -sorted.sign : 1;
      sorted.column = k;
      [...head.cells].forEach((cell, i) => { cell.ariaSort = i === k ? (sorted.sign > 0 ? 'ascending' : 'descending') : 'none'; });
      draw();
    };
    th.append(button);
    head.append(th);
  });
  return given => { rows = given; draw(); };
}
const compare = (a, b) => typeof a === 'string' && typeof b === 'string' ? a.localeCompare(b)
  : (a === null ? -Infinity : a) - (b === null ? -Infinity : b);
const cell = (value, text = number(value), className = '') => ({value, text, className});

const flaggedTable = table('flagged', [{name: 'event', className: 'text'}, {name: 'at'}, {name: 'log-likelihood'},
  {name: 'p-value'}, {name: 'model'}, {name: 'most improbable features', className: 'text'}, {name: 'their values', className: 'text'}]);
const modelTable = table('models', [{name: 'version'}, {name: 'from', className: 'text'}, {name: 'window', className: 'text'}, {name: 'rows'},
  {name: 'trained'}, {name: 'in use since'}, {name: 'its log-likelihood'}, {name: 'of the one before'}, {name: 'threshold'}]);

function reasons(f) {
  const names = state.models.length ? state.models[state.models.length - 1].features : [];
  return (f.gains || []).map((gain, k) => ({gain, name: names[k] || String(k), value: f.x ? f.x[k] : null}))
    .sort((a, b) => b.gain - a.gain).slice(0, 3).filter(r => r.gain > 0);
}

// At its floor a p-value is a bound: that is as far as the model's calibration can tell.
function pValue(f) {
  const model = state.models.find(m => m.version === f.version);
  const floor = model && model.smallestRate !== null && f.p !== null && f.p <= model.smallestRate;
  return (floor ? '≤ ' : '') + number(floor ? model.smallestRate : f.p, 2);
}

let grouping = null; // as many as there are decide, until somebody does
function drawFlagged() {
  const newest = state.flagged.length ? state.flagged[state.flagged.length - 1].t : 0;
  const many = state.flagged.filter(f => f.t > newest - 10000).length > GROUP_FROM;
  byId('group').checked = grouping === null ? many : grouping;
  flaggedTable(byId('group').checked ? groups() : state.flagged.slice(-GROUP_FROM).reverse().map(f => {
    const r = reasons(f);
    return [cell(f.id, f.key ? `${f.id} (${f.key})` : f.id), cell(f.t, time(f.t)), cell(f.ll, f.ll === null ? '−∞' : number(f.ll, 5), 'alarm'),
      cell(f.p, pValue(f)), cell(f.version), cell(r.length ? r[0].name : '', r.map(one => `${one.name} +${one.gain > 1e9 ? '∞' : number(one.gain, 3)}`).join(', ') || '–'),
      cell(r.length ? r[0].value : null, r.map(one => number(one.value)).join(', ') || '–')];
  }));
}

function groups() {
  const by = new Map();
  for (const f of state.flagged) {
    const r = reasons(f), name = r.length ? r[0].name : 'not known';
    by.set(name, [...(by.get(name) || []), {...f, value: r.length ? r[0].value : null}]);
  }
  return [...by].sort((a, b) => b[1].length - a[1].length).map(([name, events]) => {
    const lowest = events.reduce((a, b) => (b.ll === null || (a.ll !== null && b.ll < a.ll) ? b : a));
    const values = events.map(e => e.value).filter(v => v !== null);
    return [cell(events.length, `${number(events.length)} events, such as ${lowest.id}`),
      cell(events[0].t, `${time(events[0].t)} to ${time(events[events.length - 1].t)}`),
      cell(lowest.ll, `from ${lowest.ll === null ? '−∞' : number(lowest.ll, 5)}`, 'alarm'), cell(lowest.p, 'from ' + pValue(lowest)),
      cell(lowest.version), cell(name, name),
      cell(values.length ? Math.min(...values) : null, values.length ? `${number(Math.min(...values))} to ${number(Math.max(...values))}` : '–')];
  });
}

function drawModels() {
  modelTable([...state.models].reverse().slice(0, 25).map(m => [cell(m.version), cell(m.origin, m.origin.toLowerCase()),
    cell(m.windowStart, m.windowStart === null ? '–' : `${time(m.windowStart)} to ${time(m.windowEnd)}`), cell(m.rows),
    cell(m.createdAt, time(m.createdAt)), cell(m.usedAt, time(m.usedAt)), cell(m.logLikelihood, number(m.logLikelihood)),
    cell(m.servingLogLikelihood, number(m.servingLogLikelihood)), cell(m.threshold, number(m.threshold, 5))]));
  const model = inUse();
  byId('version').textContent = model ? number(model.version) : '–';
  byId('threshold').textContent = model ? number(model.threshold, 5) : '–';
}

// ---- density

function choices(features) {
  for (const [id, start] of [['x', 0], ['y', Math.min(1, features.length - 1)]]) {
    const select = byId(id);
    if (select.options.length === features.length) continue;
    select.replaceChildren(...features.map((name, k) => new Option(name, k)));
    select.value = start;
    select.onchange = () => askDensity();
  }
}

let asked = '';
async function askDensity() {
  const newest = state.models[state.models.length - 1];
  if (!newest) return;
  choices(newest.features);
  const query = `x=${byId('x').value}&y=${byId('y').value}`;
  if (asked === query + newest.version) return;
  asked = query + newest.version;
  const answer = await fetch('density?' + query);
  if (answer.ok) {
    state.density = {...await answer.json(), a: +byId('x').value, b: +byId('y').value};
    drawDensity();
  }
}

// About five round numbers in a range.
function ticks([from, to]) {
  const rough = (to - from) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find(f => f * power >= rough);
  const all = [];
  for (let k = Math.ceil(from / step); k * step <= to; k++) all.push(k * step);
  return all;
}

function drawDensity() {
  const g = state.density;
  if (!g) return;
  const canvas = byId('density'), c = canvas.getContext('2d');
  const left = 84, bottom = 44, width = canvas.width - left, height = canvas.height - bottom;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const most = Math.max(...g.density);
  c.clearRect(0, 0, canvas.width, canvas.height);
  const w = width / g.cells, h = height / g.cells;
  g.density.forEach((value, i) => {
    const strength = Math.sqrt(value / most);
    c.fillStyle = dark ? `rgba(108,178,255,${0.85 * strength})` : `rgba(11,107,203,${0.8 * strength})`;
    c.fillRect(left + (i % g.cells) * w, height - (Math.floor(i / g.cells) + 1) * h, w + 0.5, h + 0.5);
  });
  const px = v => left + (v - g.x[0]) / (g.x[1] - g.x[0]) * width;
  const py = v => height - (v - g.y[0]) / (g.y[1] - g.y[0]) * height;
  c.fillStyle = colour('soft');
  c.font = '24px system-ui';
  c.textAlign = 'center';
  for (const v of ticks(g.x)) c.fillText(number(v), px(v), canvas.height - 10);
  c.textAlign = 'right';
  for (const v of ticks(g.y)) c.fillText(number(v), left - 10, py(v) + 8);
  c.save();
  c.beginPath();
  c.rect(left, 0, width, height);
  c.clip();
  for (const p of state.points.slice(-400)) {
    if (!p.x) continue;
    c.beginPath();
    c.arc(px(p.x[g.a]), py(p.x[g.b]), p.flagged ? 9 : 3.5, 0, 7);
    if (p.flagged) { c.lineWidth = 3; c.strokeStyle = colour('alarm'); c.stroke(); }
    else { c.fillStyle = colour('text'); c.fill(); }
  }
  c.restore();
}

// ---- news

let changes = -1, warmUp = 0, paused = false;
function take(news) {
  if (news.restart) { state.points = []; state.flagged = []; state.rates.clear(); changes = -1; }
  for (const [s, ...counts] of news.rates) state.rates.set(s, counts);
  const newest = Math.max(...state.rates.keys());
  for (const s of state.rates.keys()) if (s <= newest - KEEP) state.rates.delete(s);
  state.points.push(...news.points);
  state.points.sort((a, b) => a.t - b.t);
  while (state.points.length && state.points[0].t < (newest - KEEP) * 1000) state.points.shift();
  state.flagged = [...state.flagged, ...news.flagged].slice(-200);
  state.models = news.models;
  state.drifts = news.drifts;
  state.news = news;
  warmUp = news.totals.warmUp;
  if (!paused) draw();
}

function draw() {
  const news = state.news;
  byId('sentence').textContent = news.sentence;
  byId('now').dataset.state = news.state;
  byId('learnt').hidden = news.state !== 'LEARNING' || news.learnt === null;
  byId('learnt').value = news.learnt || 0;
  byId('scores').hidden = byId('learned').hidden = byId('alarms').hidden = !news.totals.scored;
  byId('trained').hidden = !state.models.length;
  byId('arrivals').classList.toggle('wide', !news.totals.scored);
  byId('share').textContent = percent(news.recentShare);
  byId('share').className = news.farOff ? 'alarm' : '';
  byId('asked').textContent = percent(news.alertRate);
  byId('scored').textContent = number(news.totals.scored);
  byId('dead').textContent = number(news.totals.deadLetters);
  byId('status').textContent = (news.failure || (news.totals.scored || news.totals.warmUp ? 'Live.' : 'Waiting for events…'))
    + (news.unreadable ? ` ${number(news.unreadable)} ${news.unreadable === 1 ? 'record' : 'records'} could not be read, the last: ${news.lastUnreadable}` : '');
  const [features, scores, models, deadLetters] = news.about.topics;
  byId('about').textContent = `Broker ${news.about.broker}; events from ${features}, scores in ${scores}, models in ${models}, dead letters in ${deadLetters}.`;
  drawRates();
  drawLikelihood();
  drawFlagged();
  if (news.changes !== changes) { changes = news.changes; drawModels(); }
  askDensity().catch(() => {});
  drawDensity();
}

byId('pause').onclick = () => {
  paused = !paused;
  byId('pause').ariaPressed = paused;
  byId('pause').textContent = paused ? 'Go on' : 'Pause';
  if (!paused) draw();
};
byId('group').onchange = () => { grouping = byId('group').checked; drawFlagged(); };
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  likelihood.redraw();
  rates.redraw();
  drawDensity();
});

const source = new EventSource('news');
let first = true;
source.onopen = () => { first = true; };
source.onmessage = event => {
  const news = JSON.parse(event.data);
  news.restart = first;
  first = false;
  take(news);
};
source.onerror = () => { byId('status').textContent = 'The page\'s server does not answer; trying again…'; };
