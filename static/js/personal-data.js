// Says while one types that a text seems to hold personal data. The server decides all the same (nch/common/personal_data).
//
// The rules come from the server as data, the very ones it uses itself; the checks that a pattern cannot say have the same names and the same
// order here as in Python. A test runs this file in Node over the whole corpus and demands the same findings.
// The text never leaves the page before the form is sent.

const BLANKS_AROUND = /^[ \n]+|[ \n]+$/g;
const LETTER = /[a-zåäö]/;
const MARK = /^\p{M}$/u;
const MARKS = /\p{M}/gu;
const LATIN = /^[a-zåäö'-]*$/;
const KEY_LETTERS = { ø: "ö", æ: "ä", ı: "i", ł: "l", đ: "d", ß: "ss" };
const OUTSIDE = "\u25a1";
const LEAST_DIGITS_OF_CONFUSED = 7;
const MONTHS = ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"];
const REFUSED = "refused";
const TO_CONFIRM = "to_confirm";

// --- Folding (folding.py) ------------------------------------------------------------------------------------------------------------------
class Folded {
  constructor(text, folds) {
    const parts = [];
    this.starts = [];
    this.ends = [];
    const characters = Array.from(text);
    for (let index = 0; index < characters.length; ) {
      const begun = index;
      index += 1;
      while (index < characters.length && MARK.test(characters[index])) {
        index += 1;
      }
      for (const part of plainly(characters.slice(begun, index).join(""), folds)) {
        parts.push(part);
        this.starts.push(begun);
        this.ends.push(index);
      }
    }
    this.text = parts.join("");
    this.low = this.text.toLowerCase();
  }

  isCapital(index) {
    return this.text[index] !== this.low[index];
  }
}

function plainly(cluster, folds) {
  let plain = "";
  for (const part of cluster.normalize("NFC").replace(MARKS, "")) {
    const code = part.codePointAt(0);
    const isOutside = code > 0xffff || (code >= 0xd800 && code <= 0xdfff);
    plain += folds.get(part) ?? (isOutside ? OUTSIDE : part);
  }
  return plain;
}

function keyOf(word) {
  if (LATIN.test(word)) {
    return word;
  }
  return Array.from(word, (letter) =>
    "åäö".includes(letter) ? letter : (KEY_LETTERS[letter] ?? letter.normalize("NFD")[0]),
  ).join("");
}

// --- Checks (checks.py) --------------------------------------------------------------------------------------------------------------------
const digitsOf = (text) => text.replace(/[^0-9]/g, "");
const isDigits = (text) => /^[0-9]+$/.test(text);
const trimmed = (text) => text.replace(BLANKS_AROUND, "");

function hasChecksum(number) {
  const sum = Array.from(number)
    .reverse()
    .map((digit, index) => (index % 2 ? Number(digit) * 2 : Number(digit)))
    .reduce((total, value) => total + (value > 9 ? value - 9 : value), 0);
  return sum % 10 === 0;
}

function isDay(year, month, day) {
  if (month < 1 || month > 12) {
    return false;
  }
  const number = Number(year);
  const leap = number % 4 === 0 && (year.length !== 4 || number % 100 !== 0 || number % 400 === 0);
  const longest = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return day >= 1 && day <= longest;
}

function isBirthDay(year, month, day) {
  const number = Number(day);
  return (
    isDay(year, Number(month), number > 60 ? number - 60 : number) ||
    (year.length === 4 && number >= 32 && number <= 59)
  );
}

const hasCentury = (year) => ["18", "19", "20"].includes(year.slice(0, 2));

function refuseWhole(number) {
  const year = number.slice(0, -8);
  const rest = number.slice(-8);
  if (year.length !== 2 && !(year.length === 4 && hasCentury(year))) {
    return null;
  }
  return isBirthDay(year, rest.slice(0, 2), rest.slice(2, 4)) && hasChecksum(number.slice(-10)) ? REFUSED : null;
}

const refuseParts = (year, month, day, last) =>
  refuseWhole(year + month.padStart(2, "0") + day.padStart(2, "0") + last);

/** A right checksum says nothing where another day or statute (2012:1234) begins, and of a number that is public. */
function unlessOther(severity, match, folded, last, { publicNumbers, tests }) {
  const isOther =
    publicNumbers.has(digitsOf(match[0])) || (tests.another_begins.test(after(match, folded)) && tests.year.test(last));
  return isOther ? null : severity;
}

/** Whether it is weeks in a row, such as 10 11 12 13 14. */
const isRow = (groups) =>
  groups.length === 5 &&
  groups.slice(1).every((group, index) => groups[index].length === 2 && group - groups[index] === 1);

function isPublic(written, rules) {
  let digits = digitsOf(written);
  if (written[0] === "+" || digits.startsWith("00")) {
    const abroad = digits.replace(/^00/, "");
    if (!abroad.startsWith("46")) {
      return false;
    }
    digits = `0${abroad.slice(2).replace(/^0/, "")}`;
  }
  return rules.publicNumbers.has(digits) || rules.publicSeries.test(digits);
}

const mayBeLandline = (written, groups, tests) =>
  tests.area_code.test(groups[0]) && !written.includes(".") && groups.slice(1).every((group) => group.length > 1);

const after = (match, folded) => folded.low.slice(endOf(match), endOf(match) + 12);
const endOf = (match) => match.index + match[0].length;

/** Each gets the match, the folded text and the rules, and says how severe the finding is, or null. */
const CHECKS = {
  always: () => TO_CONFIRM,

  birth_number(match, folded, rules) {
    const { tests } = rules;
    const [written, year, month, day, gap, last] = match;
    if (!isBirthDay(year, month, day)) {
      return null;
    }
    if (hasChecksum(year.slice(-2) + month + day + last)) {
      const isSum = tests.money_after.test(after(match, folded)) && !tests.plain_gap.test(gap);
      return unlessOther(isSum ? TO_CONFIRM : REFUSED, match, folded, last, rules);
    }
    const doubtful =
      !tests.mistyped.test(written) ||
      tests.goes_on.test(after(match, folded)) ||
      tests.began_before.test(folded.low.slice(Math.max(0, match.index - 4), match.index)) ||
      (Number(day) >= 32 && Number(day) <= 59) ||
      (gap === " " && tests.clock_or_year.test(last)) ||
      (written.startsWith("07") && isDigits(written));
    return doubtful ? null : TO_CONFIRM;
  },

  scattered_number(match, folded, rules) {
    const [written] = match;
    const number = digitsOf(written);
    const isPhone = rules.tests.like_phone.test(written) && CHECKS.phone_number(match, folded, rules);
    const endsAsTime = rules.tests.clock_after.test(written);
    if (isPhone || (rules.tests.whole_day.test(written) && (endsAsTime || number.length === 10))) {
      return null;
    }
    const severity = unlessOther(refuseWhole(number), match, folded, number.slice(-4), rules);
    const isDoubtful = endsAsTime || isRow(written.split(/[^0-9]+/));
    return severity && isDoubtful ? TO_CONFIRM : severity;
  },

  day_first_number([, day, month, monthTogether, monthName, year, last]) {
    const number = month || monthTogether || String(MONTHS.indexOf(monthName.slice(0, 3)) + 1);
    return refuseParts(year, number, day, last);
  },

  last_first_number: ([, last, year, month, day]) => refuseParts(year, month, day, last),

  spelled_number: ([written], folded, { digitWords }) =>
    refuseWhole(
      written
        .split(/[^a-zåäö]+/)
        .map((word) => digitWords[word] ?? "")
        .join(""),
    ),

  confused_number(match) {
    const written = match[1] + match[2];
    if (digitsOf(written).length < LEAST_DIGITS_OF_CONFUSED || match[0].split("|").length > 4) {
      return null;
    }
    return refuseWhole(written.replaceAll("o", "0").replace(/[il|]/g, "1"));
  },

  reserve_number(match, folded, { tests }) {
    const [written, year, month, day, gap, last] = match;
    if (!tests.reserve_upper.test(last)) {
      return null;
    }
    const start = match.index + written.length - last.length;
    const isUpper = Array.from(last).every((sign, index) => isDigits(sign) || folded.isCapital(start + index));
    const isKnown = tests.reserve_known.test(last);
    const isParted = gap !== "" && trimmed(gap) === "";
    if (!(isUpper && tests.close.test(gap)) && !(isKnown && (isUpper || !isParted))) {
      return null;
    }
    const fits =
      year.length === 4 && !hasCentury(year)
        ? year.startsWith("00") || isBirthDay(year.slice(2), month, day)
        : isBirthDay(year, month, day);
    return fits ? REFUSED : null;
  },

  stockholm_number: (match) => (hasChecksum(digitsOf(match[0]).slice(-8)) ? REFUSED : null),

  diary_number(match, folded, { tests }) {
    const written = match[1];
    const start = endOf(match) - written.length;
    const first = Array.from(written).findIndex((sign) => LETTER.test(sign));
    if (digitsOf(written).length < 4 || (first >= 0 && !folded.isCapital(start + first))) {
      return null;
    }
    const others = ["day_first", "year_first", "year_range", "clock", "hours"];
    return others.some((name) => tests[name].test(written)) ? null : TO_CONFIRM;
  },

  phone_number(match, folded, rules) {
    const { tests } = rules;
    const written = match[0];
    if (isPublic(written, rules) || tests.money_after.test(after(match, folded))) {
      return null;
    }
    if (written[0] === "+" || written.startsWith("00")) {
      return TO_CONFIRM;
    }
    const isMobile = digitsOf(written).startsWith("07");
    const groups = written.split(/[^0-9]+/).filter((group) => group);
    const before = trimmed(folded.low.slice(Math.max(0, match.index - 2), match.index));
    const isOther =
      tests.day_first.test(written) ||
      tests.day_run_together.test(written) ||
      tests.clock_span.test(written) ||
      (isMobile ? isRow(groups) : !mayBeLandline(written, groups, tests)) ||
      (isDigits(before.slice(-1)) && tests.of_threes.test(written));
    return isOther ? null : TO_CONFIRM;
  },

  short_number(match, folded, rules) {
    const { tests } = rules;
    const written = match[1];
    const count = digitsOf(written).length;
    const isOther =
      count < 5 ||
      count > 10 ||
      isPublic(written, rules) ||
      tests.money_after.test(after(match, folded)) ||
      ["hours", "six_digit_date", "year_range", "clock"].some((name) => tests[name].test(written));
    return isOther ? null : TO_CONFIRM;
  },

  street(match, folded, { tests }) {
    const name = match[1];
    const start = match.index + match[0].indexOf(name);
    if (tests.common_way.test(name) || (!folded.isCapital(start) && !tests.street_sure.test(name))) {
      return null;
    }
    return TO_CONFIRM;
  },

  postal_town(match, folded, rules) {
    if (!folded.isCapital(endOf(match) - match[2].length) || rules.tests.no_town.test(match[2])) {
      return null;
    }
    return rules.publicNumbers.has(digitsOf(match[1])) ? null : TO_CONFIRM;
  },
};

// --- Names (names.py) ----------------------------------------------------------------------------------------------------------------------
const [SURE, GIVEN_OR_WORD, SURNAME_OR_WORD, UNKNOWN, NO] = [1, 2, 3, 4, 5];

const isGivenInAnyCase = (plain, { givenInAnyCase, words }) =>
  givenInAnyCase.has(plain) ||
  (plain.endsWith("s") && givenInAnyCase.has(plain.slice(0, -1)) && !words["no names"].has(plain));

function listed(plain, { words, nameShape }) {
  if (words["no names"].has(plain) || words["introduce a name"].has(plain)) {
    return NO;
  }
  if (words["given names"].has(plain) || words.surnames.has(plain) || nameShape.test(plain)) {
    return SURE;
  }
  if (words["given names that are words"].has(plain)) {
    return GIVEN_OR_WORD;
  }
  return words["surnames that are words"].has(plain) ? SURNAME_OR_WORD : null;
}

function likenessOf(plain, rules) {
  const found = listed(plain, rules) ?? (plain.endsWith("s") ? listed(plain.slice(0, -1), rules) : null);
  if (found) {
    return found;
  }
  if (plain.includes("-") && !["al", "el"].includes(plain.split("-")[0])) {
    const parts = plain.split("-").filter((part) => part);
    return parts.every((part) => likenessOf(part, rules) <= SURNAME_OR_WORD) ? SURE : NO;
  }
  return rules.otherEndings.some((ending) => plain.endsWith(ending)) ? NO : UNKNOWN;
}

function beginsSentence(folded, start, { sentenceEnds }) {
  const before = folded.low.slice(Math.max(0, start - 4), start);
  const stripped = before.replace(/ +$/, "");
  return (
    (!stripped && start === before.length) || before.includes("\n") || sentenceEnds.has(stripped.slice(-1))
  );
}

function wordsOf(folded, rules) {
  const words = [];
  for (const match of folded.text.matchAll(rules.word)) {
    const start = match.index;
    const end = start + match[0].length;
    const key = keyOf(folded.low.slice(start, end));
    const isCapital = folded.isCapital(start);
    const places = Array.from({ length: end - start }, (_, offset) => start + offset);
    const isShouted =
      end - start > 1 && places.every((place) => folded.isCapital(place) || "-'".includes(folded.low[place]));
    const isIntroduced = words.length > 0 && rules.words["introduce a name"].has(words.at(-1).key);
    let likeness = !isCapital && isGivenInAnyCase(key, rules) ? SURE : NO;
    if ((isCapital && end - start > 1) || isIntroduced) {
      likeness = likenessOf(key, rules);
    }
    const before = words.slice(-3);
    const begun = before.findIndex((_, index) =>
      rules.words.phrases.has([...before.slice(index).map((word) => word.key), key].join("_")),
    );
    if (begun >= 0) {
      likeness = NO;
      before.slice(begun).forEach((word) => {
        word.likeness = NO;
      });
    }
    words.push({ start, end, key, likeness, isCapital, isShouted, begins: beginsSentence(folded, start, rules) });
  }
  return words;
}

const mayFollow = (word) => word.isCapital && word.likeness !== NO && !(word.isShouted && word.likeness !== SURE);

function mayBegin(word, before, isIntroduced, rules) {
  if (before && rules.words["before other things"].has(before.key)) {
    return false;
  }
  if (!word.isCapital) {
    return word.likeness === SURE && (isIntroduced || isGivenInAnyCase(word.key, rules));
  }
  if (word.likeness === NO) {
    return false;
  }
  if (word.isShouted) {
    return word.likeness === SURE;
  }
  return !(word.begins && word.likeness === UNKNOWN && !isIntroduced);
}

function isName(run, folded, isIntroduced, rules) {
  if (run.length === 0 || (run.length === 1 && run[0].isShouted && !isIntroduced)) {
    return false;
  }
  const end = run.at(-1).end;
  return (
    run.some((word) => word.likeness === SURE) ||
    isIntroduced ||
    run.length > 1 ||
    (run[0].likeness !== SURNAME_OR_WORD && rules.ageAfter.test(folded.low.slice(end, end + 20)))
  );
}

function findNames(folded, rules) {
  const names = [];
  const words = wordsOf(folded, rules);
  let run = [];
  let isIntroduced = false;
  const settle = () => {
    if (isName(run, folded, isIntroduced, rules)) {
      names.push([run[0].start, run.at(-1).end]);
    }
    run = [];
  };
  words.forEach((word, index) => {
    const before = words[index - 1];
    const joint = before ? folded.low.slice(before.end, word.start) : "";
    const isParticle = () =>
      rules.words["inside names"].has(word.key) && index + 1 < words.length && mayFollow(words[index + 1]);
    if (run.length && rules.joints.has(joint) && (mayFollow(word) || isParticle())) {
      run.push(word);
      return;
    }
    settle();
    isIntroduced = Boolean(before) && rules.openers.has(joint) && rules.words["introduce a name"].has(before.key);
    if (mayBegin(word, before, isIntroduced, rules)) {
      run.push(word);
    }
  });
  settle();
  return names;
}

// --- Finding (finder.py) -------------------------------------------------------------------------------------------------------------------
/** The rules as the server writes them (rules.page_rules), made ready. */
export function prepare(data) {
  const compiled = (pattern, flags = "u") => new RegExp(pattern, flags);
  const mapped = (object, change) =>
    Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
  const words = mapped(data.words, (list) => new Set(list.split(" ")));
  const onlyCapital = words["names only with a capital"];
  return {
    folds: new Map(
      Object.entries(data.folds).flatMap(([plain, characters]) => Array.from(characters, (one) => [one, plain])),
    ),
    around: new Set(data.around),
    joints: new Set(data.joints),
    openers: new Set(data.openers),
    sentenceEnds: new Set(data.sentenceEnds),
    digitWords: data.digitWords,
    kindWords: data.kindWords,
    publicNumbers: new Set(data.publicNumbers),
    publicSeries: compiled(data.publicSeries),
    rules: data.rules.map((rule) => ({ group: 0, ...rule, pattern: compiled(rule.pattern, "dgu") })),
    words,
    givenInAnyCase: new Set(
      [...words["given names"]].filter((name) => Array.from(name).length > 3 && !onlyCapital.has(name)),
    ),
    word: compiled(data.word, "gu"),
    nameShape: compiled(data.nameShape),
    otherEndings: data.words["endings of other words"].split(" "),
    ageAfter: compiled(data.ageAfter),
    tests: mapped(data.tests, (pattern) => compiled(pattern)),
  };
}

/** What looks like personal data, in order, with places in code points as the server counts them. */
export function find(text, rules) {
  const folded = new Folded(text, rules.folds);
  const taken = new Uint8Array(folded.low.length);
  const found = [];
  const take = (start, end, kind, severity) => {
    if (!taken.subarray(start, end).includes(1)) {
      taken.fill(1, start, end);
      found.push({ start: folded.starts[start], end: folded.ends[end - 1], kind, severity });
    }
  };
  for (const { pattern, check, group, kind } of rules.rules) {
    pattern.lastIndex = 0;
    let match = pattern.exec(folded.low);
    while (match) {
      const severity = CHECKS[check](match, folded, rules);
      if (severity) {
        take(...match.indices[group], kind, severity);
        pattern.lastIndex = endOf(match);
      } else {
        pattern.lastIndex = match.index + 1;
      }
      match = pattern.exec(folded.low);
    }
  }
  findNames(folded, rules).forEach(([start, end]) => take(start, end, "name", TO_CONFIRM));
  return found.sort((one, other) => one.start - other.start);
}

// --- The field -----------------------------------------------------------------------------------------------------------------------------
const PAUSE = 400;

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/** The server asks for the word on this very text: its SHA-256, as in fields.py. Empty where the browser cannot count it. */
export async function fingerprint(text, { around }) {
  const characters = Array.from(text.replace(/\r\n?/g, "\n"));
  const first = characters.findIndex((one) => !around.has(one));
  const last = characters.findLastIndex((one) => !around.has(one));
  const bytes = new TextEncoder().encode(characters.slice(Math.max(first, 0), last + 1).join(""));
  const digest = await globalThis.crypto?.subtle?.digest("SHA-256", bytes);
  return digest ? Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("") : "";
}

/** A press on its way: what is found moves the page, and a button must not slide from under the pointer. */
let pressed = Promise.resolve();

function watchPresses() {
  let letGo = () => {};
  const begin = () => {
    pressed = new Promise((resolve) => {
      letGo = resolve;
    });
  };
  document.addEventListener("pointerdown", begin, { capture: true });
  // The click comes straight after the pointer is let go.
  for (const name of ["pointerup", "pointercancel"]) {
    document.addEventListener(name, () => setTimeout(() => letGo()), { capture: true });
  }
}

class PersonalDataField {
  constructor(textarea, rules) {
    this.textarea = textarea;
    this.rules = rules;
    const root = textarea.closest("[data-personal-data-field]");
    this.status = root.querySelector("[data-personal-data-status]");
    this.choice = root.querySelector("[data-personal-data-choice]");
    this.box = this.choice.querySelector("input");
    this.waiting = 0;
    textarea.addEventListener("input", () => {
      if (this.box.value && this.text !== this.confirmedText) {
        this.withdraw();
      }
      clearTimeout(this.waiting);
      this.waiting = setTimeout(() => this.check(), PAUSE);
    });
    textarea.addEventListener("change", () => this.check());
    this.confirmedText = this.text;
    this.sentText = this.text;
    this.check();
  }

  get text() {
    return this.textarea.value;
  }

  /** What was said of another text does not hold for this one. */
  withdraw() {
    this.box.checked = false;
    this.box.value = "";
    this.box.disabled = true;
  }

  async check() {
    clearTimeout(this.waiting);
    await pressed;
    const { text } = this;
    if (text !== this.sentText) {
      this.forgetError();
    }
    const findings = find(text, this.rules);
    this.show(text, findings);
    const isRefused = findings.some((finding) => finding.severity === REFUSED);
    const asks = findings.length > 0 && !isRefused;
    this.choice.hidden = !asks;
    if (!asks) {
      this.withdraw();
    } else if (!this.box.value || text !== this.confirmedText) {
      const value = await fingerprint(text, this.rules);
      if (value && text === this.text) {
        this.box.value = value;
        this.box.disabled = false;
        this.confirmedText = text;
      }
      // Where the browser cannot count it, the server's answer brings the box.
      this.choice.hidden = !value;
    }
  }

  /** What the server said was of another text. */
  forgetError() {
    const field = this.textarea.closest(".nch-field");
    field?.querySelector(".nch-error")?.remove();
    field?.classList.remove("nch-field--error", "textarea-field--error");
    this.textarea.removeAttribute("aria-invalid");
  }

  show(text, findings) {
    const characters = Array.from(text);
    const lines = findings.map(({ start, end, kind, severity }) => {
      const advice = severity === REFUSED ? " Det går inte att spara." : "";
      return `”${characters.slice(start, end).join("")}” ser ut som ${this.rules.kindWords[kind]}.${advice}`;
    });
    const said = lines.join("\n");
    if (said === this.said) {
      return;
    }
    this.said = said;
    const list = document.createElement("ul");
    list.append(...lines.map((line) => element("li", line)));
    this.status.replaceChildren(...(lines.length ? [element("p", "Ta bort det som gäller en person:"), list] : []));
  }
}

async function attach() {
  const textareas = [...document.querySelectorAll("textarea[data-personal-data]")];
  const known = new Map();
  for (const textarea of textareas) {
    const address = textarea.dataset.personalData;
    if (!known.has(address)) {
      known.set(
        address,
        fetch(address, { headers: { Accept: "application/json" } }).then((answer) => answer.json()),
      );
    }
    try {
      new PersonalDataField(textarea, prepare(await known.get(address)));
    } catch {
      // Without the rules the field works as without this file: the server checks when the form is sent.
    }
  }
}

if (typeof document !== "undefined") {
  watchPresses();
  attach();
}
