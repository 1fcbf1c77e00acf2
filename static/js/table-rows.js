// Adds empty rows to a table of answers without loading the page anew. Without JavaScript the same button saves the
// section, and the page comes back with another empty row.
const CELL = /__(\d+)__/;

function number(row) {
  return Number(CELL.exec(row.querySelector("[name]").name)[1]);
}

function addRow(table) {
  const body = table.tBodies[0];
  const last = body.rows[body.rows.length - 1];
  const next = number(last) + 1;
  const row = last.cloneNode(true);
  for (const cell of row.querySelectorAll("[name]")) {
    cell.name = cell.name.replace(CELL, `__${next}__`);
    cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+/, String(next + 1)));
    cell.value = "";
  }
  body.append(row);
  return row;
}

function isFull(table) {
  return table.tBodies[0].rows.length >= Number(table.dataset.mostRows);
}

for (const table of document.querySelectorAll("table[data-rows]")) {
  const button = table.closest(".nch-field")?.querySelector("[data-add-row]");
  button?.addEventListener("click", (event) => {
    event.preventDefault();
    if (!isFull(table)) {
      addRow(table).querySelector("[name]").focus();
    }
    button.disabled = isFull(table);
  });
  // A kept copy may hold more rows than the page: they are made before it is laid back.
  table.closest("form")?.addEventListener("nch:before-fill", (event) => {
    const prefix = `${table.querySelector("[name]").name.replace(CELL, "__").split("__")[0]}__`;
    const wanted = event.detail.filter(([name]) => name.startsWith(prefix)).map(([name]) => Number(CELL.exec(name)[1]));
    while (number(table.tBodies[0].rows[table.tBodies[0].rows.length - 1]) < Math.max(-1, ...wanted) && !isFull(table)) {
      addRow(table);
    }
  });
}
