// Makes long lists of checkboxes quick to choose from: a field that narrows the list as one types, and buttons that tick
// or clear all that is shown. Marked by `data-choose` around the list. Without JavaScript the list is as long as it is.
//
// What is ticked stays ticked while it is hidden: narrowing is for finding, not for choosing.

const FEW = 6;

/** Lower case without dots and accents. */
function folded(text) {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .trim();
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.textContent = text;
  return made;
}

for (const place of document.querySelectorAll("[data-choose]")) {
  const list = place.querySelector(".nch-choices");
  const choices = list ? [...list.querySelectorAll(".nch-choice")] : [];
  if (choices.length < FEW) {
    continue;
  }
  const name = place.querySelector("summary span").textContent;
  const id = `${list.id}-hitta`;
  const tools = element("div", { class: "nch-explore__tools" });
  const label = element("label", { class: "label", for: id }, "Hitta värde");
  const input = element("input", { class: "text-field__input", id, type: "search", autocomplete: "off", maxlength: "60" });
  const found = element("p", { class: "sr-only", role: "status" });
  const row = element("div", { class: "nch-explore__buttons" });
  const boxes = (shown) => shown.map((choice) => choice.querySelector("input"));

  const visible = () => choices.filter((choice) => !choice.hidden);
  for (const [text, ticked] of [
    ["Alla", true],
    ["Inga", false],
  ]) {
    const button = element("button", { class: "nch-link-button", type: "button" }, text);
    button.append(element("span", { class: "sr-only" }, ticked ? `: kryssa alla i ${name}` : `: ta bort kryssen i ${name}`));
    button.addEventListener("click", () => {
      for (const box of boxes(visible())) {
        box.checked = ticked;
      }
    });
    row.append(button);
  }
  input.addEventListener("input", () => {
    const typed = folded(input.value);
    for (const choice of choices) {
      choice.hidden = !folded(choice.textContent).includes(typed);
    }
    found.textContent = `${visible().length} av ${choices.length} värden visas`;
  });
  // Enter in the field would send the form before anything is ticked.
  input.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  tools.append(label, input, row, found);
  list.before(tools);
}
