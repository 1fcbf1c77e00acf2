// Saves a form marked `data-autosave-url` by itself: a moment after the last keystroke, when a field is left, and when
// the page is hidden. Without JavaScript the form's own button does the same.
//
// A form marked `data-keep-copy` is saved with its button only, and what is typed in it is kept in the tab meanwhile.
// `data-unsaved` says that the page answers a sending that was not saved: what it shows is kept from the start.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

// --- The kept copy: in this tab only (sessionStorage), per person and form. It goes when the server has confirmed the
// text, when the person signs out, and when somebody else signs in.
const PREFIX = "nch-copy:";
const person = document.body.dataset.signedIn ?? "";

function keyOf(url) {
  return `${PREFIX}${person}:${url}`;
}

function ownKeys() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function write(key, copy) {
  try {
    sessionStorage.setItem(key, JSON.stringify(copy));
  } catch {
    // Storage full or switched off: saving to the server goes on as before.
  }
}

function keep(url, entries) {
  write(keyOf(url), { entries, at: new Date().toISOString(), sent: false });
}

function forget(url) {
  sessionStorage.removeItem(keyOf(url));
}

function kept(url) {
  return read(keyOf(url));
}

/** The form is being sent the ordinary way; the next page tells whether it arrived. */
function markSent(url) {
  const copy = kept(url);
  if (copy) {
    write(keyOf(url), { ...copy, sent: true });
  }
}

/** Called once per page: clear what has arrived, keep what was lost to a sign-in page or an error page. */
function tidy() {
  const arrived = person !== "" && document.querySelector("[data-error-page]") === null;
  for (const key of ownKeys()) {
    const copy = read(key);
    const somebodyElses = person !== "" && !key.startsWith(`${PREFIX}${person}:`);
    if (copy === null || somebodyElses || (copy.sent && arrived)) {
      sessionStorage.removeItem(key);
    } else if (copy.sent) {
      write(key, { ...copy, sent: false });
    }
  }
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", () => ownKeys().forEach((key) => sessionStorage.removeItem(key)));
  }
}

// --- Saving ----------------------------------------------------------------------------------------------------
const PAUSE = 1500;
const LONGEST_WAIT = 10000;
const RETRIES = [5000, 15000, 30000, 60000];
const REVISION = "rev_";
const NOT_TYPED = new Set(["csrfmiddlewaretoken"]);

/** What is in the form, without files (they are sent with the button only). */
function formData(form) {
  const data = new FormData(form);
  for (const [name, value] of [...data.entries()]) {
    if (value instanceof File) {
      data.delete(name);
    }
  }
  return data;
}

function typed(form) {
  return [...formData(form).entries()].filter(([name]) => !NOT_TYPED.has(name) && !name.startsWith(REVISION));
}

function clock(savedAt) {
  const moment = new Date(savedAt);
  if (/^\d\d\.\d\d$/.test(savedAt) || Number.isNaN(moment.getTime())) {
    return savedAt;
  }
  return moment.toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
}

function element(tag, text, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  return made;
}

/** As many rows of a set of rows (fieldset.nch-row) as a kept copy has: it may have more than the page. */
function addRowsFor(form, entries) {
  for (const total of form.querySelectorAll('[name$="-TOTAL_FORMS"]')) {
    const wanted = Number(entries.find(([name]) => name === total.name)?.[1] ?? 0);
    const most = Number(form.elements.namedItem(total.name.replace("TOTAL", "MAX_NUM")).value);
    const rows = [...form.querySelectorAll("fieldset.nch-row")];
    for (let index = Number(total.value); rows.length && index < Math.min(wanted, most); index += 1) {
      const row = rows.at(-1).cloneNode(true);
      for (const element of row.querySelectorAll("[name], [id], [for], [aria-describedby]")) {
        for (const name of ["name", "id", "for", "aria-describedby"]) {
          const value = element.getAttribute(name);
          if (value) {
            element.setAttribute(name, value.replaceAll(`-${index - 1}-`, `-${index}-`));
          }
        }
      }
      const legend = row.querySelector("legend");
      legend.textContent = legend.textContent.replace(/\d+$/, String(index + 1));
      rows.at(-1).after(row);
      rows.push(row);
      total.value = String(index + 1);
    }
  }
}

/** A form whose text is kept in the tab until the server has it. */
class KeptForm {
  constructor(form, url) {
    this.form = form;
    this.url = url;
    this.confirmed = this.snapshot();
  }

  snapshot() {
    return JSON.stringify(typed(this.form));
  }

