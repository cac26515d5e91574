// The report of an evaluation: each figure is an element that has the figure's name and value.
'use strict';
const data = JSON.parse(document.getElementById('data').textContent);
const figures = data.figures, model = figures.model, calibrated = figures.rates.length > 0;
const byId = id => document.getElementById(id);
const say = (id, text) => byId(id).textContent = text;
const drop = id => byId(id).closest('section').remove();
const time = millis => millis === null ? '–' : new Date(millis).toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
const count = (n, one) => `${number(n)} ${one}${n === 1 ? '' : 's'}`;
const xs = points => points.map(p => p[0]), ys = points => points.map(p => p[1]);
// The figure of a path such as rates.0.recall, as a cell.
const figure = (path, text = v => Array.isArray(v) ? v.map(end => number(end, 3)).join(' to ') : number(v)) => {
  const value = path.split('.').reduce((part, key) => part === null || part === undefined ? null : part[key], figures);
  return {text: text(value), figure: path, value: value === undefined ? null : value};
};

// A row of a table whose last cell draws a share.
function bar(table, share, ...cells) {
  const last = row(table.tBodies[0], [...cells, {text: '', className: 'bar'}]).lastChild;
  last.append(document.createElement('div'));
  last.firstChild.style.width = 100 * share + '%';
}

if (!data.ranked) {
  document.querySelectorAll('.ranked').forEach(section => section.remove());
  byId('shares').closest('section').className = 'wide';
}
document.querySelectorAll('.kind').forEach(e => e.textContent = data.ranked ? 'ordinary rows' : 'the rows');
if (data.ranked) say('title', 'How well the model finds anomalies');
say('what', `${data.data}: ${number(figures.rows)} rows, `
  + (figures.anomalies === null ? 'without labels' : `${number(figures.anomalies)} of them anomalies`)
  + (figures.anomalies === null || data.ranked ? '' : ' (all of one kind, so no ranking can be measured)')
  + `, under ${model.file} (version ${model.version}). Made ${time(data.madeAtMillis)}.`);

say('answer', !calibrated ? 'The model has no calibration, so there are no thresholds and no p-values.'
  : `The model flags what is less likely than ${number(figures.threshold)} nats: ${number(figures.flagged)} of ${number(figures.rows)} rows`
  + (data.ranked ? `, and with them ${number(figures.anomalies - figures.missed)} of the ${number(figures.anomalies)} anomalies` : '')
  + '. An alert rate is the share of ordinary rows that a threshold is set to flag. The option alert-rate of fit sets it, and whoever reads scores can flag p-values up to another one.');
if (calibrated) {
  head(byId('rates'), ['alert rate', 'flagged', ...(data.ranked ? ['found', 'recall', '95 % interval', 'precision', '95 % interval'] : []),
    'threshold, nats', 'share of rows']);
  figures.rates.forEach((rate, i) => {
    const own = rate.alertRate === figures.alertRate;
    const of = name => figure(`rates.${i}.${name}`);
    const tr = row(byId('rates').tBodies[0], [figure(`rates.${i}.alertRate`, v => number(v) + (own ? ' (the model’s)' : '')),
      of('flagged'), ...(data.ranked ? ['found', 'recall', 'recallInterval', 'precision', 'precisionInterval'].map(of) : []),
      of('threshold'), of('share')]);
    if (own) tr.className = 'own';
  });
  say('bound', [
    data.ranked ? 'The intervals are Wilson’s: what so few anomalies, or so few flags, can show.' : '',
    figures.rates.some(rate => rate.alertRate < model.smallestAlertRate)
      ? `Below an alert rate of ${number(model.smallestAlertRate, 2)} the calibration knows bounds only, and flags fewer ordinary rows than were asked for.` : '',
  ].join(' '));
}

facts(byId('figures'), [['Mean −log p, nats', 'nll'], ['Threshold, nats', 'threshold'], ['Alert rate asked for', 'alertRate'],
  ...(data.ranked ? [['Recall at the threshold', 'recall'], ['Precision at it', 'precision'], ['False alarm rate at it', 'falseAlarmRate']] : [['Rows flagged', 'flagged']]),
  ['Distance of p-values from uniform', 'pValueDistance']].filter(([, path]) => calibrated || path === 'nll').map(([name, path]) => [name, figure(path)]));

