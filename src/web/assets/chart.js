// Draws delivery times as dots. What it shows stands as words and as a table on the page too.
/* global uPlot */

const HEIGHT = 220;
const NEAR_PX = 14;
/** Round times for the axis, in milliseconds. */
const MARKS = [250, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000];
/** Above the expiry, where a code that never came has its place. */
const LANE = 2;
const LEAST_PAUSE_MS = 2000;

const charts = new WeakMap();

function words(ms) {
  if (ms < 995) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(ms % 1000 === 0 ? 0 : 1)} s`;
  if (ms < 99_500) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

const clock = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);

/** Colours are the style sheet's, of light or dark as it is now. */
function colours(box) {
  const style = getComputedStyle(box);
  const of = (selector) => getComputedStyle(box.parentElement.querySelector(selector)).color;
  const by = {};
  for (const item of box.parentElement.querySelectorAll('[data-result]'))
    by[item.dataset.result] = getComputedStyle(item.firstElementChild).color;
  return { text: of('.legend'), line: style.borderTopColor, by, font: style.fontFamily };
}

/** Where a dot stands; codes that never came stand in their lane. */
const heightOf = ({ ms, expiryMs }, index) => ms[index] ?? expiryMs * LANE;

const SYMBOLS = {
  on_time: (path, x, y, r) => path.arc(x, y, r * 0.8, 0, 2 * Math.PI),
  late: (path, x, y, r) => polygon(path, [x, y - 1.5 * r, x + 1.5 * r, y, x, y + 1.5 * r, x - 1.5 * r, y]),
  lost(path, x, y, r) {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  },
  unreadable: (path, x, y, r) => polygon(path, [x, y - 1.4 * r, x + 1.3 * r, y + r, x - 1.3 * r, y + r]),
  unmeasured: (path, x, y, r) => path.arc(x, y, r, 0, 2 * Math.PI),
};
const FILLED = new Set(['on_time', 'late', 'unreadable']);

function polygon(path, [x, y, ...rest]) {
  path.moveTo(x, y);
  for (let index = 0; index < rest.length; index += 2) path.lineTo(rest[index], rest[index + 1]);
  path.closePath();
}

const resultOf = ({ results, result }, index) => {
  const name = results[result[index]];
  return name === 'redacted' ? 'unmeasured' : name;
};

function drawDots(plot, chart) {
  const { data, colour } = chart;
  const { ctx } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.lineWidth = 2 * ratio;
  for (let index = 0; index < data.at.length; index += 1) {
    const name = resultOf(data, index);
    const x = plot.valToPos(data.at[index] / 1000, 'x', true);
    const y = plot.valToPos(heightOf(data, index), 'y', true);
    const isNear = chart.near === index;
    ctx.beginPath();
    SYMBOLS[name](ctx, x, y, (isNear ? 6 : 3.5) * ratio);
    ctx.strokeStyle = ctx.fillStyle = colour.by[name];
    if (FILLED.has(name)) ctx.fill();
    else ctx.stroke();
  }
  ctx.restore();
}

function drawLimits(plot, { data, colour }) {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px ${colour.font}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  ctx.lineWidth = ratio;
  for (const [name, ms, result] of [
    ['deadline', data.deadlineMs, 'late'],
    ['expiry', data.expiryMs, 'lost'],
  ]) {
    const y = Math.round(plot.valToPos(ms, 'y', true)) + 0.5;
    ctx.strokeStyle = ctx.fillStyle = colour.by[result];
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.fillText(`${name} ${words(ms)}`, bbox.left + 4 * ratio, y - 2 * ratio);
  }
  ctx.restore();
}

/** Round times far enough from one another, and the lane of the lost. */
function splits(plot, _axis, least, most) {
  const { data } = charts.get(plot.root.parentElement);
  const kept = [];
  let last = Infinity;
  for (const ms of MARKS) {
    if (ms < least || ms > Math.min(most, data.expiryMs)) continue;
    const y = plot.valToPos(ms, 'y');
    if (last - y < 20) continue;
    kept.push(ms);
    last = y;
  }
  return [...kept, data.expiryMs * LANE];
}

function optionsOf(box, chart) {
  const { colour } = chart;
  const axis = {
    stroke: colour.text,
    font: `11px ${colour.font}`,
    grid: { stroke: colour.line, width: 1 },
    ticks: { show: false },
  };
  const { data } = chart;
  const least = Math.min(500, ...data.ms.filter((ms) => ms !== null && ms > 0)) * 0.8;
  return {
    width: box.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { setScale: false, x: false }, points: { show: false }, x: false, y: false },
    scales: {
      x: { range: () => [data.from / 1000, data.to / 1000] },
      y: { distr: 3, range: () => [Math.max(100, least), data.expiryMs * 3] },
    },
    axes: [
      { ...axis, space: 64, size: 26, values: (_plot, times) => times.map(clock) },
      {
        ...axis,
        size: 46,
        splits,
        filter: (_plot, found) => found,
        values: (_plot, found) => found.map((ms) => (ms > data.expiryMs ? 'never' : words(ms))),
      },
    ],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    series: [{}, { paths: () => null, points: { show: false } }],
    hooks: {
      drawAxes: [(plot) => drawLimits(plot, charts.get(box))],
      draw: [(plot) => drawDots(plot, charts.get(box))],
      setCursor: [(plot) => point(plot, charts.get(box))],
    },
  };
}

/** The dot that is pointed at. */
function point(plot, chart) {
  const { data } = chart;
  const { left, top } = plot.cursor;
  let [near, least] = [null, NEAR_PX ** 2];
  for (let index = 0; index < data.at.length; index += 1) {
    const dx = plot.valToPos(data.at[index] / 1000, 'x') - left;
    const dy = plot.valToPos(heightOf(data, index), 'y') - top;
    if (left >= 0 && dx * dx + dy * dy < least) [near, least] = [index, dx * dx + dy * dy];
  }
  if (near === chart.near) return;
  chart.near = near;
  plot.redraw(false);
  tell(plot, chart);
}

function tell(plot, { data, near, tip }) {
  tip.hidden = near === null;
  plot.over.classList.toggle('pointing', near !== null);
  if (near === null) return;
  const took = data.ms[near] === null ? '' : ` after ${words(data.ms[near])}`;
  const asked = new Date(data.at[near]).toISOString().slice(11, 19);
  const route = data.routes[data.route[near]];
  tip.textContent = `${resultOf(data, near).replace('_', ' ')}${took} · ${route} · ${asked} UTC`;
  const x = plot.valToPos(data.at[near] / 1000, 'x');
  const y = plot.valToPos(heightOf(data, near), 'y');
  const isRight = x > plot.over.clientWidth / 2;
  tip.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px) translate(${isRight ? '-104%' : '4%'}, -50%)`;
}