  offerCopy() {
    const copy = kept(this.url);
    if (!copy || JSON.stringify(copy.entries) === this.confirmed) {
      forget(this.url);
      return;
    }
    const back = element("button", "Lägg tillbaka texten", {
      type: "button",
      class: "button button--secondary button--medium",
    });
    const away = element("button", "Ta bort den", { type: "button", class: "button button--tertiary button--medium" });
    const notice = this.notice(`Det du skrev ${clock(copy.at)} hann inte sparas. Texten finns kvar.`, back, away);
    back.addEventListener("click", () => {
      this.fill(copy.entries);
      notice.remove();
      this.putBack();
      this.form.querySelector("input:not([type=hidden]), textarea, select")?.focus();
    });
    away.addEventListener("click", () => {
      forget(this.url);
      notice.remove();
    });
  }

  /** What happens once the kept text stands in the form again. */
  putBack() {}

  fill(entries) {
    addRowsFor(this.form, entries);
    this.form.dispatchEvent(new CustomEvent("nch:before-fill", { detail: entries }));
    const values = new Map();
    entries.forEach(([name, value]) => values.set(name, [...(values.get(name) ?? []), value]));
    for (const control of this.form.elements) {
      if (!control.name || NOT_TYPED.has(control.name) || control.name.startsWith(REVISION)) {
        continue;
      }
      const wanted = values.get(control.name) ?? [];
      if (control.type === "checkbox" || control.type === "radio") {
        control.checked = wanted.includes(control.value);
      } else if (control.type === "select-multiple") {
        [...control.options].forEach((option) => (option.selected = wanted.includes(option.value)));
      } else if (!["file", "submit", "button", "fieldset"].includes(control.type) && values.has(control.name)) {
        control.value = wanted.shift();
        values.set(control.name, wanted);
      }
    }
    this.form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  notice(message, ...actions) {
    this.form.querySelector("[data-autosave-notice]")?.remove();
    const notice = element("div", "", { class: "nch-notice nch-notice--warning", role: "alert", "data-autosave-notice": "" });
    const row = element("div", "", { class: "nch-buttons" });
    row.append(...actions);
    notice.append(element("p", message), row);
    this.form.prepend(notice);
    return notice;
  }
}

/** A form with nothing but its button: what is typed is kept until the button has sent it and the server has it. */
class ManualForm extends KeptForm {
  constructor(form) {
    super(form, `${window.location.pathname}${window.location.search}`);
    this.sending = false;
    if ("unsaved" in form.dataset) {
      this.confirmed = "";
      this.keep();
    } else {
      this.offerCopy();
    }
    form.addEventListener("input", () => this.keep());
    form.addEventListener("change", () => this.keep());
    form.addEventListener("submit", () => this.submit());
    window.addEventListener("pageshow", () => (this.sending = false));
    window.addEventListener("beforeunload", (event) => this.warn(event));
  }

  keep() {
    if (this.snapshot() === this.confirmed) {
      forget(this.url);
    } else {
      keep(this.url, typed(this.form));
    }
  }

  putBack() {
    this.keep();
  }

  submit() {
    this.sending = true;
    keep(this.url, typed(this.form));
    markSent(this.url);
  }

  warn(event) {
    if (!this.sending && this.snapshot() !== this.confirmed) {
      event.preventDefault();
    }
  }
}

class Autosave extends KeptForm {
  constructor(form) {
    super(form, form.dataset.autosaveUrl);
    this.status = form.querySelector("[data-autosave-status]") ?? document.querySelector("[data-autosave-status]");
    this.timer = 0;
    this.failures = 0;
    this.saving = null;
    this.stopped = false;
    this.offerCopy();
    form.addEventListener("input", () => this.changed(PAUSE));
    form.addEventListener("change", () => this.changed(0));
    form.addEventListener("focusout", () => this.isDirty() && this.changed(0));
    form.addEventListener("submit", (event) => this.submit(event));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.leave());
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("online", () => this.isDirty() && this.changed(0));
    window.addEventListener("beforeunload", (event) => this.warn(event));
  }

  isDirty() {
    return !this.stopped && this.snapshot() !== this.confirmed;
  }