if (data.ranked) {
  head(byId('rankings'), [{text: 'detector', className: 'text'}, 'AUROC', '95 % interval', 'AUPRC', '95 % interval']);
  const ranking = (name, ...cells) => row(byId('rankings').tBodies[0], [{text: name, className: 'text'}, ...cells]);
  ranking('flow (this model)', ...['auroc', 'aurocInterval', 'auprc', 'auprcInterval'].map(path => figure(path))).className = 'own';
  figures.peers.forEach((peer, i) => ranking(peer.name, figure(`peers.${i}.auroc`), '–', figure(`peers.${i}.auprc`), '–'));
  ranking('chance', '0.5', '–', figure('auprcChance'), '–');
  const from = figures.peersLearnedFrom;
  say('learned', `The intervals are the bootstrap’s, over these rows. Forest and Gaussian learned from ${count(from.rows, 'row')} of `
    + (from.same ? 'this same file, without its labels; the model learned from its own rows.' : `${from.data}, without labels.`));
  const [first, ...others] = data.curves;
  const curve = (place, kind, x, y, xLabel, yLabel, chance) => chart(place, {x, xLabel, yLabel,
    series: [line(first.name, 'first', {width: 2.5}), ...others.map((c, i) => line(c.name, ['second', 'fourth'][i], {width: 1.5})),
      line('chance', 'third', {dash: [4, 4], width: 1})],
    data: [y, ...others.map(c => along(c[kind], x)), x.map(chance)],
    options: {scales: {x: {time: false, range: [0, 1]}, y: {range: [0, 1.02]}}}});
  curve('roc', 'roc', xs(first.roc), ys(first.roc), 'false alarm rate', 'recall', x => x);
  const recalls = [...new Set(xs(first.precisionRecall))];
  curve('pr', 'precisionRecall', recalls, along(first.precisionRecall, recalls), 'recall', 'precision', () => figures.auprcChance);
  head(byId('tops'), ['k', 'precision', '']);
  figures.precisionAt.forEach((top, i) => bar(byId('tops'), top.precision, figure(`precisionAt.${i}.k`), figure(`precisionAt.${i}.precision`)));
}

const examined = figures.featureShares.examined;
say('examined', !examined ? 'No row is flagged.'
  : `The feature that a flagged row would gain most by, if it alone could be any other value: shares of ${
    examined < figures.flagged ? number(examined) + ' of the ' : 'the '}${count(figures.flagged, 'flagged row')}.`);
if (examined) {
  head(byId('shares'), [{text: 'feature', className: 'text'}, 'share', '']);
  figures.featureShares.shares.forEach((one, i) =>
    bar(byId('shares'), one.share, {text: one.feature, className: 'text'}, figure(`featureShares.shares.${i}.share`, v => number(v, 3))));
} else if (!calibrated) {
  drop('shares');
}

const h = data.histogram, ended = shares => [...shares, shares[shares.length - 1]];
const from = h.edges[0], to = h.edges[h.edges.length - 1];
const where = !calibrated ? '' : figures.threshold < from ? 'further left' : figures.threshold > to ? 'further right' : 'here';
const bars = uPlot.paths.stepped({align: 1});
chart('likelihood', {x: h.edges, xLabel: 'log-likelihood, nats', yLabel: data.ranked ? 'share of each kind' : 'share of rows',
  series: [line(data.ranked ? 'ordinary' : 'rows', 'first', {paths: bars}), ...(data.ranked ? [line('anomalies', 'second', {paths: bars})] : [])],
  data: [ended(h.ordinary), ...(data.ranked ? [ended(h.anomalies)] : [])],
  options: {hooks: {draw: [u => {
    if (where !== 'here') return;
    const at = u.valToPos(figures.threshold, 'x', true);
    u.ctx.save();
    u.ctx.strokeStyle = colour('alarm');
    u.ctx.setLineDash([6, 4]);
    u.ctx.beginPath();
    u.ctx.moveTo(at, u.bbox.top);
    u.ctx.lineTo(at, u.bbox.top + u.bbox.height);
    u.ctx.stroke();
    u.ctx.restore();
  }]}}});
