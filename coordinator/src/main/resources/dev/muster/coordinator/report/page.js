/* What every page is built of. */
const report = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("report");
const ROWS_AT_MOST = 200;

/** An element with children; a string becomes text, never markup. */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

const card = (...children) => el("section", { class: "card" }, ...children);
const badge = (state) => el("span", { class: `badge ${state}` }, state);
const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;
const percent = (part, whole) => (whole === 0 ? "0 %" : `${short((100 * part) / whole)} %`);
const distinct = (values) => [...new Set(values)];

const heading = (title, more) => el("h3", {}, title, el("span", { class: "unit" }, ` ${more}`));

/** A chart with its title, and a switch to a logarithmic axis if it may have one. */
function chartCard(title, unit, chart, { mayLog = false, wide = false } = {}) {
  const plot = el("div", { class: "plot" });
  const head = el("div", { class: "chart-head" }, heading(title, unit));
  const redraw = () => {
    if (!plot.isConnected) {
      return; // another run was chosen meanwhile
    }
    if (chart.x.length === 0) {
      plot.classList.add("empty");
      plot.replaceChildren(el("p", { class: "muted" }, "No request ended."));
    } else {
      draw(plot, chart);
    }
  };
  if (mayLog) {
    const box = el("input", { type: "checkbox" });
    box.checked = Boolean(chart.log);
    box.addEventListener("change", () => {
      chart.log = box.checked;
      redraw();
    });
    head.append(el("label", {}, box, "logarithmic"));
  }
  const section = card(head, plot);
  section.classList.toggle("wide", wide);
  requestAnimationFrame(redraw); // once it has a width
  return section;
}

/** columns: [name, cell of a row, "text" for words]; a cell is a string or an element. */
function table(columns, rows, onClick) {
  const head = el("tr", {}, ...columns.map(([name, , kind]) => el("th", { class: kind ?? "" }, name)));
  const body = rows.slice(0, ROWS_AT_MOST).map((row) => {
    const line = el("tr", {}, ...columns.map(([, cell, kind]) => el("td", { class: kind ?? "" }, cell(row))));
    if (onClick) {
      line.className = "link";
      line.addEventListener("click", () => onClick(row));
    }
    return line;
  });
  const scroll = el("div", { class: "scroll" },
    el("table", { class: "data" }, el("thead", {}, head), el("tbody", {}, ...body)));
  const more = rows.length - body.length;
  return more > 0 ? el("div", {}, scroll, el("p", { class: "muted" }, `… and ${plural(more, "row")} more in summary.json`)) : scroll;
}
