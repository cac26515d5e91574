// What the pages share: colours of the style, charts that fill their place, numbers as text.
'use strict';

const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();

const number = (value, digits = 4) =>
  value === null || value === undefined ? '–'
    : typeof value === 'string' ? value
      : Number.isInteger(value) ? value.toLocaleString('en-US')
        : value.toLocaleString('en-US', {maximumSignificantDigits: digits});

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

// A row of a table; cells are text, or {text, className}.
function row(body, cells) {
  const tr = body.insertRow();
  for (const cell of cells) {
    const td = tr.insertCell();
    td.textContent = typeof cell === 'object' && cell !== null ? cell.text : cell;
    if (cell && cell.className) td.className = cell.className;
  }
  return tr;
}
