// The page that logs or corrects a support call, made quick from the keyboard. Everything here is a shortcut: without it
// the same form is filled in and sent the ordinary way. Typing in lists is in typeahead.js, answers
// by one key in quick-choices.js, saving in call-save.js.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const form = document.querySelector("[data-call-form]");
const TICK = 10_000;
const MINUTE = 60_000;
const LONGEST = 600;
const UNKNOWN = "unknown";

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

function refresh(select) {
  select.dispatchEvent(new CustomEvent("nch:refresh"));
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
    this.addButton.addEventListener("click", () => this.add().querySelector("input").focus());
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
    row.dispatchEvent(new CustomEvent("nch:individual", { bubbles: true }));
    this.update();
    return row;
  }

  removeLast() {
    this.rows.at(-1).remove();
    this.update();
    (this.rows.at(-1)?.querySelector("input") ?? this.addButton).focus();
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  update() {
    this.total.value = String(this.rows.length);
    this.buttons.replaceChildren(this.addButton, ...(this.rows.length ? [this.removeButton] : []));
    this.addButton.disabled = this.rows.length >= this.most;
  }
}

/** The municipalities of the chosen county; the first two digits of their codes say which. One chosen says the county. */
class Places {
  constructor(root) {
    this.county = root.elements.county;
    this.municipality = root.elements.municipality;
    this.groups = [...this.municipality.querySelectorAll("optgroup")];
    this.county.addEventListener("change", () => this.limit());
    this.municipality.addEventListener("change", () => this.fromMunicipality());
    this.limit();
  }

  limit() {
    const chosen = this.municipality.value;
    const county = this.county.value;
    this.groups.forEach((group) => group.remove());
    if (county !== UNKNOWN) {
      this.municipality.append(
        ...this.groups.filter((group) => group.querySelector("option").value.startsWith(county)),
      );
    }
    const still = [...this.municipality.options].some((option) => option.value === chosen);
    this.municipality.value = county === UNKNOWN ? UNKNOWN : still ? chosen : "";
    refresh(this.municipality);
  }

  fromMunicipality() {
    const code = this.municipality.value.slice(0, 2);
    if (!this.county.value && /^\d\d$/.test(code)) {
      this.county.value = code;
      refresh(this.county);
      this.limit();
      this.county.dispatchEvent(new Event("nch:place", { bubbles: true }));
    }
  }
}

/** Which centre is asked for only with a referral to one; the only one of the caller's county is suggested. */
class Centres {
  constructor(root) {
    this.place = root.querySelector("[data-centres]");
    this.referral = root.elements.referral;
    this.centre = root.elements.referred_to;
    this.county = root.elements.county;
    this.code = root.dataset.centreReferral;
    if (this.code) {
      root.addEventListener("change", (event) => event.target.name === "referral" && this.suggest());
      this.county.addEventListener("change", () => this.suggest());
      this.county.addEventListener("nch:place", () => this.suggest());
      this.place.hidden = this.referral.value !== this.code;
    }
  }

  suggest() {
    const asked = this.referral.value === this.code;
    this.place.hidden = !asked;
    if (!asked) {
      this.centre.value = "";
      return;
    }
    const name = this.county.selectedOptions[0]?.label;
    const group = [...this.centre.querySelectorAll("optgroup")].find((one) => one.label === name);
    if (group) {
      // The county's own come first, whether or not one of them can be suggested.
      this.centre.options[0].after(group);
    }
    if (!this.centre.value && group?.children.length === 1) {
      this.centre.value = group.children[0].value;
    }
  }
}

/**
 * The clock starts with the first answer (or with the button) and fills in when the call began and how long it is.
 *
 * Since when it goes is sent along, so that it goes on where the page comes back with something to mend.
 */
