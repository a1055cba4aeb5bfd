const runs = report.runs;
const ended = (summary) => summary.ledger.answered + summary.ledger.failed;

/* The closed model has users, the open one a rate of arrivals; all runs of an experiment are of one. */
const open = runs.some((run) => run.summary.rate !== undefined);
const axis = open ? "rate" : "users";
const size = (summary) => summary.users ?? summary.rate;
const sizeText = (summary) => (open ? `${axisNumber(summary.rate)}/s` : number(summary.users));
const dropped = runs.some((run) => run.summary.dropped > 0);

const timeColumns = (of, names) =>
  names.map((name) => [
    { p50: "median", p999: "p99.9" }[name] ?? name,
    (row) => (of(row).count === 0 ? "–" : short(of(row)[`${name}Ms`])),
  ]);

const DISTURBED_BY = {
  cpu: "an event loop wanted a whole core",
  steal: "CPU time stolen by the hypervisor",
  gc: "stood still to collect garbage",
  stall: "stood still",
  lag: "requests left late",
  absent: "out of touch: its users were nobody's, then others'",
};

/* What machines cost is known of some runs, or of none. */
const costs = runs.some((run) => run.summary.cost);
const costText = (cost, usd) => (cost && usd != null ? `${cost.incomplete ? "≥ " : ""}${dollars(usd)}` : "–");

const count = (value, bad = false) => (bad && value > 0 ? el("span", { class: "bad" }, number(value)) : number(value));

/* ---- the whole experiment ---- */

function header() {
  const targets = distinct(runs.map((run) => run.summary.target));
  const started = runs.map((run) => run.summary.startedAt).sort()[0];
  const requests = runs.reduce((sum, run) => sum + run.summary.ledger.sent, 0);
  const fact = (name, value) => el("span", {}, `${name} `, el("b", {}, value));
  return el("header", {},
    el("div", { class: "mark" }, "Muster report"),
    el("h1", {}, report.name),
    el("div", { class: "facts" },
      ...(targets.length > 0 ? [fact("target", targets.join(", "))] : []),
      ...(started ? [fact("started", started.slice(0, 19).replace("T", " ") + " UTC")] : []),
      fact("runs", number(runs.length)),
      fact("requests sent", number(requests))),
    verdict());
}

function verdict() {
  if (runs.length === 0) {
    return el("section", { class: "card verdict" }, el("p", {}, "No run has ended."));
  }
  const order = ["INVALID", "DEGRADED", "VALID"];
  const worst = order.find((state) => runs.some((run) => run.summary.verdict.state === state));
  const good = runs.filter((run) => run.summary.verdict.state === "VALID").length;
  const meaning = {
    VALID: "What was planned was sent, on time, and every request is accounted for.",
    DEGRADED: "The numbers hold within the limits named here.",
    INVALID: "Some numbers say more about the load generator than about the target.",
  }[worst];
  const section = el("section", { class: `card verdict ${worst}` },
    el("p", {}, badge(worst), meaning, runs.length > 1 ? ` ${good} of ${runs.length} runs are VALID.` : ""));
  for (const { summary } of runs.filter((run) => run.summary.verdict.reasons.length > 0)) {
    section.append(
      el("p", {}, ...(runs.length > 1 ? [badge(summary.verdict.state), el("b", {}, summary.run)] : [])),
      el("ul", {}, ...summary.verdict.reasons.map((reason) => el("li", {}, reason))));
  }
  return section;
}

