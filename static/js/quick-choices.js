// Answers by one key on the page that logs or corrects a support call: digits choose in a group of answers, letters find
// one. A select of a few answers about an individual becomes such a group. Chosen by digit, an answer says so by the event
// `nch:chosen`, so that the page can lead on; `nch:individual` comes from a new individual.
//
// One file without imports: the names of static files are hashed in production, and imports would miss them.

const form = document.querySelector("[data-call-form]");
/** Values that say that there is nothing to say. */
const NONE = new Set(["", "no"]);
/** A pause that ends a word typed to find an answer among several. */
const WORD_PAUSE = 800;

/** A select of a few answers as a group of radio buttons with the same name, label, errors and values. */
function asChoices(select) {
  const field = select.closest(".nch-field");
  const label = field.querySelector("label");
  const group = document.createElement("fieldset");
  group.className = "nch-group";
  if (select.hasAttribute("aria-describedby")) {
    group.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  }
  const legend = document.createElement("legend");
  legend.className = label.className;
  legend.append(...label.childNodes);
  const choices = document.createElement("div");
  choices.className = "nch-choices nch-choices--row";
  [...select.options]
    .filter((option) => option.value)
    .forEach((option, index) => {
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name: select.name, value: option.value, className: "nch-choice__input" });
      input.defaultChecked = option.selected;
      input.required = select.required;
      // Errors lead to the list by its name; the first answer stands there now.
      input.id = index ? `${select.id}_${index}` : select.id;
      const text = document.createElement("label");
      Object.assign(text, { className: "nch-choice__label", htmlFor: input.id, textContent: option.label });
      const choice = document.createElement("div");
      choice.className = "nch-choice";
      choice.append(input, text);
      choices.append(choice);
    });
  group.append(legend, ...field.querySelectorAll(".nch-hint, .nch-error"), choices);
  field.className = field.className.replaceAll("nch-field--select", "nch-field--radios").replaceAll("select-field", "");
  field.replaceChildren(group);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A group of answers that has the focus: digits choose, and each label says its digit; letters find a label. */
class QuickChoices {
  constructor(group) {
    this.inputs = [...group.querySelectorAll("input")];
    this.word = "";
    this.typedAt = 0;
    this.labels = this.inputs.map((input) => plain(input.labels[0].textContent.trim()));
    this.digits = new Map(this.numbered());
    this.digits.forEach((input, key) => {
      const digit = document.createElement("span");
      digit.className = "nch-muted";
      digit.setAttribute("aria-hidden", "true");
      digit.textContent = `${key}\u2002`;
      input.labels[0].prepend(digit);
      input.setAttribute("aria-keyshortcuts", key);
    });
    group.addEventListener("keydown", (event) => this.key(event));
  }

  /** The first nine from 1; 0 is for none, where that is an answer, or for the tenth. The rest are found by letters. */
  numbered() {
    const none = this.inputs.find((input) => input.type === "radio" && NONE.has(input.value));
    const others = this.inputs.filter((input) => input !== none);
    const last = none ?? others[9];
    return [...others.slice(0, 9).map((input, index) => [String(index + 1), input]), ...(last ? [["0", last]] : [])];
  }

  key(event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === " ") {
      return;
    }
    const chosen = this.digits.get(event.key);
    if (chosen) {
      event.preventDefault();
      chosen.focus();
      chosen.click();
      chosen.dispatchEvent(new CustomEvent("nch:chosen", { bubbles: true }));
      return;
    }
    this.word = (Date.now() - this.typedAt < WORD_PAUSE ? this.word : "") + plain(event.key);
    this.typedAt = Date.now();
    const found = this.inputs[this.labels.findIndex((label) => label.startsWith(this.word))];
    if (found) {
      event.preventDefault();
      found.focus();
      if (found.type === "radio") {
        found.click();
      }
    }
  }
}

/** From an answer about an individual to the next about the same one. */
function leadOnWithin(individual, from) {
  const inputs = [...individual.querySelectorAll("input")];
  const next = inputs.slice(inputs.indexOf(from) + 1).find((input) => input.name !== from.name);
  const chosen = inputs.find((input) => input.name === next?.name && input.checked);
  (chosen ?? next)?.focus();
}

/** One key an answer about an individual, seen before it is pressed. */
function dress(individual) {
  individual.querySelectorAll("select").forEach(asChoices);
  individual.querySelectorAll(".nch-choices").forEach((group) => new QuickChoices(group));
  individual.addEventListener("nch:chosen", (event) => leadOnWithin(individual, event.target));
}

if (form) {
  form.querySelectorAll(".nch-choices").forEach((group) => new QuickChoices(group));
  form.querySelectorAll("[data-individual]").forEach(dress);
  form.addEventListener("nch:individual", (event) => dress(event.target));
}