class Timer {
  constructor(root) {
    this.day = root.elements.started_on;
    this.time = root.elements.started_time;
    this.minutes = root.elements.duration_minutes;
    this.from = root.elements.timer_from;
    this.start = Date.parse(this.from.value) || 0;
    // The clock goes on with a page that comes back, and with a draft that is taken up soon after; when the call began,
    // and a length without a clock, is else one's own.
    const isThereAlready = "restored" in root.dataset || "bound" in root.dataset;
    this.own = { beginning: isThereAlready, minutes: this.minutes.value !== "" && !this.start };
    const begin = () => {
      this.own.beginning = true;
    };
    this.day.addEventListener("input", begin);
    this.time.addEventListener("input", begin);
    this.minutes.addEventListener("input", () => {
      this.own.minutes = this.minutes.value !== "";
      this.send();
    });
    this.restart = button("Samtalet börjar nu");
    this.restart.addEventListener("click", () => {
      this.own = { beginning: false, minutes: false };
      this.begin(Date.now());
    });
    this.minutes.closest(".nch-field").after(buttonRow(this.restart));
    root.addEventListener("input", () => this.start || this.own.minutes || this.begin(Date.now()));
    // Sent before anything is answered, the call begins now all the same.
    const atSending = () => (this.start || this.own.minutes ? this.tick() : this.begin(Date.now()));
    root.addEventListener("submit", atSending, { capture: true });
    setInterval(() => this.tick(), TICK);
    this.tick();
  }

  begin(start) {
    this.start = start;
    if (!this.own.beginning) {
      // The clock of the page is shown in Swedish time, wherever the computer is.
      const [day, time] = new Date(start).toLocaleString("sv-SE", { timeZone: "Europe/Stockholm" }).split(" ");
      this.day.value = day;
      this.time.value = time.slice(0, 5);
    }
    this.send();
    this.tick();
  }

  send() {
    this.from.value = this.start && !this.own.minutes ? new Date(this.start).toISOString() : "";
  }

  tick() {
    if (this.start && !this.own.minutes && document.activeElement !== this.minutes) {
      this.minutes.value = String(Math.min(LONGEST, Math.max(1, Math.ceil((Date.now() - this.start) / MINUTE))));
    }
  }
}

/** Enter sends the form from every field, also where browsers differ. */
function saveOnEnter(root) {
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("select, input") && !event.isComposing && !event.defaultPrevented) {
      event.preventDefault();
      root.requestSubmit(root.querySelector('[type="submit"]'));
    }
  });
}

const SENT_FOR = 5000;

/** Enter pressed twice sends once. (A call that is logged is sent by call-save.js, which sees to it in its own way.) */
function sendOnce(root) {
  let sent = false;
  root.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    // Whoever stops the page on its way can send again: nothing that is typed is shut in.
    setTimeout(() => {
      sent = false;
    }, SENT_FOR);
  });
}

/** Where a field is filled in: the field one types into for a list, the chosen or first answer of a group. */
function place(name) {
  const field = form.elements[name];
  if (field instanceof RadioNodeList) {
    return [...field].find((input) => input.checked) ?? field[0];
  }
  return field?.hidden ? document.getElementById(field.id.replace(/_value$/, "")) : field;
}

/** A code can be given before anything else: Enter leads on to the first question, as long as it has no answer. */
function leadOnFromCode(event) {
  const { target, key } = event;
  if (key === "Enter" && target.name === "matter_code" && target.value.trim() && !form.elements.caller_category.value) {
    event.preventDefault();
    place("caller_category").focus();
  }
}

/** From an answer chosen by key to the next one that every call has. */
function leadOn(event) {
  const next = { caller_category: "county", county: "municipality", municipality: "topic" }[event.target.name];
  if (next === "municipality" && form.elements.county.value === UNKNOWN) {
    place("topic").focus();
  } else if (next) {
    place(next).focus();
  }
}

function focusFirst() {
  const asked = ["line", "caller_category", "county", "municipality", "topic"].filter((name) => form.elements[name]);
  const isMissing = (name) => !form.elements[name].value;
  (place(asked.find(isMissing) ?? "topic") ?? form.elements[0]).focus();
}

if (form) {
  new Individuals(form);
  new Places(form);
  new Centres(form);
  form.addEventListener("nch:chosen", leadOn);
  form.addEventListener("keydown", leadOnFromCode);
  saveOnEnter(form);
  if (!("draftUrl" in form.dataset)) {
    sendOnce(form);
  }
  if (form.elements.timer_from) {
    new Timer(form);
  }
  document.querySelector("[data-keys-help]")?.removeAttribute("hidden");
  if (!document.querySelector("[data-error-summary]")) {
    focusFirst();
  }
}
