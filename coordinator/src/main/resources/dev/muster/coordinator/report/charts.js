"use strict";

/* Colours that hold on a light and on a dark card, so that neither theme nor print needs a redraw. */
const COLOUR = {
  axis: "#808b9a",
  grid: "rgba(128, 138, 154, 0.18)",
  users: "#6b7fd7",
  sent: "#8b95a5",
  answered: "#1f9e89",
  failed: "#e0523f",
  p50: "#1f9e89",
  p90: "#3d8bd9",
  p95: "#d4952a",
  p99: "#b95aa6",
  max: "#8b95a5",
  disturbed: "rgba(224, 156, 40, 0.26)",
};

const SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];

const number = (value, places = 0) =>
  value.toLocaleString("en-US", { minimumFractionDigits: places, maximumFractionDigits: places });
const short = (value) => number(value, value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2);
const dollars = (usd) => (usd == null ? "–" : usd.toFixed(usd !== 0 && usd < 0.1 ? 4 : 2));
const axisNumber = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 3 });
const clock = (seconds) => {
  const two = (value) => String(value).padStart(2, "0");
  const s = Math.round(seconds);
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor(s / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
};

/** A line of a chart; nulls in values are gaps. */
function line(label, values, colour, more = {}) {
  return { label, values, colour, ...more };
}

const live = new Map(); // element -> uPlot

function plotSize(element) {
  return { width: Math.max(240, element.clientWidth), height: 240 };
}

const resizing = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    live.get(target)?.setSize(plotSize(target));
  }
});

/** Ends the charts within an element that is about to go. */
function forgetCharts(parent) {
  for (const [element, plot] of live) {
    if (parent.contains(element)) {
      resizing.unobserve(element);
      plot.destroy();
      live.delete(element);
    }
  }
}

/**
 * Draws lines into an element. chart: x, lines, unit, log, xName, xText (of a value), xAxis (uPlot
 * axis options), sync (charts with the same key share their cursor), loadEnd (x at which the drain
 * begins), disturbed (stretches of x, each from and to), events (each with its second, which is an x),
 * gaps (whether a null breaks a line).
 */
function draw(element, chart) {
  if (live.has(element)) {
    live.get(element).destroy();
  }
  const values = chart.lines.flatMap((each) => each.values).filter((value) => value > 0);
  const log = chart.log && values.length > 0;
  const figure = (value) => (chart.unit === "USD" ? dollars(value) : Number.isInteger(value) ? number(value) : short(value));
  const text = (value) => (value == null ? "" : `${figure(value)} ${chart.unit}`);
  const axis = { stroke: COLOUR.axis, font: "12px system-ui, sans-serif", ticks: { show: false } };
  const options = {
    ...plotSize(element),
    padding: [10, 12, 0, 0],
    scales: {
      x: { time: false, ...chart.xScale },
      y: log
        ? { distr: 3 }
        : { range: (_, min, max) => [0, max > 0 ? uPlot.rangeNum(0, max, 0.1, true)[1] : 1] },
    },
    axes: [
      { ...axis, size: 32, grid: { show: false }, ...chart.xAxis },
      {
        ...axis,
        size: 58,
        grid: { stroke: COLOUR.grid, width: 1 },
        values: (_, splits) => splits.map((value) => (value == null ? "" : axisNumber(value))),
      },
    ],
    cursor: {
      y: false,
      points: { size: 6 },
      drag: { x: true, y: false },
      ...(chart.sync ? { sync: { key: chart.sync } } : {}),
    },
    series: [
      { label: chart.xName, value: (_, value) => (value == null ? "" : chart.xText(value)) },
      ...chart.lines.map((each) => ({
        label: each.label,
        stroke: each.colour,
        fill: each.fill,
        width: each.width ?? 1.75,
        dash: each.dash,
        paths: each.steps ? uPlot.paths.stepped({ align: -1 }) : undefined,
        spanGaps: !chart.gaps,
        points: { show: each.points ?? false, size: 7, fill: each.colour },
        value: (_, value) => text(value),
      })),
    ],
    legend: { markers: { dash: (_, index) => (options.series[index].dash ? "dotted" : "solid") } },
    hooks: {
      ready: [(plot) => plot.root.classList.add("idle")],
      setCursor: [(plot) => plot.root.classList.toggle("idle", plot.cursor.idx == null)],
      drawAxes: [(plot) => markDrain(plot, chart.loadEnd), (plot) => markDisturbed(plot, chart.disturbed ?? []), (plot) => markEvents(plot, chart.events ?? [])],
    },
  };
  // A logarithm has no zero: what is not above it is a gap there.
  const shown = (value) => (log && !(value > 0) ? null : value);
  const data = [chart.x, ...chart.lines.map((each) => each.values.map(shown))];
  live.set(element, new uPlot(options, data, element));
  resizing.observe(element);
}

/** Shades what comes after the planned duration. */
function markDrain(plot, loadEnd) {
  if (loadEnd === undefined || !(plot.scales.x.max > loadEnd)) {
    return;
  }
  const { ctx, bbox } = plot;
  const from = Math.max(bbox.left, plot.valToPos(loadEnd, "x", true));
  ctx.save();
  ctx.fillStyle = "rgba(128, 138, 154, 0.14)";
  ctx.fillRect(from, bbox.top, bbox.left + bbox.width - from, bbox.height);
  ctx.strokeStyle = COLOUR.axis;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(from, bbox.top);
  ctx.lineTo(from, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** Shades the ticks in which the generator itself was disturbed. */
function markDisturbed(plot, stretches) {
  const { ctx, bbox } = plot;
  const { min, max } = plot.scales.x;
  ctx.save();
  ctx.fillStyle = COLOUR.disturbed;
  for (const { from, to } of stretches.filter((each) => each.to > min && each.from < max)) {
    const left = plot.valToPos(Math.max(from, min), "x", true);
    // One second of a long run is less than a pixel, and would not be seen.
    const width = Math.max(plot.valToPos(Math.min(to, max), "x", true) - left, 2 * devicePixelRatio);
    ctx.fillRect(left, bbox.top, width, bbox.height);
  }
  ctx.restore();
}

/** Draws a line where somebody did something to the run. */
function markEvents(plot, events) {
  const { ctx, bbox } = plot;
  const { min, max } = plot.scales.x;
  ctx.save();
  ctx.strokeStyle = COLOUR.axis;
  ctx.lineWidth = devicePixelRatio;
  ctx.beginPath();
  for (const { second } of events.filter((each) => each.second >= min && each.second <= max)) {
    const x = plot.valToPos(second, "x", true);
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
  }
  ctx.stroke();
  ctx.restore();
}
