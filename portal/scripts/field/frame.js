// What every screen of work without signal stands on: the templates of the page, filled, and what is going on.
const store = self.fieldStore;
const app = document.getElementById("app");
const before = document.getElementById("before");
const language = document.documentElement.lang;
const IDLE = 18e5;
const AGAIN = 6e4;
const UNSENT = ["waiting", "refused"];
const COMES_BACK = ["return", "not_home"];

let isBusy = false;
let trouble = "";
let sending = false;
let barsAsked = 0;
let ended = false;
let unkept = false;
let touched = Date.now();
let saved = null;
let screen = "";
let stopCamera = null;

const part = (name) => document.querySelector(`template[data-part="${name}"]`).content;
const words = (name) => (part("outcomes").querySelector(`[data-outcome="${name}"]`) || {}).textContent || "";
const clock = (when) => new Date(when).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
const day = (when) => new Date(when).toLocaleDateString(language, { day: "numeric", month: "long" });
const both = (when) => `${day(when)}, ${clock(when)}`;

const ATTRIBUTES = { href: "href", value: "value", id: "id", for: "htmlFor" };

// Fills what is marked with data-…: rows first, so that each gets its own words.
function fill(root, data) {
  const lists = [...root.querySelectorAll("[data-each]")];
  for (const one of lists.filter((list) => !lists.some((other) => other !== list && other.contains(list)))) {
    const name = one.dataset.each;
    one.removeAttribute("data-each");
    for (const row of data[name] || []) {
      const copy = one.cloneNode(true);
      const shell = document.createDocumentFragment();
      shell.append(copy);
      fill(shell, { ...data, ...row });
      one.before(shell);
    }
    one.remove();
  }
  // A mark is taken off when it is filled, so that the words of a row are not written over by those around it.
  const marked = (name, work) => {
    for (const one of root.querySelectorAll(`[data-${name}]`)) {
      const key = one.getAttribute(`data-${name}`);
      one.removeAttribute(`data-${name}`);
      work(one, data[key.replace("!", "")], key);
    }
  };
  marked("if", (one, value, key) => Boolean(value) === key.startsWith("!") && one.remove());
  marked("text", (one, value) => (one.textContent = value ?? ""));
  for (const [name, to] of Object.entries(ATTRIBUTES)) marked(name, (one, value) => (one[to] = value ?? ""));
  marked("checked", (one, value) => (one.checked = Boolean(value)));
  marked("select", (one, value) => value != null && (one.value = value));
  return root;
}

const made = (template, data) => fill(template.cloneNode(true), data);

async function waiting() {
  const { unsent, dies, openable } = await store.tidy();
  const { until, words: busyWords } = store.busy;
  const is = (name) => unsent && trouble === name && !sending;
  return { unsent, dies: dies ? day(dies) : "", trouble: is("lost"), busy: is("busy"), busyWords, retry: clock(until), sending, openable };
}

async function drawBars() {
  const mine = (barsAsked += 1);
  const data = await waiting();
  // Asked again meanwhile: what was found out first is old by now.
  if (mine !== barsAsked) return undefined;
  // Over, or logged out in another window.
  if (!store.taken && screen !== "locked") {
    ended = !data.openable;
    return show();
  }
  for (const one of app.querySelectorAll("[data-bar]")) one.replaceChildren(made(part("bar"), data));
  return undefined;
}

// What could not be kept is said once, above what is still there.
function sayFailed() {
  for (const old of app.querySelectorAll("[data-failed]")) old.remove();
  app.prepend(part("failed").cloneNode(true));
  scrollTo(0, 0);
}

// Full, or what the browser keeps is not to be had.
function sayFault(fault) {
  if (!(fault instanceof DOMException)) throw fault;
  sayFailed();
}

function say(text) {
  const said = document.getElementById("app-said");
  said.textContent = "";
  setTimeout(() => (said.textContent = text), 50);
}

// A field that is not right yet looks it, and says so to readers.
function markFields(root) {
  for (const one of root.querySelectorAll(".field")) {
    const sentence = one.querySelector(".field__error:not([hidden])");
    const control = one.querySelector("input, textarea, select");
    one.classList.toggle("field--bad", Boolean(sentence));
    if (!control) continue;
    if (!sentence) {
      control.removeAttribute("aria-invalid");
      continue;
    }
    sentence.id = sentence.id || `${control.id}-wrong`;
    control.setAttribute("aria-invalid", "true");
    const hints = (control.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== sentence.id);
    control.setAttribute("aria-describedby", [...hints, sentence.id].join(" "));
  }
}

async function draw(name, data = {}, isSame = false) {
  if (stopCamera) stopCamera();
  screen = name;
  const template = document.querySelector(`template[data-screen="${name}"]`).content;
  app.replaceChildren(made(template, data));
  await drawBars();
  markFields(app);
  const heading = app.querySelector("h1");
  document.title = `${heading.innerText} – ${document.title.split(" – ").pop()}`;
  if (!isSame) {
    scrollTo(0, 0);
    (app.querySelector("[aria-invalid]") || heading).focus();
  }
}
