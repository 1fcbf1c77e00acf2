// A select marked `data-typeahead` that one can type into, after the ARIA pattern of a combobox with a list: the start of
// a name, also without its dots (”orebro”), or the start of a code. Without JavaScript it is the select that it is.
//
// The select stays in the form and carries the value; what is typed is never sent. A text that nothing is called stays
// in its field, which says so, and the form waits until it is mended: sent, the text would be lost. Chosen with Enter it says so by the
// event `nch:chosen`, so that the page can lead on; `nch:refresh` on the select makes the field show it anew.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const MOST = 12;
const UNKNOWN = "unknown";
/** What stands for the unknown, whatever it is called. */
const UNKNOWN_KEYS = new Set(["0", "?"]);

/** Lower case without dots and accents. */
function folded(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
}

/** How well an option fits what is typed; the lowest comes first, and null does not fit. */
function rank(option, typed) {
  const exact = typed.toLowerCase().trim();
  const label = option.label.toLowerCase();
  if (option.value === exact || (option.value === UNKNOWN && UNKNOWN_KEYS.has(exact))) {
    return 0;
  }
  if (label.startsWith(exact)) {
    return 1;
  }
  const plain = folded(option.label);
  const plainTyped = folded(typed);
  if (plain.startsWith(plainTyped)) {
    return 2;
  }
  if (plain.split(/[\s-]+/).some((word) => word.startsWith(plainTyped))) {
    return 3;
  }
  return option.value.startsWith(exact) ? 4 : null;
}

class TypeAhead {
  constructor(select) {
    this.select = select;
    this.active = -1;
    this.found = [];
    this.build();
    this.show();
    this.input.addEventListener("input", () => this.search());
    this.input.addEventListener("keydown", (event) => this.key(event));
    // What is there already gives way to what is typed.
    this.input.addEventListener("focus", () => this.input.select());
    this.input.addEventListener("blur", () => this.leave());
    this.input.addEventListener("click", () => this.open || this.search(true));
    select.addEventListener("nch:refresh", () => this.show());
    // Before the page's own ways of sending, which listen on the form.
    addEventListener("submit", (event) => this.hold(event), { capture: true });
  }

