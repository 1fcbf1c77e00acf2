// The page that logs a support call, made quick from the keyboard. Everything here is a shortcut: without it the same
// form is filled in and sent the ordinary way.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const form = document.querySelector("[data-call-form]");

/** The kept copy follows autosave.js: its prefix, its owner, and its `sent`, so that it is cleared by the same rules. */
const copyKey = `nch-copy:${document.body.dataset.signedIn ?? ""}:${location.pathname}`;
const NOT_KEPT = new Set(["csrfmiddlewaretoken"]);
const TICK = 10_000;
const MINUTE = 60_000;

function readCopy() {
  try {
    return JSON.parse(sessionStorage.getItem(copyKey));
  } catch {
    return null;
  }
}

function writeCopy(copy) {
  try {
    sessionStorage.setItem(copyKey, JSON.stringify(copy));
  } catch {
    // Storage full or switched off: the form works without a kept copy.
  }
}

function button(text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button button--secondary button--medium";
  made.textContent = text;
  return made;
}

function buttonRow(...buttons) {
  const row = document.createElement("div");
  row.className = "nch-buttons";
  row.append(...buttons);
  return row;
}

/** Individuals are added and taken away one at a time instead of standing empty in a row. */
class Individuals {
  constructor(root) {
    this.list = root.querySelector("[data-individual-list]");
    this.template = root.querySelector("[data-individual-template]");
    this.total = root.querySelector('[name="individuals-TOTAL_FORMS"]');
    this.most = Number(root.querySelector('[name="individuals-MAX_NUM_FORMS"]').value);
    this.addButton = button("Lägg till individ");
    this.removeButton = button("Ta bort sista individen");
    this.addButton.addEventListener("click", () => this.add().querySelector("select").focus());
    this.removeButton.addEventListener("click", () => this.removeLast());
    this.buttons = buttonRow(this.addButton);
    root.querySelector("[data-individuals]").replaceWith(this.list, this.buttons);
    while (this.rows.length && this.isEmpty(this.rows.at(-1))) {
      this.rows.at(-1).remove();
    }
    this.update();
  }

  get rows() {
    return [...this.list.querySelectorAll("[data-individual]")];
  }

  isEmpty(row) {
    const fields = [...row.querySelectorAll("select, input")];
    return fields.every((field) => (field.type === "checkbox" ? !field.checked : field.selectedIndex === 0));
  }

  add() {
    const index = this.rows.length;
    const row = this.template.content.cloneNode(true).querySelector("[data-individual]");
    for (const element of row.querySelectorAll("*")) {
      for (const name of ["id", "name", "for", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value?.includes("__prefix__")) {
          element.setAttribute(name, value.replace("__prefix__", String(index)));
        }
      }
    }
    row.querySelector("[data-individual-number]").textContent = String(index + 1);
    this.list.append(row);
    this.update();
    return row;
  }

  removeLast() {
    this.rows.at(-1).remove();
    this.update();
    (this.rows.at(-1)?.querySelector("select") ?? this.addButton).focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** As many rows as a kept copy needs. */
  grow(count) {
    while (this.rows.length < Math.min(count, this.most)) {
      this.add();
    }
  }

  update() {
    this.total.value = String(this.rows.length);
    this.buttons.replaceChildren(this.addButton, ...(this.rows.length ? [this.removeButton] : []));
    this.addButton.disabled = this.rows.length >= this.most;
  }
}

/** Only the municipalities of the chosen county can be chosen; the first two digits of their codes say which. */
class Municipalities {
  constructor(root) {
    this.county = root.elements.county;
    this.select = root.elements.municipality;
    this.groups = [...this.select.querySelectorAll("optgroup")];
    this.county.addEventListener("change", () => this.limit());
    this.limit();
  }

  limit() {
    const chosen = this.select.value;
    this.groups.forEach((group) => group.remove());
    const fitting = this.groups.filter((group) => group.querySelector("option").value.startsWith(this.county.value));
    if (/^\d\d$/.test(this.county.value)) {
      this.select.append(...fitting);
    }
    this.select.value = [...this.select.options].some((option) => option.value === chosen) ? chosen : "";
  }
}

/** The clock starts with the first answer (or with the button) and fills in when the call began and how long it is. */
class Timer {
  constructor(root) {
    this.day = root.elements.started_on;
    this.time = root.elements.started_time;
    this.minutes = root.elements.duration_minutes;
    this.start = 0;
    this.own = { beginning: false, minutes: this.minutes.value !== "" };
    const begin = () => {
      this.own.beginning = true;
    };
    this.day.addEventListener("input", begin);
    this.time.addEventListener("input", begin);
    this.minutes.addEventListener("input", () => {
      this.own.minutes = this.minutes.value !== "";
    });
    this.restart = button("Samtalet börjar nu");
    this.restart.addEventListener("click", () => {
      this.own = { beginning: false, minutes: false };
      this.begin(Date.now());
    });
    setInterval(() => this.tick(), TICK);
  }