function acrossRuns() {
  const section = el("section", {}, el("h2", {}, "Across the runs"));
  const sorted = [...runs].sort((a, b) => size(a.summary) - size(b.summary));
  const sizes = sorted.map((run) => size(run.summary));
  if (distinct(sizes).length === sizes.length) {
    const of = (value) => sorted.map((run) => (ended(run.summary) === 0 ? null : value(run.summary)));
    const percentile = (name) => line(name, of((s) => s.responseTime[`${name}Ms`]), COLOUR[name], { points: true });
    const margin = (sizes.at(-1) - sizes[0]) * 0.03;
    const shared = {
      x: sizes,
      xName: axis,
      xText: (value) => (open ? `${axisNumber(value)}/s` : number(value)),
      xScale: { range: (_, min, max) => (min <= sizes[0] && max >= sizes.at(-1) ? [Math.max(0, sizes[0] - margin), sizes.at(-1) + margin] : [min, max]) },
      xAxis: { values: (_, splits) => splits.map((value) => axisNumber(value)) },
      sync: "across",
    };
    section.append(el("div", { class: "grid" },
      chartCard(`Response time by ${axis}`, "ms", { ...shared, unit: "ms", log: spread(sorted), lines: ["p50", "p90", "p95", "p99"].map(percentile) }, { mayLog: true }),
      chartCard(`Throughput by ${axis}`, "requests/s", { ...shared, unit: "/s", lines: [
        line("answered", of((s) => s.requestsPerSecond * s.ledger.answered / ended(s)), COLOUR.answered, { points: true }),
        line("failed", of((s) => s.requestsPerSecond * s.ledger.failed / ended(s)), COLOUR.failed, { points: true }),
      ] })));
  }
  const several = distinct(runs.map((run) => run.summary.target)).length > 1;
  section.append(el("section", { class: "card below" }, heading("The runs", "response times in ms; choose one to see it below"), table([
    ["run", (run) => run.summary.run, "text"],
    ...(several ? [["target", (run) => run.summary.target, "text"]] : []),
    [axis, (run) => sizeText(run.summary)],
    ["requests", (run) => number(run.summary.ledger.sent)],
    ["expected", (run) => `${number(run.summary.expected.requests)} ± ${number(run.summary.expected.sd)}`],
    ["failures", (run) => count(run.summary.ledger.failed, true)],
    ...(dropped ? [["dropped", (run) => count(run.summary.dropped, true)]] : []),
    ["requests/s", (run) => short(run.summary.requestsPerSecond)],
    ...timeColumns((run) => run.summary.responseTime, ["p50", "mean", "p95", "p99", "max"]),
    ...(costs ? [["USD", (run) => costText(run.summary.cost, run.summary.cost?.usd)],
      ["USD per million answered", (run) => costText(run.summary.cost, run.summary.cost?.usdPerMillionAnswered)]] : []),
    ["verdict", (run) => badge(run.summary.verdict.state)],
  ], runs, (run) => show(runs.indexOf(run), true))));
  return section;
}

/** Whether a linear axis would press most of the runs to its floor. */
function spread(sorted) {
  const values = sorted.map((run) => run.summary.responseTime.p99Ms).filter((value) => value > 0);
  return values.length > 0 && Math.max(...values) > 20 * Math.min(...values);
}

/* ---- one run ---- */

const chosen = el("section", { id: "run", role: "tabpanel" });
const tabs = el("div", { class: "tabs", role: "tablist" });

function oneRun() {
  runs.forEach(({ summary }, index) => {
    const tab = el("button", { type: "button", role: "tab", class: summary.verdict.state, title: summary.verdict.state }, summary.run);
    tab.addEventListener("click", () => show(index));
    tabs.append(tab);
  });
  return el("section", {}, el("h2", {}, runs.length > 1 ? "Run by run" : "The run"), ...(runs.length > 1 ? [tabs] : []), chosen);
}

function show(index, scroll = false) {
  [...tabs.children].forEach((tab, each) => tab.setAttribute("aria-selected", String(each === index)));
  forgetCharts(chosen);
  const run = runs[index];
  chosen.replaceChildren(tiles(run.summary), timeCharts(run), ledger(run.summary), ...tables(run.summary));
  if (runs.length > 1) {
    history.replaceState(null, "", `#${encodeURIComponent(run.summary.run)}`);
  }
  if (scroll) {
    tabs.scrollIntoView({ behavior: "smooth" });
  }
}

