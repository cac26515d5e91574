// What the pages share: colours of the style, charts that fill their place, numbers as text.
'use strict';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

const number = (value, digits = 4) => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toExponential(digits - 1).replace(/\.?0*e\+?/, 'e');
  return value.toLocaleString('en-US', Number.isInteger(value) ? {} : {maximumSignificantDigits: digits});
};

// A chart in an element: x, and one array of y for each series {label, stroke, width, dash, points}.
function chart(place, {x, xLabel, yLabel, series, data, options = {}}) {
  const element = document.getElementById(place);
  const axis = label => ({
    // Colours are asked for whenever something is drawn: the theme may have changed.
    label, labelSize: 20, labelGap: 0, stroke: () => colour('soft'), font: '12px system-ui', labelFont: '12px system-ui',
    grid: {stroke: () => colour('line'), width: 1}, ticks: {stroke: () => colour('line'), width: 1},
  });
  const plot = new uPlot({
    width: element.clientWidth, height: options.height || 240,
    scales: {x: {time: false}, ...options.scales},
    axes: [{...axis(xLabel), ...options.xAxis}, {...axis(yLabel), size: 55, ...options.yAxis}],
    series: [{label: xLabel}, ...series],
    bands: options.bands || [],
    hooks: options.hooks || {},
    legend: {live: false},
    cursor: {drag: {x: false, y: false}},
  }, [x, ...data], element);
  new ResizeObserver(() => plot.setSize({width: element.clientWidth, height: options.height || 240})).observe(element);
  return plot;
}

const line = (label, name, more = {}) => ({label, stroke: () => colour(name), width: 2, points: {show: false}, ...more});

// Values of a curve's points [x, y] at other xs, straight in between; both ascending.
function along(points, xs) {
  let i = 0;
  return xs.map(x => {
    while (i < points.length - 2 && points[i + 1][0] < x) i++;
    const [x0, y0] = points[i], [x1, y1] = points[Math.min(i + 1, points.length - 1)];
    return x1 > x0 ? y0 + (Math.max(x, x0) - x0) / (x1 - x0) * (y1 - y0) : y0;
  });
}

// Fills an element with a cell: text, or {text, className, figure, value}; a figure is what its value is called.
function fill(element, cell) {
  const {text, className, figure, value} = typeof cell === 'object' && cell !== null ? cell : {text: cell};
  element.textContent = text;
  if (className) element.className = className;
  if (figure) Object.assign(element.dataset, {figure, value: JSON.stringify(value)});
  return element;
}

// The header row of a table.
function head(table, cells) {
  const tr = table.tHead.insertRow();
  for (const cell of cells) {
    const th = fill(document.createElement('th'), cell);
    th.scope = 'col';
    tr.append(th);
  }
}

// A row of a table; each cell has the name of its column, for where columns are stacked.
function row(body, cells) {
  const tr = body.insertRow(), names = body.parentElement.tHead?.rows[0]?.cells;
  cells.forEach((cell, i) => {
    const td = fill(tr.insertCell(), cell);
    if (names) td.dataset.label = names[i].textContent;
  });
  return tr;
}

// Named cells in a list.
function facts(list, cells) {
  for (const [name, cell] of cells) {
    const box = document.createElement('div');
    box.append(fill(document.createElement('dt'), name), fill(document.createElement('dd'), cell));
    list.append(box);
  }
}