  build() {
    const { select } = this;
    const { id } = select;
    this.input = document.createElement("input");
    this.input.type = "text";
    this.input.className = "text-field__input";
    this.input.autocomplete = "off";
    this.input.spellcheck = false;
    const attributes = {
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": `${id}_list`,
    };
    Object.entries(attributes).forEach(([name, value]) => this.input.setAttribute(name, value));
    for (const name of ["aria-describedby", "aria-invalid", "required"]) {
      if (select.hasAttribute(name)) {
        this.input.setAttribute(name === "required" ? "aria-required" : name, select.getAttribute(name) || "true");
      }
    }
    this.list = document.createElement("ul");
    this.list.className = "nch-typeahead__list";
    this.list.id = `${id}_list`;
    this.list.setAttribute("role", "listbox");
    this.list.hidden = true;
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
    this.list.setAttribute("aria-label", `Förslag: ${label?.textContent.trim() ?? ""}`);
    this.spoken = document.createElement("p");
    this.spoken.className = "sr-only";
    this.spoken.id = `${id}_found`;
    this.spoken.setAttribute("role", "status");
    const described = [this.input.getAttribute("aria-describedby"), this.spoken.id];
    this.input.setAttribute("aria-describedby", described.filter(Boolean).join(" "));
    // The field takes over the name, the label and the place that errors link to; the select only carries the value.
    select.id = `${id}_value`;
    this.input.id = id;
    select.hidden = true;
    const wrapper = document.createElement("div");
    wrapper.className = "nch-typeahead";
    wrapper.append(this.input, this.list, this.spoken);
    const frame = select.closest(".select-field__icon-wrapper") ?? select;
    frame.after(wrapper);
    frame.hidden = true;
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const item = event.target.closest("[role=option]");
      if (item) {
        this.choose(this.found[[...this.list.children].indexOf(item)]);
        this.close();
      }
    });
  }

  get open() {
    return !this.list.hidden;
  }

  get chosenLabel() {
    const option = this.select.selectedOptions[0];
    return option && option.value ? option.label : "";
  }

  show() {
    this.input.value = this.chosenLabel;
    this.say("");
    this.close();
  }

  /** Where something is typed and nothing is called so, it is seen as well as heard. */
  say(text, isNothing = false) {
    this.spoken.textContent = text;
    this.spoken.className = isNothing ? "label__message label__message--error nch-error" : "sr-only";
  }

  sayNothingFound(typed) {
    this.say(`${this.select.dataset.typeahead} i listan heter ”${typed}”.`, true);
  }

  /** Text that stands for nothing is not sent away, and lost, with the form. */
  hold(event) {
    const typed = this.input.value.trim();
    if (event.target === this.select.form && typed && typed !== this.chosenLabel) {
      this.leave();
      if (!this.select.value) {
        event.preventDefault();
        event.stopImmediatePropagation();
        this.input.focus();
      }
    }
  }

  search(everything = false) {
    const options = [...this.select.options].filter((option) => option.value);
    const typed = everything ? "" : this.input.value;
    this.found = typed.trim()
      ? options
          .map((option) => ({ option, rank: rank(option, typed) }))
          .filter((hit) => hit.rank !== null)
          .sort((one, other) => one.rank - other.rank)
          .map((hit) => hit.option)
      : options;
    this.found = everything || !typed.trim() ? this.found : this.found.slice(0, MOST);
    this.list.replaceChildren(...this.found.map((option, index) => this.item(option, index)));
    this.list.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(this.open));
    this.activate(typed.trim() && this.found.length ? 0 : -1);
    if (this.found.length) {
      this.say(this.found.length === 1 ? "1 förslag" : `${this.found.length} förslag`);
    } else {
      this.sayNothingFound(typed.trim());
    }
  }

  item(option, index) {
    const item = document.createElement("li");
    item.id = `${this.list.id}_${index}`;
    item.className = "nch-typeahead__item";
    item.setAttribute("role", "option");
    item.textContent = option.label;
    return item;
  }

  activate(index) {
    this.active = index;
    [...this.list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      this.input.setAttribute("aria-activedescendant", this.list.children[index].id);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!this.open) {
        this.search(true);
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = this.active < 0 && step < 0 ? 0 : this.active;
      this.activate(this.found.length ? (from + step + this.found.length) % this.found.length : -1);
    } else if (event.key === "Enter" && this.open && this.active >= 0) {
      // The form is not sent: this Enter says which one is meant.
      event.preventDefault();
      event.stopPropagation();
      this.choose(this.found[this.active]);
      this.close();
      this.select.dispatchEvent(new CustomEvent("nch:chosen", { bubbles: true }));
    } else if (event.key === "Escape" && this.open) {
      event.preventDefault();
      this.show();
    }
  }

  choose(option) {
    this.select.value = option.value;
    this.input.value = option.label;
    this.input.removeAttribute("aria-invalid");
    this.say("");
    this.select.dispatchEvent(new Event("input", { bubbles: true }));
    this.select.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What is typed and not chosen counts where it says one thing; emptied, the field is unanswered. */
  leave() {
    const typed = this.input.value.trim();
    if (typed === this.chosenLabel) {
      this.close();
    } else if (typed && this.open && this.active >= 0) {
      this.choose(this.found[this.active]);
      this.close();
    } else {
      this.select.value = "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
      this.close();
      // What fits nothing stays to be seen and mended.
      this.input.value = typed;
      if (typed) {
        this.input.setAttribute("aria-invalid", "true");
        this.sayNothingFound(typed);
      } else {
        this.say("");
      }
    }
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.active = -1;
  }
}

for (const select of document.querySelectorAll("select[data-typeahead]")) {
  new TypeAhead(select);
}
