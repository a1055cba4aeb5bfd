const { axis, sizes, measures, experiments, gaps } = report;
const judged = experiments.flatMap((experiment) =>
  experiment.runs.filter((run) => run.verdict !== null).map((run) => ({ experiment, ...run })));
const LINES = ["#1f9e89", "#3d8bd9", "#d4952a", "#b95aa6", "#e0523f", "#6b7fd7", "#7d9a2b", "#8b95a5"];
const PUBLISHED_DASH = [6, 5];
const CHARTS = ["median", "p95", "mean", "rps", "failures", "requests", "usd_per_million", "usd"] // what users feel comes first
  .filter((key) => measures.some((measure) => measure.key === key));

/** A colour for each experiment; published figures have that of the measured ones of their name. */
function colours() {
  const given = new Map();
  const ofPlan = new Map();
  const next = () => LINES[new Set(given.values()).size % LINES.length];
  for (const experiment of experiments) {
    const known = experiment.published ? ofPlan.get(experiment.plan) : undefined;
    given.set(experiment, known ?? next());
    if (!ofPlan.has(experiment.plan)) {
      ofPlan.set(experiment.plan, given.get(experiment));
    }
  }
  return given;
}
const colourOf = colours();

const runOf = (experiment, size) => experiment.runs.find((run) => run.size === size);
const figureOf = (experiment, size, measure) => runOf(experiment, size)?.figures[measure.key] ?? null;

function header() {
  const plans = distinct(experiments.map((experiment) => experiment.plan));
  const fact = (name, value) => el("span", {}, `${name} `, el("b", {}, value));
  const range = sizes.length > 1 ? `${axisNumber(sizes[0])} to ${axisNumber(sizes.at(-1))}` : axisNumber(sizes[0]);
  return el("header", {},
    el("div", { class: "mark" }, "Muster comparison"),
    el("h1", {}, plans.length <= 4 ? plans.join(", ") : plural(plans.length, "experiment")),
    el("div", { class: "facts" },
      fact("lines", number(experiments.length)),
      fact("runs", number(judged.length)),
      fact(axis, range)),
    verdict());
}

function verdict() {
  const worst = ["INVALID", "DEGRADED", "VALID"].find((state) => judged.some((run) => run.verdict.state === state));
  const doubtful = judged.filter((run) => run.verdict.state !== "VALID");
  const meaning = {
    VALID: "In every run, what was planned was sent, on time, and every request is accounted for.",
    DEGRADED: "The numbers hold within the limits named here.",
    INVALID: "Some numbers say more about the load generator than about the target.",
  }[worst];
  const section = el("section", { class: `card verdict ${worst}` },
    el("p", {}, badge(worst), meaning, doubtful.length > 0 ? ` ${judged.length - doubtful.length} of ${plural(judged.length, "run")} are VALID.` : ""));
  for (const run of doubtful) {
    section.append(
      el("p", {}, badge(run.verdict.state), el("b", {}, `${run.experiment.name}, ${run.label}`)),
      el("ul", {}, ...run.verdict.reasons.map((reason) => el("li", {}, reason))));
  }
  section.append(...gaps.map((gap) => el("p", {}, gap)));
  return section;
}

function charts() {
  const margin = (sizes.at(-1) - sizes[0]) * 0.03 || 1;
  const shared = {
    x: sizes,
    xName: axis,
    xText: (value) => axisNumber(value),
    xScale: { range: (_, min, max) => (min <= sizes[0] && max >= sizes.at(-1) ? [Math.max(0, sizes[0] - margin), sizes.at(-1) + margin] : [min, max]) },
    xAxis: { values: (_, splits) => splits.map((value) => axisNumber(value)) },
    sync: "compare",
    gaps: true,
  };
  const title = (measure) => `${measure.text[0].toUpperCase()}${measure.text.slice(1)} by ${axis}`;
  return el("section", {}, el("h2", {}, axis === "users" ? "By number of users" : `By ${axis}`), el("div", { class: "grid" },
    ...CHARTS.map((key) => {
      const measure = measures.find((each) => each.key === key);
      const known = experiments.filter((experiment) => experiment.runs.some((run) => measure.key in run.figures));
      const lines = known.map((experiment) => line(
        experiment.name,
        sizes.map((size) => figureOf(experiment, size, measure)),
        colourOf.get(experiment),
        { points: true, ...(experiment.published ? { dash: PUBLISHED_DASH, width: 1.25 } : {}) }));
      const isTime = measure.unit === "ms";
      return chartCard(title(measure), isTime ? "response time, ms" : measure.unit === "USD" ? "USD" : "",
        { ...shared, x: lines.length > 0 ? sizes : [], unit: measure.unit, log: isTime && spread(lines), lines }, { mayLog: isTime });
    })));
}

/** Whether a linear axis would press some of the lines to its floor. */
function spread(lines) {
  const values = lines.flatMap((each) => each.values).filter((value) => value > 0);
  return values.length > 0 && Math.max(...values) > 10 * Math.min(...values);
}

function figures() {
  const rows = sizes.flatMap((size) => experiments
    .filter((experiment) => runOf(experiment, size))
    .map((experiment, index) => ({ experiment, run: runOf(experiment, size), first: index === 0 })));
  const cell = (measure) => ({ run }) => {
    const value = run.figures[measure.key];
    if (value === undefined) {
      return "–";
    }
    const text = measure.unit === "" ? number(value) : measure.unit === "USD" ? dollars(value) : short(value);
    return measure.key === "failures" && value > 0 ? el("span", { class: "bad" }, text) : text;
  };
  const name = ({ experiment }) => {
    const dot = el("span", { class: experiment.published ? "dot hollow" : "dot" });
    dot.style.setProperty("--state", colourOf.get(experiment));
    return el("span", {}, dot, experiment.name);
  };
  const section = card(heading("The figures", measures.some((measure) => measure.unit === "USD") ? "response times in ms, cost in USD" : "response times in ms"), table([
    [axis, (row) => (row.first ? el("b", {}, axis === "users" ? number(row.run.size) : row.run.label) : "")],
    ["experiment", name, "text"],
    ...measures.map((measure) => [measure.text, cell(measure)]),
    ["verdict", ({ run }) => (run.verdict === null ? el("span", { class: "muted" }, "published") : badge(run.verdict.state))],
  ], rows));
  section.classList.add("below");
  return section;
}

function footer() {
  const terms = [
    ["A point", "is one run's own figure, from the histograms of all its workers added up. Nothing is averaged over runs."],
    ["Requests", "are those that were sent, the failed ones included."],
    ["Response time", "from the instant a request was due to its last byte, of all requests that ended, answered or failed."],
    ...(measures.some((measure) => measure.unit === "USD")
      ? [["Cost", "is that of the workers' machines from a run's start to the last second in which a request ended; of a million requests answered beside it. Not that of the target."]]
      : []),
    ...(experiments.some((experiment) => experiment.published)
      ? [["Dashed", "are figures that were published by others. They were not measured here, and nobody has judged them."]]
      : []),
  ];
  return el("footer", {}, el("dl", {}, ...terms.flatMap(([term, meaning]) => [el("dt", {}, term), el("dd", {}, meaning)])));
}

document.title = `${distinct(experiments.map((experiment) => experiment.plan)).join(", ")} – Muster comparison`;
page.append(header(), charts(), figures(), footer());