function tiles(summary) {
  const tile = (name, value, unit, more, bad = false) => {
    const section = card(el("div", { class: "name" }, name), el("div", { class: "value" }, value, el("span", { class: "unit" }, unit)), el("div", { class: "more" }, more));
    section.classList.add("tile");
    section.classList.toggle("bad", bad);
    return section;
  };
  const { ledger, responseTime: times } = summary;
  const ms = (value) => (times.count === 0 ? "–" : short(value));
  return el("div", { class: "tiles" },
    tile("requests sent", number(ledger.sent), "", `expected ${number(summary.expected.requests)} ± ${number(summary.expected.sd)}`),
    tile("throughput", short(summary.requestsPerSecond), "/s", `${open ? sizeText(summary) : plural(summary.users, "user")}, ${clock(summary.durationSeconds)} min`),
    tile("failures", number(ledger.failed), "", `${percent(ledger.failed, ended(summary))} of those ended`, ledger.failed > 0),
    ...(summary.dropped > 0 ? [tile("dropped", number(summary.dropped), "", "arrivals that sent nothing", true)] : []),
    tile("median", ms(times.p50Ms), "ms", `mean ${ms(times.meanMs)} ms`),
    tile("p99", ms(times.p99Ms), "ms", `p95 ${ms(times.p95Ms)} ms`),
    tile("slowest", ms(times.maxMs), "ms", `p99.9 ${ms(times.p999Ms)} ms`),
    ...(summary.cost ? [tile("machines", costText(summary.cost, summary.cost.usd), "USD",
      `${costText(summary.cost, summary.cost.usdPerMillionAnswered)} USD per million answered`)] : []));
}

function timeCharts({ summary, ticks, responseTime, serviceTime }) {
  if (ticks.tick.length === 0) {
    return card(el("p", { class: "muted" }, "Nothing happened that could be drawn."));
  }
  const x = ticks.tick.map((tick) => tick + 1); // a tick's numbers stand at its end
  const any = ticks.answered.map((answered, tick) => answered + ticks.failed[tick] > 0);
  const shared = {
    x,
    xName: "time",
    xText: clock,
    xScale: { range: (_, min, max) => [min === x[0] ? 0 : min, max] },
    xAxis: { incrs: SECONDS, values: (_, splits) => splits.map(clock) },
    loadEnd: summary.durationSeconds,
    disturbed: stretches(summary.disturbances),
    events: summary.events,
    sync: "run",
    gaps: true,
  };
  const times = (name, more) => line(name, ticks[name].map((ms, tick) => (any[tick] ? ms : null)), COLOUR[name], more);
  const drained = x.length > 0 && x.at(-1) > summary.durationSeconds;
  return el("div", {},
    el("div", { class: "grid" },
      chartCard("Response time", "ms, of the requests that ended in each second", { ...shared, unit: "ms", lines: [
        times("p50"), times("p90"), times("p95"), times("p99"), times("max", { width: 1, dash: [3, 3] }),
      ] }, { mayLog: true, wide: true }),
      chartCard("Requests", "per second", { ...shared, unit: "/s", lines: [
        line("sent", ticks.sent, COLOUR.sent, { width: 1.25, dash: [4, 3] }),
        line("answered", ticks.answered, COLOUR.answered),
        line("failed", ticks.failed, COLOUR.failed),
        ...(summary.dropped > 0 ? [line("dropped arrivals", ticks.dropped, COLOUR.p95)] : []),
      ] }),
      chartCard("Users", "running, and requests in flight", { ...shared, unit: "", lines: [
        line("users", ticks.users, COLOUR.users, { fill: "rgba(107, 127, 215, 0.14)", steps: true }),
        line("in flight", ticks.inFlight, COLOUR.p99, { width: 1.25 }),
      ] }),
      chartCard("Failures", "per second", { ...shared, unit: "/s", lines: [
        line("failed", ticks.failed, COLOUR.failed, { fill: "rgba(224, 82, 63, 0.14)", steps: true }),
      ] }),
      percentileChart(ended(summary), responseTime, serviceTime)),
    el("p", { class: "muted below" }, `Drag over a chart to look closer, double-click to go back.${drained ? " Shaded: after the planned duration, when the last answers come in." : ""}`),
    ...(summary.events.length > 0 ? [el("p", { class: "muted" }, "Upright lines: what was done to the run, or happened to it; below it is told what.")] : []),
    ...(summary.disturbances.length > 0 ? [el("p", { class: "muted" }, el("span", { class: "swatch" }), "A worker was disturbed, and what was measured then may hold its own delay; below it is told by what.")] : []));
}

/** The stretches of time that disturbances cover, each once. */
function stretches(disturbances) {
  const merged = [];
  for (const { firstTick, lastTick } of [...disturbances].sort((a, b) => a.firstTick - b.firstTick)) {
    const before = merged.at(-1);
    if (before && firstTick <= before.to) {
      before.to = Math.max(before.to, lastTick + 1);
    } else {
      merged.push({ from: firstTick, to: lastTick + 1 });
    }
  }
  return merged;
}