  changed(pause) {
    if (this.stopped || !this.isDirty()) {
      return;
    }
    keep(this.url, typed(this.form));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  leave() {
    if (this.isDirty()) {
      clearTimeout(this.timer);
      this.save({ keepalive: true });
    }
  }

  warn(event) {
    if (this.failures > 0 && this.isDirty()) {
      event.preventDefault();
    }
  }

  /** A save on its way knows newer revisions than the page: the button waits for it, or one would collide with oneself. */
  submit(event) {
    if (this.saving && !event.defaultPrevented) {
      event.preventDefault();
      const waited = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
      Promise.race([this.saving, waited]).then(() => {
        this.saving = null;
        this.form.requestSubmit(event.submitter);
      });
      return;
    }
    this.sendByButton();
  }

  sendByButton() {
    // With an upload refused by the browser check the form stays; then saving goes on at the next keystroke.
    clearTimeout(this.timer);
    this.failures = 0;
    keep(this.url, typed(this.form));
    markSent(this.url);
    this.stopped = true;
    setTimeout(() => (this.stopped = this.conflict === true), 3000);
  }

  async save({ keepalive = false } = {}) {
    if (this.saving || this.stopped || !this.isDirty()) {
      return;
    }
    this.saving = this.send(keepalive);
    await this.saving;
    this.saving = null;
    if (this.failures === 0 && this.isDirty()) {
      this.changed(PAUSE);
    }
  }

  async send(keepalive) {
    const sent = this.snapshot();
    try {
      const response = await fetch(this.url, {
        method: "POST",
        body: formData(this.form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        keepalive,
      });
      await this.receive(response, sent);
    } catch {
      this.failed();
    }
  }

  async receive(response, sent) {
    const isData = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
    const answer = isData ? await response.json() : {};
    if (response.ok && isData && !response.redirected) {
      this.failures = 0;
      this.confirmed = sent;
      this.updateRevisions(answer.revisions ?? {});
      if (!this.isDirty() && !answer.refused) {
        forget(this.url);
      }
      this.say(answer.refused ?? `Sparat ${clock(answer.saved_at)}`, Boolean(answer.refused));
    } else if (response.status === 409) {
      this.stop(answer.message ?? "Någon annan har ändrat samma uppgifter.", "Jämför texterna");
    } else if (response.redirected || response.status === 401) {
      this.lostSession();
    } else if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      this.stop(answer.message ?? "Det går inte att spara härifrån.", "Spara med knappen");
    } else {
      this.failed();
    }
  }

  updateRevisions(revisions) {
    for (const [name, number] of Object.entries(revisions)) {
      const input = this.form.elements.namedItem(name.startsWith(REVISION) ? name : REVISION + name);
      if (input) {
        input.value = String(number);
      }
    }
  }

  failed() {
    const pause = RETRIES[Math.min(this.failures, RETRIES.length - 1)];
    this.failures += 1;
    this.say("Kunde inte spara – försöker igen", true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  /** No more saving by itself: a person has to decide. The form's ordinary way shows both texts. */
  stop(message, action) {
    this.stopped = true;
    this.conflict = true;
    const button = element("button", action, { type: "button", class: "button button--secondary button--medium" });
    button.addEventListener("click", () => this.form.requestSubmit());
    this.notice(message, button);
    this.say("Sparas inte automatiskt", true);
  }

  lostSession() {
    this.stopped = true;
    const link = element("a", "Logga in igen", { href: window.location.href });
    this.notice("Du är utloggad. Det du skrivit finns kvar i den här fliken och läggs fram när du har loggat in.", link);
    this.say("Inte sparat", true);
  }

  putBack() {
    this.changed(0);
  }

  say(text, isProblem = false) {
    if (this.status && this.status.textContent !== text) {
      this.status.textContent = text;
      this.status.classList.toggle("nch-autosave--problem", isProblem);
    }
  }
}

// --- Who else is here: the page tells that it is open, and hears who else has the draft open -------------------
const TELL_EVERY = 30000;

async function tell(place) {
  if (document.visibilityState === "hidden") {
    return;
  }
  try {
    const answer = await fetch(place.dataset.presenceUrl, { headers: { Accept: "application/json" } });
    const isData = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    const others = answer.ok && isData ? (await answer.json()).others : "";
    if (place.textContent !== others) {
      place.textContent = others;
    }
  } catch {
    // Without a network nobody is seen; saving says so already.
    place.textContent = "";
  }
}

for (const place of document.querySelectorAll("[data-presence-url]")) {
  setInterval(() => tell(place), TELL_EVERY);
}

tidy();
for (const form of document.querySelectorAll("form[data-autosave-url]")) {
  new Autosave(form);
}
for (const form of document.querySelectorAll("form[data-keep-copy]")) {
  new ManualForm(form);
}
