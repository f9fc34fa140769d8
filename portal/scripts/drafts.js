// What this phone keeps: a list with states, the form to write without signal, sending by itself while a page is open.
"use strict";
if (self.outbox && self.indexedDB) {
  const find = (id) => document.getElementById(id);
  const section = find("drafts");
  const form = find("phone-form");
  const said = find("drafts-said");
  const language = document.documentElement.lang;
  // The draft that is being changed; what an address brought along beside the fields of the form.
  let edited;
  let beside = {};
  const counted = ({ length }) => (length ? section.dataset.photos.replace("{n}", length) : "");

  async function show() {
    const drafts = (await outbox.all()).filter(({ id }) => !edited || id !== edited.id);
    if (!drafts.some(({ state }) => state === "waiting" || state === "sending")) say("");
    const buttons = () => [...section.querySelectorAll("button")];
    const held = buttons().indexOf(document.activeElement);
    section.hidden = !drafts.length;
    section.querySelector(".cards").replaceChildren(
      ...drafts.map((draft) => {
        const item = section.querySelector("template").content.cloneNode(true);
        for (const part of item.querySelectorAll("[data-in]"))
          part.hidden = !part.dataset.in.split(" ").includes(draft.state);
        const slot = (name) => item.querySelector(`[data-slot=${name}]`);
        slot("saved").textContent = new Date(draft.savedAt).toLocaleString(language, { dateStyle: "long", timeStyle: "short" });
        slot("number").textContent = draft.number;
        slot("photos").textContent = counted(draft.photos);
        for (const problem of Object.values(draft.problems).flat())
          slot("problems").appendChild(document.createElement("li")).textContent = problem;
        for (const button of item.querySelectorAll("[data-do]")) button.onclick = () => act[button.dataset.do](draft);
        return item;
      }),
    );
    // Whoever was about to press something stays there.
    if (held >= 0 && buttons()[held]) buttons()[held].focus();
  }

  // Again and again, ever more patiently: a line that is back is often not good yet.
  let pause;
  let bell;
  async function go() {
    clearTimeout(bell);
    try {
      await outbox.sendAll();
    } catch {
      pause = Math.min(pause * 2, 12e4);
      bell = setTimeout(go, pause);
    }
    return show();
  }
  function goNow() {
    pause = 1e3;
    return go();
  }

  const act = {
    async send({ id, triedAt }) {
      const after = await outbox.send(id);
      await show();
      if (after && after.triedAt === triedAt) say(said.dataset.busy);
      else say(after && after.state === "waiting" ? said.dataset.offline : "");
    },
    async remove({ id, state }) {
      if (!confirm(section.dataset[state === "sent" ? state : "waiting"])) return;
      await outbox.remove(id);
      await show();
      find("drafts-title").focus();
    },
    async receipt({ id }) {
      const body = new FormData();
      body.append("form_key", id);
      try {
        const answer = await fetch(section.dataset.receipt, { method: "POST", headers: { "X-Form-Key": "yes" }, body });
        location.assign((await answer.json()).next);
      } catch {
        say(said.dataset.offline);
      }
    },
    async edit(draft) {
      if (!form) return location.assign(`${section.dataset.write}#${draft.savedAt}`);
      const { story } = form.elements;
      const before = edited ? edited.fields.story : "";
      if (story.value.trim() && story.value !== before && !confirm(section.dataset.waiting)) return undefined;
      const held = await outbox.hold(draft.id);
      if (held) {
        leave();
        edited = held;
        fill(held);
      }
      await show();
      return say(held ? "" : said.dataset.busy);
    },
  };

  function say(words) {
    said.textContent = words;
    said.hidden = !words;
  }

  // The form ------------------------------------------------------------------------------------------------

  function fill({ fields, savedAt, photos, problems }) {
    form.reset();
    beside = {};
    for (const [name, value] of Object.entries(fields)) {
      const field = form.elements[name];
      if (!field) {
        beside[name] = value;
        continue;
      }
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
      // What was answered is before their eyes.
      if (value !== "undecided") unfold(field[0] || field);
    }
    // “Yesterday” was the day before it was written, whenever it is looked at.
    const ago = ["today", "yesterday"].indexOf(fields.when);
    if (ago >= 0 && savedAt) {
      form.elements.when.value = "date";
      const then = new Date(savedAt - ago * 864e5);
      form.elements.day.value = new Date(then - then.getTimezoneOffset() * 6e4).toISOString().slice(0, 10);
    }
    showPhotos(photos || []);
    complain(problems || {});
    find("leave-off").hidden = !edited;
    if (find("errors").hidden) form.elements.story.focus();
  }

  function unfold(field) {
    const fold = field.closest("details");
    if (fold) fold.open = true;
  }

  function showPhotos(photos) {
    const place = find("kept-photos");
    place.hidden = !photos.length;
    place.firstElementChild.textContent = counted(photos);
    place.lastElementChild.onclick = () => showPhotos((edited.photos = []));
  }

  function complain(problems) {
    const box = find("errors");
    const names = Object.keys(problems);
    for (const old of form.querySelectorAll(".field__error")) {
      const field = old.closest(".field");
      field.classList.remove("field--bad");
      field.querySelector("[aria-invalid]").removeAttribute("aria-invalid");
      old.remove();
    }
    box.hidden = !names.length;
    const list = box.querySelector("ul");
    list.replaceChildren();
    for (const name of names) {
      const words = problems[name].join(" ");
      const link = document.createElement("a");
      list.appendChild(document.createElement("li")).append(link);
      link.textContent = words;
      const field = find(`div_id_${name}`);
      if (!field) continue;
      const control = find(`id_${name}`) || find(`id_${name}_0`);
      link.href = `#${control.id}`;
      field.classList.add("field--bad");
      unfold(field);
      const error = document.createElement("p");
      Object.assign(error, { id: `${control.id}_error`, className: "field__error", textContent: words });
      control.setAttribute("aria-invalid", "true");
      control.setAttribute("aria-describedby", `${control.getAttribute("aria-describedby") || ""} ${error.id}`);
      field.querySelector("legend, label").after(error);
    }
    if (names.length) box.focus();
  }

  async function keep(event) {
    event.preventDefault();
    const data = new FormData(form);
    if (!data.get("story").trim()) return complain({ story: [form.dataset.story] });
    complain({});
    const fields = { ...beside };
    for (const [name, value] of data) if (typeof value === "string" && value) fields[name] = value;
    try {
      const photos = [...((edited && edited.photos) || []), ...(await outbox.shrunk(form.elements.photos.files))];
      await outbox.put({ id: edited && edited.id, language, fields, photos });
    } catch ({ name }) {
      return complain({ "": [form.dataset[name] || form.dataset.closed] });
    }
    leave();
    await show();
    find("drafts-title").focus();
    return goNow();
  }

  function leave() {
    if (edited) edited.free();
    edited = undefined;
    fill({ fields: {} });
    show();
  }

  async function arrive() {
    const word = location.hash.slice(1);
    if (!word) return;
    history.replaceState(null, "", location.pathname);
    const fields = Object.fromEntries(new URLSearchParams(word));
    const draft = (await outbox.all()).find(({ savedAt }) => savedAt in fields);
    if (draft) await act.edit(draft);
    else if (word.includes("=")) fill({ fields: { ...fields, kind: fields.kind || fields.jenis } });
  }

  if (form) {
    form.hidden = false;
    find("no-script").hidden = true;
    form.addEventListener("submit", keep);
    find("leave-off").onclick = () => {
      leave();
      goNow();
    };
    arrive();
  }
  if (self.BroadcastChannel) new BroadcastChannel("warga").onmessage = show;
  self.addEventListener("online", goNow);
  document.addEventListener("visibilitychange", () => document.hidden || goNow());
  show().then(goNow);
}
