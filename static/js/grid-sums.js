// Keeps the sums of a grid up to date while one types. The server adds up again when the form is saved.
const NBSP = "\u00a0";
const BLANKS = /[\s\u00a0\u202f\u2009]/g;

/** Read a number as Swedes write it, in hundredths so that öre add up exactly; null if it is not a number. */
export function parseHundredths(text) {
  const cleaned = text.replace(BLANKS, "").replace("\u2212", "-").replace(/kr$/i, "").replace(",", ".");
  if (cleaned === "") {
    return 0n;
  }
  const match = /^(-?)(\d*)(?:\.(\d{0,2}))?$/.exec(cleaned);
  if (!match || (match[2] === "" && !match[3])) {
    return null;
  }
  const value = BigInt(match[2] || "0") * 100n + BigInt((match[3] ?? "").padEnd(2, "0"));
  return match[1] ? -value : value;
}

/** Write hundredths as `1 234 567,50`, with decimals only where there are any. */
export function formatHundredths(value) {
  const size = value < 0n ? -value : value;
  const whole = (size / 100n).toString().replace(/\B(?=(\d{3})+$)/g, NBSP);
  const rest = size % 100n;
  const decimals = rest === 0n ? "" : `,${rest.toString().padStart(2, "0")}`;
  return `${value < 0n ? "\u2212" : ""}${whole}${decimals}`;
}

function add(totals, key, value) {
  const before = totals.has(key) ? totals.get(key) : 0n;
  totals.set(key, before === null || value === null ? null : before + value);
}

function show(cell, value) {
  // A sum with something unreadable in it is no sum.
  cell.textContent = value === null ? "\u2013" : formatHundredths(value ?? 0n);
}

/** The share of `base` (öre) that `percent` (hundredths of a per cent) is, in öre and to the nearest whole krona. */
export function share(base, percent) {
  return base === null || percent === null || percent < 0n || percent > 10000n
    ? null
    : ((base * percent + 500000n) / 1000000n) * 100n;
}

/** A budget's overhead follows from the per cent of each column and the base that is chosen, as on the server. */
function addOverhead(table, cells, addCell) {
  const chosen = table.querySelector("[data-overhead-base]")?.selectedOptions[0]?.dataset.rows;
  for (const input of table.querySelectorAll("[data-overhead-percent]")) {
    const column = input.dataset.overheadPercent;
    const base = (chosen ?? "").split(" ").reduce((sum, row) => {
      const value = cells.has(`${row} ${column}`) ? cells.get(`${row} ${column}`) : 0n;
      return sum === null || value === null ? null : sum + value;
    }, 0n);
    const amount = chosen || !input.value.trim() ? share(base, parseHundredths(input.value.replace("%", ""))) : null;
    const output = table.querySelector(`[data-overhead-amount="${column}"]`);
    show(output, amount);
    addCell(output.dataset.row, column, amount);
  }
}

function update(table) {
  const rows = new Map();
  const columns = new Map();
  const all = new Map();
  const cells = new Map();
  const addCell = (row, column, value) => {
    add(rows, row, value);
    add(columns, column, value);
    add(all, "", value);
  };
  // Where numbers are counted an empty cell says nothing, and so does a sum of empty cells.
  const counts = "counts" in table.dataset;
  for (const input of table.querySelectorAll("[data-row][data-col]")) {
    if (counts && input.value.trim() === "") {
      continue;
    }
    const value = parseHundredths(input.value);
    cells.set(`${input.dataset.row} ${input.dataset.col}`, value);
    addCell(input.dataset.row, input.dataset.col, value);
  }
  addOverhead(table, cells, addCell);
  const sum = (sums, key) => (counts && !sums.has(key) ? null : sums.get(key));
  table.querySelectorAll("[data-row-total]").forEach((cell) => show(cell, sum(rows, cell.dataset.rowTotal)));
  table.querySelectorAll("[data-col-total]").forEach((cell) => show(cell, sum(columns, cell.dataset.colTotal)));
  table.querySelectorAll("[data-grand-total]").forEach((cell) => show(cell, sum(all, "")));
}

for (const table of document.querySelectorAll("[data-sum-grid]")) {
  table.addEventListener("input", () => update(table));
  update(table);
}
