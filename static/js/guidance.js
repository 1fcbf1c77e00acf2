// Guidance beside the page that logs a call: what is chosen there is looked up as one chooses. Only coded answers are
// sent, never what is typed. Without this the link in the section opens the same guidance as a page.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const place = document.querySelector("[data-guidance]");
const form = document.querySelector("[data-call-form]");
const WAIT = 200;
const NOT_CHOSEN = new Set(["", "no", "unknown"]);

/** The topic, the kinds of exposure of any individual, and the county. */
function chosen() {
  const found = new URLSearchParams();
  const add = (name, value) => {
    if (!NOT_CHOSEN.has(value ?? "") && !found.getAll(name).includes(value)) {
      found.append(name, value);
    }
  };
  add("topic", form.elements.topic?.value);
  for (const field of form.elements) {
    const kind = /^individuals-\d+-(.+)$/.exec(field.name ?? "")?.[1];
    if (kind && !["age_group", "gender"].includes(kind) && !(["checkbox", "radio"].includes(field.type) && !field.checked)) {
      if (!NOT_CHOSEN.has(field.value)) {
        add("exposure", kind);
      }
    }
  }
  add("county", form.elements.county?.value);
  return found.toString();
}

class Guidance {
  constructor() {
    this.text = place.querySelector("[data-guidance-text]");
    this.status = place.querySelector("[data-guidance-status]");
    this.link = place.querySelector("a");
    this.shown = "";
    for (const event of ["input", "change", "nch:place", "reset"]) {
      form.addEventListener(event, () => this.later());
    }
    addEventListener("pageshow", () => this.later());
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(), WAIT);
  }

  async show() {
    const asked = chosen();
    if (asked === this.shown) {
      return;
    }
    this.shown = asked;
    this.link.href = `${place.dataset.guidance}?${asked}`;
    this.fetching?.abort();
    this.fetching = new AbortController();
    try {
      const options = { headers: { "HX-Request": "true" }, signal: this.fetching.signal };
      const answer = await fetch(this.link.href, options);
      // Signed out, one would be led to another page; the link still says where the guidance is.
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        this.text.replaceChildren(...page.body.childNodes);
        // Said aloud is only what there is guidance about: it is read when one has time for it.
        const heads = [...this.text.querySelectorAll("h3")].map((head) => head.textContent);
        this.status.textContent = heads.length ? `Vägledning finns: ${heads.join(", ")}.` : "";
      }
    } catch {
      // No net: the link stays, and the next choice asks again.
      this.shown = "";
    }
  }
}

if (place && form) {
  new Guidance();
}