/** Times by percentile, with the same width for every further nine. */
function percentileChart(requests, responseTime, serviceTime) {
  const curve = ({ percentile, ms }) => {
    const points = new Map();
    percentile.forEach((each, index) => {
      if (each < 100) {
        points.set(-Math.log10(1 - each / 100), ms[index]);
      }
    });
    if (ms.length > 0) {
      points.set(Math.max(Math.log10(requests), 0.1, ...points.keys()), ms.at(-1)); // 1 of them all
    }
    return [[...points.keys()], [...points.values()]];
  };
  const [x = [], response = [], service = []] = uPlot.join([curve(responseTime), curve(serviceTime)]);
  const whole = (value) => (100 * (1 - 10 ** -value)).toFixed(Math.max(1, Math.ceil(value))) + " %";
  return chartCard("Time by percentile", "ms, whole run", {
    x,
    unit: "ms",
    xName: "percentile",
    xText: whole,
    xAxis: {
      splits: (plot) => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].filter((nines) => nines <= plot.scales.x.max),
      values: (_, splits) => splits.map((nines) => `${(100 - 10 ** (2 - nines)).toFixed(Math.max(0, nines - 2))} %`),
    },
    lines: [line("response time", response, COLOUR.users), line("service time", service, COLOUR.answered, { dash: [5, 4] })],
  }, { mayLog: true });
}

function ledger({ ledger: all, expected }) {
  const balanced = all.sent === all.answered + all.failed + all.inFlight + all.lost;
  const part = (value, name) => el("span", {}, el("span", { class: "number" }, number(value)), el("span", { class: "name" }, name));
  const sign = (text) => el("span", { class: "sign" }, text);
  const off = all.sent - expected.requests;
  const inSd = expected.sd > 0 ? `, ${short(Math.abs(off) / expected.sd)} standard deviations` : "";
  const section = card(
    el("h3", {}, "Where every request went"),
    el("div", { class: "ledger" },
      part(all.sent, "sent"), sign(balanced ? "=" : "≠"), part(all.answered, "answered"), sign("+"), part(all.failed, "failed"), sign("+"),
      part(all.inFlight, "in flight at the end"), sign("+"), part(all.lost, "lost with a worker")),
    el("p", { class: balanced ? "muted" : "bad" },
      balanced ? "The ledger balances: every request is accounted for. " : "The ledger does not balance: requests are missing. ",
      expected.requests > 0 ? `The plan let expect ${number(expected.requests)} ± ${number(expected.sd)} requests; ${number(Math.abs(off))} ${off < 0 ? "fewer" : "more"} were sent (${percent(Math.abs(off), expected.requests)}${inSd}).` : ""));
  section.classList.add("below");
  return section;
}