  begin(start) {
    this.start = start;
    if (!this.own.beginning) {
      // The clock of the page is shown in Swedish time, wherever the computer is.
      const [day, time] = new Date(start).toLocaleString("sv-SE", { timeZone: "Europe/Stockholm" }).split(" ");
      this.day.value = day;
      this.time.value = time.slice(0, 5);
    }
    this.tick();
  }

  tick() {
    if (this.start && !this.own.minutes && document.activeElement !== this.minutes) {
      this.minutes.value = String(Math.min(600, Math.max(1, Math.ceil((Date.now() - this.start) / MINUTE))));
    }
  }
}

/** Digits choose in a group of radio buttons or checkboxes that has the focus, and each label says its digit. */
function numberChoices(root) {
  for (const group of root.querySelectorAll(".nch-choices")) {
    const inputs = [...group.querySelectorAll("input")].slice(0, 9);
    inputs.forEach((input, index) => {
      const digit = document.createElement("span");
      digit.className = "nch-muted";
      digit.setAttribute("aria-hidden", "true");
      digit.textContent = `${index + 1}\u2002`;
      input.labels[0].prepend(digit);
      input.setAttribute("aria-keyshortcuts", String(index + 1));
    });
    group.addEventListener("keydown", (event) => {
      const input = inputs[Number(event.key) - 1];
      if (input && !event.ctrlKey && !event.altKey && !event.metaKey) {
        event.preventDefault();
        input.focus();
        input.click();
      }
    });
  }
}

/** Enter sends the form from every field, also where browsers differ. */
function saveOnEnter(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("select, input") && !event.isComposing) {
      event.preventDefault();
      root.requestSubmit(root.querySelector('[type="submit"]'));
    }
  });
}

function restore(entries, individuals, municipalities) {
  const values = new Map();
  entries.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
  individuals.grow(Number(values.get("individuals-TOTAL_FORMS")?.[0] ?? 0));
  municipalities.county.value = values.get("county")?.[0] ?? "";
  municipalities.limit();
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.has(field.name) || field.name.startsWith("individuals-TOTAL") || field.type === "submit") {
      continue;
    }
    const kept = values.get(field.name) ?? [];
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = kept.includes(field.value);
    } else if (kept.length) {
      field.value = kept[0];
    }
  }
}

function focusFirst() {
  const fields = [...form.querySelectorAll("select, input:not([type=hidden])")];
  const first = fields[0];
  (fields.find((field) => field.name === first.name && field.checked) ?? first).focus();
}

function start() {
  const status = form.querySelector("[data-call-status]");
  const individuals = new Individuals(form);
  const municipalities = new Municipalities(form);
  const timer = new Timer(form);
  numberChoices(form);
  saveOnEnter(form);
  form.elements.duration_minutes.closest(".nch-field").after(buttonRow(timer.restart));

  const copy = readCopy();
  if (copy?.entries && !("bound" in form.dataset)) {
    restore(copy.entries, individuals, municipalities);
    timer.own = copy.own ?? timer.own;
    if (copy.start) {
      timer.begin(copy.start);
    }
    const again = button("Börja om");
    again.addEventListener("click", () => {
      sessionStorage.removeItem(copyKey);
      location.reload();
    });
    status.textContent = "Det samtal du hade börjat på är återställt.";
    status.after(buttonRow(again));
  }

  const keep = (sent) => {
    const entries = [...new FormData(form).entries()].filter(([name]) => !NOT_KEPT.has(name));
    writeCopy({ entries, at: new Date().toISOString(), sent, start: timer.start, own: timer.own });
  };
  form.addEventListener("input", () => {
    if (!timer.start && !("bound" in form.dataset)) {
      timer.begin(Date.now());
    }
    keep(false);
  });
  form.addEventListener("submit", () => {
    timer.tick();
    keep(true);
  });
  if (!document.querySelector("[data-error-summary]")) {
    focusFirst();
  }
}

if (form) {
  start();
}
