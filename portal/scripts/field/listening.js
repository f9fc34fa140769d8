// Sending, and everything that is waited for.
async function send() {
  const said = await store.send();
  if (said === "ended") {
    ended = true;
    return show();
  }
  if (said) trouble = said;
  return said && screen === "queue" ? screens.queue(true) : drawBars();
}

// By itself not before the office wants to be asked again; a press asks at once.
const soon = () => store.taken && screen !== "visit" && store.now() >= store.busy.until && send().catch(() => {});

// One thing at a time: a second press while the first is being kept does nothing. A form sent from the screen that
// stands already, while the press before is being finished, takes its turn.
let turn = null;
async function once(work, form) {
  if (isBusy) {
    if (form) turn = { work, form };
    return;
  }
  isBusy = true;
  try {
    await work();
  } catch (fault) {
    sayFault(fault);
  } finally {
    isBusy = false;
    const next = turn;
    turn = null;
    if (next && next.form !== form && next.form.isConnected) once(next.work, next.form);
  }
}

// A phone that closes the page to open its camera takes no word along.
let bell = 0;
function keepTyped(form) {
  clearTimeout(bell);
  bell = setTimeout(() => {
    if (!store.taken || !form.isConnected) return;
    const typed = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    store.keepDraft({ hash: location.hash, typed }).catch(() => {});
  }, 300);
}

// It may end while a screen stands.
const isOpen = () => store.taken || screen === "locked";

function listen() {
  app.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button && !isOpen()) return once(show);
    if (button) once(() => deeds[button.dataset.do](button));
    // On the way to a complaint, what was typed about the visit is kept.
    const details = screen === "visit" && event.target.closest("a:not(.back)") && app.querySelector("[data-form=visit]");
    if (!details) return undefined;
    event.preventDefault();
    if (!details.reportValidity()) return undefined;
    return once(() => forms.visit(details, event.target.closest("a").hash.slice(2)));
  });
  app.addEventListener("submit", (event) => {
    event.preventDefault();
    const work = forms[event.target.dataset.form];
    if (!isOpen()) return once(show);
    if (work && event.target.reportValidity()) once(() => work(event.target), event.target);
  });
  app.addEventListener("input", ({ target }) => {
    if (screen === "case") keepTyped(target.form);
    if (target.id !== "roster") return;
    const typed = target.value.trim().toLowerCase();
    for (const row of app.querySelectorAll(".door-names > li")) row.hidden = !row.firstElementChild.textContent.toLowerCase().includes(typed);
  });
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, () => (touched = Date.now()), { passive: true });
  addEventListener("hashchange", () => show());
  addEventListener("online", soon);
  document.addEventListener("visibilitychange", () => document.hidden || soon());
  setInterval(async () => {
    if (!store.taken) return;
    const isOver = store.now() >= store.taken.until;
    if (isOver) ended = true;
    if (isOver || Date.now() - touched > IDLE) {
      store.lock();
      await show();
    } else soon();
  }, AGAIN);
}
