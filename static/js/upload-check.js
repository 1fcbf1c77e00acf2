// Says that a file is too large before it is sent. The server decides all the same.
const BYTES_PER_MEGABYTE = 1024 * 1024;

function complaint(input) {
  const limit = Number(input.dataset.maxBytes);
  const tooLarge = [...input.files].filter((file) => file.size > limit);
  if (!limit || tooLarge.length === 0) {
    return "";
  }
  const names = tooLarge.map((file) => file.name).join(", ");
  return `Filen är för stor: ${names}. Högst ${Math.floor(limit / BYTES_PER_MEGABYTE)} MB går att skicka.`;
}

function noticeFor(input) {
  const id = `${input.id || input.name}_size`;
  let notice = document.getElementById(id);
  if (!notice) {
    notice = document.createElement("p");
    notice.id = id;
    notice.className = "nch-error nch-error--live";
    notice.setAttribute("role", "alert");
    input.insertAdjacentElement("beforebegin", notice);
    const described = input.getAttribute("aria-describedby");
    input.setAttribute("aria-describedby", described ? `${described} ${id}` : id);
  }
  return notice;
}

function check(input) {
  const text = complaint(input);
  noticeFor(input).textContent = text;
  input.toggleAttribute("data-too-large", Boolean(text));
  if (text) {
    input.setAttribute("aria-invalid", "true");
  } else {
    input.removeAttribute("aria-invalid");
  }
  return !text;
}

const CONTROLS = 'input[type="file"][data-max-bytes]';

document.addEventListener("change", (event) => {
  if (event.target.matches?.(CONTROLS)) {
    check(event.target);
  }
});

document.addEventListener(
  "submit",
  (event) => {
    const bad = [...event.target.querySelectorAll(CONTROLS)].filter((input) => complaint(input));
    if (bad.length > 0) {
      event.preventDefault();
      bad.forEach(check);
      bad[0].focus();
    }
  },
  true,
);