say('below', (!calibrated ? '' : where === 'here' ? 'The dashed line is the threshold. ' : `The threshold lies ${where}. `)
  + (h.below ? `The leftmost step holds ${count(h.below, 'row')} that ${h.below === 1 ? 'lies' : 'lie'} further left, too.` : ''));

if (data.calibration.length) {
  chart('calibration', {x: xs(data.calibration), xLabel: 'p-value', yLabel: 'share of rows',
    series: [line('observed', 'first'), line('ideal', 'third', {dash: [4, 4], width: 1})],
    data: [ys(data.calibration), xs(data.calibration)],
    options: {scales: {x: {time: false, distr: 3}, y: {distr: 3}}}});
} else {
  drop('calibration');
}
if (data.tail.length) {
  const at = k => data.tail.map(p => p[k]);
  chart('tail', {x: at(0), xLabel: '−log₁₀ p, expected', yLabel: '−log₁₀ p, observed',
    series: [line('band, from', 'soft', {width: 1}), line('to', 'soft', {width: 1}), line('ideal', 'third', {dash: [4, 4], width: 1}),
      line('observed', 'first', {points: {show: true, size: 4}})],
    data: [at(2), at(3), at(0), at(1)],
    options: {bands: [{series: [2, 1], fill: colour('line')}],
      scales: {x: {time: false}, y: {range: [0, 1.5 * Math.max(...at(0))]}}}});
} else {
  drop('tail');
}

function explained(table, rows, labelled) {
  head(table, ['row', 'log-likelihood, nats', 'p-value', ...(labelled ? ['label'] : []), {text: 'would gain most by', className: 'text'}, ...data.features]);
  for (const r of rows) {
    const best = r.gains.map((g, k) => [g, k]).sort((a, b) => b[0] - a[0]).slice(0, 3).filter(g => g[0] > 0);
    row(table.tBodies[0], [number(r.row), number(r.logLikelihood, 6), number(r.pValue),
      ...(labelled ? [r.anomaly ? {text: 'anomaly', className: 'alarm'} : 'ordinary'] : []),
      {text: best.map(([g, k]) => `${data.features[k]} +${number(g, 3)}`).join(', '), className: 'text'},
      ...r.features.map(x => number(x))]);
  }
}
explained(byId('rows'), data.least, figures.anomalies !== null);
if (data.ranked && calibrated && figures.missed) {
  say('missed', `Anomalies that are not flagged: ${number(figures.missed)}. ${data.missed.length < figures.missed ? `These are the ${data.missed.length} most likely of them` : 'The most likely come first'}. With each, what it would gain in nats if that feature alone could be any other value: where that is little, the model finds the row ordinary.`);
  explained(byId('missed-rows'), data.missed, false);
} else if (data.ranked) {
  drop('missed');
}

const own = (name, path, text) => [name, figure('model.' + path, text)];
facts(byId('model'), [own('File', 'file'), own('Version', 'version'), own('Made', 'createdAt', time), own('By', 'origin', v => v.toLowerCase()),
  ...(model.note ? [own('From', 'note')] : []),
  ...(model.windowStart === null ? [] : [own('Window begins', 'windowStart', time), own('Window ends', 'windowEnd', time)]),
  own('Features', 'features'), own('Width', 'width'), own('Layers', 'layers'), own('Runge-Kutta steps', 'steps'), own('Iterations', 'iterations'),
  own('Rows it was fitted to', 'rowsTrained'), own('Rows held out', 'rowsHeldOut'), own('Held-out −log p, nats', 'heldOutLoss'),
  own('Calibration rows', 'rowsCalibration'), own('Calibration rows of the tail', 'rowsTail'),
  own('Taken for anomalies among them', 'estimatedContamination'), own('Smallest alert rate known', 'smallestAlertRate')]);
