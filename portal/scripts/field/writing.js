// Writing down: what each button and each form does.
const local = (when) => new Date(when - when.getTimezoneOffset() * 6e4).toISOString().slice(0, 16);
const newItem = (kind, more) => ({ client_id: store.uuid(), kind, at: store.stamp(), ...more });
const entryOf = async (id) => (await store.entries()).find((one) => one.client_id === id);

async function keep(item, photos) {
  await store.save(item, photos);
  // Its details may be typed just now.
  setTimeout(soon, 500);
}

// Written down before it was sent it is changed where it lies; afterwards the office is told of the change.
async function change(id, more) {
  const one = await entryOf(id);
  if (one && UNSENT.includes(one.state)) return keep({ ...one.item, ...more });
  const { outcome } = visitsOf(await store.entries()).find((visit) => visit.client_id === id);
  return keep(newItem("correction", { outcome, ...more, target: id }));
}

async function sendNow() {
  sending = true;
  await drawBars();
  await send().catch(sayFault).finally(() => (sending = false));
  await drawBars();
  say((app.querySelector("[data-bar]") || app).innerText.split("\n")[0]);
  if (["leave", "queue"].includes(screen)) await show();
}

const deeds = {
  async tap(button) {
    const [, id, again] = here();
    const area = areaOf(id);
    const back = again && returnsOf(area, await store.entries()).find((one) => one.id === again);
    const follows = back && (/^\d+$/.test(back.id) ? { follows: Number(back.id) } : { follows_client: back.id });
    const house = back && COMES_BACK.includes(button.value) ? { house: back.house } : {};
    const item = newItem("visit", { area: area.id, outcome: button.value, ...house, ...follows });
    await keep(item);
    saved = item.client_id;
    if (navigator.vibrate) navigator.vibrate(40);
    if (button.value === "return" || (button.value === "met" && !area.round.counts_only)) return go(`v/${item.client_id}`);
    say(words(button.value));
    return go(`a/${area.id}`);
  },

  async undo() {
    const [, id] = here();
    const one = await entryOf(id);
    const [visit] = visitsOf(await store.entries()).filter((all) => all.client_id === id);
    if (one && UNSENT.includes(one.state)) await store.undo(id);
    else await keep(newItem("undo", { target: id }));
    saved = null;
    go(visit ? `a/${visit.area}` : "");
  },

  async drop(button) {
    await store.remove(button.value);
    await show();
  },

  // The door is done and everybody has arrived at the office: the names have no business here any more.
  async sweep() {
    const [, id] = here();
    store.taken.events.find((one) => one.id === Number(id)).roster = [];
    await store.keepTaken();
    await show();
  },

  // Not waited for: on a slow line homes are knocked at meanwhile.
  send() {
    if (!sending) sendNow().catch(sayFault);
  },

  lock() {
    store.lock();
    go("");
  },

  async leave() {
    await store.leave();
    // The sign-in itself ends where there is signal.
    if (navigator.onLine) location.assign(store.address("keluar/"));
    else go("");
  },

  // They did not come, or were counted twice.
  async back(button) {
    await store.undo(button.value);
    setTimeout(soon, 500);
    say(words("undo"));
    await show();
  },

  async here(button) {
    const [, id] = here();
    const event = store.taken.events.find((one) => one.id === Number(id));
    await letIn(event, event.roster.find((party) => party.id === Number(button.value)), "", "tick");
  },
};

const numbers = (form, names) => {
  const found = {};
  for (const name of names) {
    const typed = form.elements[name] && Math.floor(Number(form.elements[name].value));
    if (form.elements[name]) found[name] = typed > 0 ? typed : null;
  }
  return found;
};