function build(box, chart) {
  chart.plot?.destroy();
  charts.set(box, chart);
  box.replaceChildren();
  chart.colour = colours(box);
  chart.tip = document.createElement('div');
  chart.tip.className = 'tip';
  chart.tip.hidden = true;
  chart.plot = new uPlot(optionsOf(box, chart), columns(chart.data), box);
  chart.plot.over.append(chart.tip);
  let isTouch = false;
  let shown = null;
  chart.plot.over.addEventListener('pointerdown', ({ pointerType }) => {
    isTouch = pointerType === 'touch';
    shown = chart.near;
  });
  // A finger cannot point without touching: its first touch tells, the second opens.
  chart.plot.over.addEventListener('click', () => {
    const { near, data } = chart;
    if (near !== null && (!isTouch || shown === near))
      location.assign(`/attempts/${encodeURIComponent(data.id[near])}`);
  });
}

const columns = (data) => [data.at.map((at) => at / 1000), data.at.map((_, index) => heightOf(data, index))];

async function update(box) {
  const known = charts.get(box);
  if (known?.isBusy || Date.now() - (known?.fetchedAt ?? 0) < (known?.pauseMs ?? 0)) return;
  const chart = known ?? { near: null };
  charts.set(box, chart);
  chart.isBusy = true;
  try {
    const answer = await fetch(box.dataset.chart);
    if (!answer.ok) return;
    chart.data = await answer.json();
    box.hidden = chart.data.at.length === 0;
    chart.pauseMs = Math.max(LEAST_PAUSE_MS, chart.data.at.length * 10);
    chart.near = null;
    if (!box.hidden) build(box, chart);
  } catch {
    // The next turn tries again.
  } finally {
    chart.fetchedAt = Date.now();
    chart.isBusy = false;
  }
}

const boxes = () => [...document.querySelectorAll('[data-chart]')];

const sizes = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = charts.get(target);
    if (chart?.plot && target.clientWidth !== chart.plot.width)
      chart.plot.setSize({ width: target.clientWidth, height: HEIGHT });
  }
});

function updateAll() {
  for (const box of boxes()) {
    sizes.observe(box);
    void update(box);
  }
}

updateAll();
document.addEventListener('fresh', updateAll);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  for (const box of boxes()) if (charts.get(box)?.data && !box.hidden) build(box, charts.get(box));
});
