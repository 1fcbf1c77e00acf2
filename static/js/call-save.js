// Saving a call that is being logged. What has been chosen is kept on the server as a draft a moment after each answer;
// the call itself is sent until the server has answered. Without JavaScript the form's own button sends it once.
//
// The form carries a key of its own: however often it is sent, it is one call.
//
// Free text is kept nowhere before the call is saved, neither on the server nor in the browser, whose storage is written
// to a disk: nobody has looked at it yet. The page says so, and asks before it is left.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const form = document.querySelector("[data-call-form][data-draft-url]");
const PAUSE = 1500;
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
const LONGEST_WAIT = 10_000;
const NOT_IN_DRAFT = "Anteckningen och uppföljningskoden sparas först med samtalet.";

function waitBefore(attempt) {
  return WAITS[Math.min(attempt, WAITS.length) - 1];
}

function pause(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}

function send(url, body, options = {}) {
  return fetch(url, {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(LONGEST_WAIT),
    ...options,
  });
}

async function dataOf(response) {
  const isData = (response.headers.get("Content-Type") ?? "").startsWith("application/json");
  return isData && !response.redirected ? response.json() : null;
}

/** What is written in one's own words, which no draft has. */
function textWritten() {
  return ["note", "matter_code"].some((name) => form.elements[name]?.value.trim());
}

/** The draft on the server: coded answers only. Free text is left out here as it is there. */
class Draft {
  constructor() {
    this.url = form.dataset.draftUrl;
    this.status = form.querySelector("[data-draft-status]");
    this.sent = this.snapshot();
    this.said = "";
    this.failures = 0;
    this.stopped = false;
    this.touched = false;
    form.addEventListener("input", () => this.changed(PAUSE));
    form.addEventListener("change", () => this.changed(PAUSE));
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && this.save(true));
    window.addEventListener("pagehide", () => this.save(true));
  }

  answers() {
    const data = new FormData(form);
    form.querySelectorAll("textarea[name], input[type=text][name]").forEach((field) => data.delete(field.name));
    return data;
  }

  snapshot() {
    const own = ([name]) => name !== "csrfmiddlewaretoken" && name !== "duration_minutes";
    return JSON.stringify([...this.answers()].filter(own));
  }

  changed(wait) {
    this.touched = true;
    this.say(this.said);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  stop() {
    clearTimeout(this.timer);
    this.stopped = true;
  }

  async save(keepalive = false) {
    const now = this.snapshot();
    if (this.stopped || !this.touched || now === this.sent) {
      return;
    }
    clearTimeout(this.timer);
    try {
      const response = await send(this.url, this.answers(), { keepalive });
      const answer = await dataOf(response);
      if (answer?.saved_at) {
        this.sent = now;
        this.failures = 0;
        const clock = new Date(answer.saved_at).toLocaleTimeString("sv-SE", { hour: "2-digit", minute: "2-digit" });
        this.say(`Utkastet är sparat ${clock.replace(":", ".")}.`);
      } else if (answer?.message && response.status === 422) {
        this.say(answer.message);
      } else {
        throw new Error(String(response.status));
      }
    } catch {
      this.failures += 1;
      this.say("Utkastet kunde inte sparas. Försöker igen …");
      this.changed(waitBefore(this.failures));
    }
  }

  say(text) {
    this.said = text;
    const whole = [text, textWritten() ? NOT_IN_DRAFT : ""].filter(Boolean).join(" ");
    if (this.status && !this.stopped && this.status.textContent !== whole) {
      this.status.textContent = whole;
    }
  }
}

/** The call itself. While it is sent nothing can be changed in it; it can be taken back while it has no answer. */
class Saving {
  constructor(draft) {
    this.draft = draft;
    this.status = document.querySelector("[data-call-status]");
    this.running = null;
    form.addEventListener("submit", (event) => this.submit(event));
    window.addEventListener("beforeunload", (event) => this.leave(event));
    // Whoever throws the call away has been asked, so to speak, by the button.
    document.querySelector("[data-discard-draft]")?.addEventListener("submit", () => {
      this.leaving = true;
    });
    // Back to a page that has been sent: a new call begins with a key of its own.
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  leave(event) {
    if (this.running?.failed || (textWritten() && !this.leaving)) {
      event.preventDefault();
    }
  }

  submit(event) {
    if (this.ordinary) {
      this.leaving = true;
      return;
    }
    event.preventDefault();
    if (!this.running) {
      this.run(event.submitter);
    }
  }

  async run(submitter) {
    const running = { failed: false, stopped: false };
    this.running = running;
    const focused = document.activeElement;
    const body = new FormData(form, submitter);
    this.draft.stop();
    form.inert = true;
    for (let attempt = 1; !running.stopped; attempt += 1) {
      const outcome = await this.attempt(body);
      if (outcome === "done") {
        return;
      }
      if (outcome === "refused") {
        // The ordinary way shows what is wrong beside each field. Nothing has been saved.
        this.ordinary = true;
        this.running = null;
        form.inert = false;
        form.requestSubmit(submitter);
        return;
      }
      running.failed = true;
      this.say(outcome, attempt + 1, () => this.release(running, focused));
      await pause(waitBefore(attempt));
    }
  }

  /** Send once: `done`, `refused`, or why it has to be sent again. */
  async attempt(body) {
    try {
      const response = await send(location.href, body);
      if (response.status === 401 || response.status === 403 || response.redirected) {
        return (await this.renew(body)) ? "unreached" : "signed out";
      }
      const answer = await dataOf(response);
      if (response.ok && answer?.url) {
        this.leaving = true;
        location.assign(answer.url);
        return "done";
      }
      return response.status >= 400 && response.status < 500 && response.status !== 429 ? "refused" : "unreached";
    } catch {
      return "unreached";
    }
  }

  /** Signed in again in another tab: fetch the key against forgery that belongs to the new session. */
  async renew(body) {
    const response = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const samePerson = page.body.dataset.signedIn === document.body.dataset.signedIn;
    const token = page.querySelector("[data-call-form] [name=csrfmiddlewaretoken]")?.value;
    if (!samePerson || !token) {
      return false;
    }
    body.set("csrfmiddlewaretoken", token);
    form.elements.csrfmiddlewaretoken.value = token;
    return true;
  }

  release(running, focused) {
    running.stopped = true;
    this.running = null;
    this.draft.stopped = false;
    this.draft.changed(PAUSE);
    form.inert = false;
    this.status.hidden = true;
    focused?.focus();
  }

  say(why, attempt, release) {
    const text = document.createElement("p");
    text.textContent =
      why === "signed out"
        ? "Du är utloggad, och samtalet är inte sparat. Logga in i en ny flik, så sparas det härifrån."
        : `Sparar igen … (försök ${attempt}) Servern svarar inte. Allt du har fyllt i finns kvar.`;
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button--secondary button--medium";
    back.textContent = "Vänta med att spara";
    back.addEventListener("click", release);
    const row = document.createElement("div");
    row.className = "nch-buttons";
    if (why === "signed out") {
      const link = document.createElement("a");
      link.href = location.href;
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = "Logga in (öppnas i ny flik)";
      row.append(link);
    }
    row.append(back);
    this.status.replaceChildren(text, row);
    this.status.hidden = false;
    this.status.scrollIntoView({ block: "nearest" });
  }
}

if (form) {
  new Saving(new Draft());
}