const forms = {
  async unlock(form) {
    const code = form.elements.code.value.trim();
    // A press too early is no guess, so it costs no try.
    if (!/^\d{6}$/.test(code)) return locked({ unfinished: true });
    const opened = await store.unlock(code);
    if (opened !== true) return locked({ wrong: true, left: opened });
    ended = false;
    const draft = await store.draft();
    if (draft && draft.hash !== location.hash) location.hash = draft.hash;
    else await show();
    soon();
    return undefined;
  },

  async visit(form, then = "") {
    const [, id] = here();
    const data = new FormData(form);
    const has = (name) => Boolean(form.elements[name]);
    const returning = data.get("return_at") ? new Date(data.get("return_at")) : null;
    const typed = { house: data.get("house"), note: data.get("note"), flyers: data.get("flyers"), keepAway: data.get("keep_away") };
    if (typed.keepAway && !(typed.house || "").trim()) return screens.visit(id, { ...typed, houseMissing: true });
    if (returning && returning < Date.now() - 18e5) return screens.visit(id, { ...typed, returnAt: data.get("return_at"), returnPast: true });
    const visit = visitsOf(await store.entries()).find((one) => one.client_id === id);
    const more = { note: (typed.note || "").trim(), ...numbers(form, ["flyers", "before", "after"]) };
    if (form.querySelector("[name=topics]")) more.topics = data.getAll("topics").map(Number);
    if (has("return_at")) more.return_at = returning ? returning.toISOString() : null;
    if (has("house") && visit.outcome !== "refused") more.house = (typed.house || "").trim();
    await change(id, more);
    if (typed.keepAway) await keep(newItem("keep_away", { area: visit.area, house: typed.house.trim() }));
    saved = id;
    return go(then || `a/${visit.area}`);
  },

  async count(form) {
    const [, id] = here();
    const typed = numbers(form, [...form.elements].map(({ name }) => name).filter(Boolean));
    const counts = Object.fromEntries(Object.entries(typed).filter(([, homes]) => homes));
    if (!Object.keys(counts).length) return screens.count(id, { wrong: true });
    await keep(newItem("count", { area: Number(id), counts }));
    return go(`a/${id}`);
  },

  async keep(form) {
    const [, id] = here();
    const house = form.elements.house.value.trim();
    if (!/[0-9a-z]/i.test(house)) return screens.keep(id, { wrong: true });
    await keep(newItem("keep_away", { area: Number(id), house }));
    return go(`a/${id}`);
  },

  async case(form) {
    const [name, id, visit] = here();
    const typed = Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));
    const wants = { whatsapp: "phone", phone: "phone", email: "email" }[typed.wish];
    const digits = typed.phone.replace(/[\s().\-/]/g, "");
    const problems = {
      storyMissing: !typed.story.trim(),
      contactMissing: wants && !typed[wants].trim(),
      phoneOdd: digits && !/^\+?\d{9,15}$/.test(digits),
    };
    const photos = [...form.elements.photos.files].slice(0, Number(form.elements.photos.dataset.most));
    if (Object.values(problems).some(Boolean)) {
      return mark(form, typed, problems);
    }
    clearTimeout(bell);
    const small = await self.outbox.shrunk(photos);
    const old = name === "u" ? (await entryOf(id)).item : null;
    if (old) {
      await keep({ ...old, is_about_staff: false, ...typed }, small);
      return go("antrean");
    }
    const slip = (await store.slip()) || { form_key: newKey(), number: "" };
    const item = newItem("case", { area: Number(id), visit_client: visit, ...slip, ...typed });
    await keep(item, small);
    return go(`kode/${item.client_id}`);
  },

  async code(form) {
    const [, id] = here();
    const event = store.taken.events.find((one) => one.id === Number(id));
    await letInByCode(event, form.elements.code.value, "typed");
  },

  async "walk-in"(form) {
    const [, id] = here();
    const { people } = numbers(form, ["people"]);
    if (!people) return form.elements.people.focus();
    await keep(newItem("check_in", { event: Number(id), people }));
    return show();
  },
};

const newKey = () => btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24)))).replace(/\+/g, "-").replace(/\//g, "_");

// The form stays as it is, photos too; only what is missing is said.
function mark(form, typed, problems) {
  const template = document.querySelector('template[data-screen="case"]').content;
  for (const old of form.querySelectorAll("[data-problem]")) old.remove();
  let first = null;
  for (const [problem, isThere] of Object.entries(problems)) {
    if (!isThere) continue;
    const sentence = template.querySelector(`[data-if="${problem}"]`).cloneNode(true);
    sentence.dataset.problem = problem;
    sentence.removeAttribute("data-if");
    const isEmail = problem === "contactMissing" && typed.wish === "email";
    const field = form.elements[problem === "storyMissing" ? "story" : isEmail ? "email" : "phone"];
    field.before(sentence);
    first = first || field;
  }
  markFields(form);
  first.focus();
}
