// Keeps deviations and closing balance of an economic report up to date while one types its costs.
// The server works them out again when the section is saved; without this file the saved figures stand.
const NBSP = "\u00a0";
const BLANKS = /[\s\u00a0\u202f\u2009]/g;

/** Read an amount in hundredths; null if it is not a number. */
function hundredths(text) {
  const cleaned = text.replace(BLANKS, "").replace(/kr$/i, "").replace(",", ".");
  const match = /^(\d*)(?:\.(\d{0,4}))?$/.exec(cleaned);
  if (!match) {
    return null;
  }
  return Number(match[1] || "0") * 100 + Number((match[2] ?? "").padEnd(2, "0").slice(0, 2));
}

function written(value, decimals) {
  const [whole, rest] = Math.abs(value).toFixed(decimals).split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, NBSP);
  const fraction = rest && Number(rest) ? `,${rest}` : "";
  return `${value < 0 ? "\u2212" : ""}${digits}${fraction}`;
}

const kronor = (value) => `${written(value / 100, 2)}${NBSP}kr`;
const percent = (value, of) => (of ? `${written((value / of) * 100, 1)} %` : "\u2013");

function inputOf(category) {
  return document.querySelector(`[data-row="${category}"][data-col="kostnad"]`);
}

function update(table) {
  let costs = 0;
  let budgets = 0;
  for (const row of table.querySelectorAll("[data-line]")) {
    const category = row.dataset.line;
    const cost = hundredths(inputOf(category)?.value ?? "");
    if (cost === null) {
      return; // What cannot be read is told of at its field; the figures stay as they were.
    }
    const budget = hundredths(row.dataset.budget);
    const deviation = cost - budget;
    row.querySelector("[data-cost]").textContent = kronor(cost);
    row.querySelector("[data-deviation]").textContent = kronor(deviation);
    row.querySelector("[data-percent]").textContent = percent(deviation, budget);
    table.querySelector(`[data-explain="${category}"]`).hidden = Math.abs(deviation) <= hundredths(row.dataset.limit);
    costs += cost;
    budgets += budget;
  }
  table.querySelector("[data-cost-sum]").textContent = kronor(costs);
  table.querySelector("[data-deviation-sum]").textContent = kronor(costs - budgets);
  table.querySelector("[data-percent-sum]").textContent = percent(costs - budgets, budgets);
  const closing = document.querySelector("[data-balance-closing]");
  if (closing) {
    document.querySelector("[data-balance-cost]").textContent = kronor(costs);
    closing.textContent = kronor(Math.max(0, hundredths(table.dataset.total) - costs));
  }
}

const table = document.querySelector("[data-report-figures]");
if (table && document.querySelector("[data-col='kostnad']")) {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-col='kostnad']")) {
      update(table);
    }
  });
}