function tables(summary) {
  const titled = (title, unit, content) => {
    const section = card(heading(title, unit), content);
    section.classList.add("below");
    return section;
  };
  const sections = [];
  sections.push(titled("What the times are made of", "ms, of all requests together", table([
    ["time", (row) => row.name, "text"],
    ["of", (row) => row.of, "text"],
    ["count", (row) => number(row.times.count)],
    ...timeColumns((row) => row.times, ["p50", "mean", "p90", "p95", "p99", "p999", "max"]),
  ], [
    { name: "schedule lag", of: "requests ended", times: summary.scheduleLag },
    { name: "connect", of: "connections opened", times: summary.connectTime },
    { name: "TLS", of: "handshakes", times: summary.tlsTime },
    { name: "first byte", of: "requests answered", times: summary.timeToFirstByte },
    { name: "service", of: "requests written", times: summary.serviceTime },
    { name: "response", of: "requests ended", times: summary.responseTime },
  ].filter((row) => row.times.count > 0))));
  if (summary.series.length > 0) {
    sections.push(titled("Requests by name and outcome", "response time in ms, and service time where it says so", table([
      ["request", (row) => `${row.method} ${row.name}`, "text"],
      ["outcome", (row) => (row.outcome === "failed" ? el("span", { class: "bad" }, row.outcome) : row.outcome), "text"],
      ["requests", (row) => number(row.responseTime.count)],
      ...timeColumns((row) => row.responseTime, ["p50", "mean", "p95", "p99", "p999", "max"]),
      ...timeColumns((row) => row.serviceTime, ["p50", "p99"]).map(([name, cell]) => [`service ${name}`, cell]),
      ["bytes", (row) => number(row.bodyBytes)],
    ], summary.series)));
  }
  if (summary.failures.length > 0) {
    sections.push(titled("Failures", "", table([
      ["failure", (row) => report.failureWords[row.kind] ?? row.kind, "text"],
      ["request", (row) => `${row.method} ${row.name}`, "text"],
      ["count", (row) => number(row.count)],
      ["share", (row) => percent(row.count, ended(summary))],
    ], summary.failures)));
  }
  if (summary.workers.length > 0) {
    sections.push(titled("Workers", "lag: how late they began a request, and stalls, in ms; CPU and what the busiest event loop wanted, in percent of a core", table([
      ["worker", (row) => row.name, "text"],
      ["id", (row) => row.id, "text"],
      [open ? "lanes" : "users", (row) => number(row.users)],
      ["sent", (row) => number(row.sent)],
      ["answered", (row) => number(row.answered)],
      ["failed", (row) => count(row.failed, true)],
      ["in flight", (row) => number(row.inFlight)],
      ["lost", (row) => count(row.lost, true)],
      ...timeColumns((row) => row.scheduleLag, ["p50", "p99", "max"]).map(([name, cell]) => [`lag ${name}`, cell]),
      ["CPU", (row) => (row.generator ? `${short(row.generator.cpuMeanPercent)} %` : "–")],
      ["loop max", (row) => (row.generator ? `${short(row.generator.loopMaxPercent)} %` : "–")],
      ["longest stall", (row) => (row.generator ? short(row.generator.stallLongestMs) : "–")],
      ["", (row) => (row.lostContact ? el("span", { class: "bad" }, "contact lost") : "")],
    ], summary.workers)));
  }
  if (summary.events.length > 0) {
    sections.push(titled("Events", "what was done to the run while it was on, and what happened to it", table([
      ["at", (row) => `${row.second.toFixed(1)} s`],
      ["", (row) => row.what, "text"],
    ], summary.events)));
  }
  if (summary.disturbances.length > 0) {
    sections.push(titled("Disturbances", "of the generator, in the seconds shaded above", table([
      ["worker", (row) => row.worker, "text"],
      ["by", (row) => DISTURBED_BY[row.cause] ?? row.cause, "text"],
      ["from", (row) => clock(row.firstTick)],
      ["to", (row) => clock(row.lastTick + 1)],
      ["longest", (row) => `${short(row.longestMs)} ms`],
    ], summary.disturbances)));
  }
  return sections;
}

/* ---- below ---- */

function footer() {
  const terms = [
    ["Response time", "from the instant a request was due to its last byte: what a user feels, any waiting of ours included."],
    ["Schedule lag", "from due to begun: the load generator's own delay."],
    ["Connect, TLS", "where a request needs a new connection: until TCP has opened it, and from there to the end of the handshake; one of each for a connection, none where one is used again."],
    ["First byte", "from the instant the first byte of a request was written to the first byte of its answer."],
    ["Service time", "from the instant the first byte of a request was written to its last byte. Response time is lag, connecting and service time together. Requests that failed before they were written have none."],
    ["Percentiles", "are read from the histograms of all workers added up, three significant digits; they are never averaged."],
    ...(dropped ? [["Dropped", "are arrivals that came when as many users were there as the plan allows; they sent nothing and are in no other number."]] : []),
    ...(costs ? [["USD", "is what the machines of a run's workers cost from its start to the end of the second in which its last request ended, and for a million requests answered; ≥ where a price is not known. Starting, waiting and EC2's minute at the least are not in it."]] : []),
    ["Expected", "is the number of requests that the plan's timetable gives at the mean time measured that a request keeps its user, ± one standard deviation."],
  ];
  return el("footer", {}, el("dl", {}, ...terms.flatMap(([term, meaning]) => [el("dt", {}, term), el("dd", {}, meaning)])));
}

document.title = `${report.name} – Muster report`;
page.append(header());
if (runs.length > 1) {
  page.append(acrossRuns());
}
if (runs.length > 0) {
  page.append(oneRun());
  const named = runs.findIndex((run) => `#${encodeURIComponent(run.summary.run)}` === location.hash);
  show(named >= 0 ? named : runs.length - 1);
}
if (report.planText !== "") {
  page.append(el("details", { class: "card" }, el("summary", {}, "The plan"), el("pre", {}, report.planText)));
}
page.append(footer());
