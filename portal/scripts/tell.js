// Sends a page of the wizard so that a cut line loses nothing: what was typed stays, and is kept on the phone only
// when its owner presses that. Without this script the same form posts itself.
"use strict";
if (self.fetch && self.DOMParser) {
  const find = (id) => document.getElementById(id);
  let pressed;
  let isBusy = false;
  let coming;

  // What keeps on the phone and shrinks photos comes with the first answer given, not with the first page; on those
  // after it it is there before the first letter, for the line may go just then.
  const outbox = () =>
    (coming =
      coming ||
      new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = find("tell-said").dataset.outbox;
        script.onload = () => done(self.outbox);
        script.onerror = fail;
        document.head.append(script);
      }));
  const fetchOutbox = () => outbox().catch(() => (coming = null));

  const say = (id) => {
    const place = find("tell-said");
    place.replaceChildren(find(id).content.cloneNode(true));
    const notice = place.firstElementChild;
    if (notice.tabIndex === -1 && notice.hasAttribute("tabindex")) notice.focus();
    return notice;
  };

  const photosOf = async (form) => {
    const { files = [] } = form.elements.photos || {};
    if (!files.length) return [];
    return outbox().then((box) => box.shrunk(files), () => [...files]);
  };

  async function send(form, button) {
    if (isBusy) return;
    isBusy = true;
    say("tell-sending");
    const body = new FormData(form);
    if (button && button.name) body.append(button.name, button.value);
    const patience = new AbortController();
    let bell;
    try {
      const photos = await photosOf(form);
      if (form.elements.photos) body.delete("photos");
      for (const photo of photos) body.append("photos", photo, "foto.jpg");
      bell = setTimeout(() => patience.abort(), photos.length ? 12e4 : 3e4);
      const answer = await fetch(location.pathname + location.search, {
        method: "POST",
        headers: { "X-Step": "yes" },
        body,
        signal: patience.signal,
      });
      const isNext = (answer.headers.get("content-type") || "").includes("json");
      if (!answer.ok) throw answer;
      if (isNext) return location.assign((await answer.json()).next);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      document.title = page.title;
      document.querySelector("main").replaceWith(page.querySelector("main"));
      (find("errors") || document.querySelector(".field--bad, h1")).scrollIntoView();
      focusOnErrors();
    } catch {
      offer(form, button);
    } finally {
      clearTimeout(bell);
    }
    isBusy = false;
    return undefined;
  }

  function offer(form, button) {
    const { key, told } = find("tell-said").dataset;
    const typed = Object.fromEntries(
      [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !/^(csrf|stamp)/.test(name)),
    );
    const notice = say("tell-failed");
    const fields = { ...JSON.parse(told), ...typed };
    const [keep, write] = ["keep", "write"].map((name) => notice.querySelector(`[data-do=${name}]`));
    notice.querySelector("[data-do=again]").onclick = () => send(form, button);
    const answered = Object.entries(typed).filter(([, value]) => value);
    if (write) write.hash = new URLSearchParams([...new URLSearchParams(location.search), ...answered]);
    if (!keep) return;
    keep.hidden = !self.indexedDB || !(fields.story || "").trim();
    keep.onclick = async () => {
      try {
        const box = self.outbox || (await outbox());
        await box.put({ id: key, language: document.documentElement.lang, fields, photos: await photosOf(form) });
        say("tell-kept");
      } catch {
        coming = null;
        say("tell-full");
      }
    };
  }

  const focusOnErrors = () => find("errors") && find("errors").focus();

  if ("atOnce" in find("tell-said").dataset) fetchOutbox();
  else document.addEventListener("input", fetchOutbox, { once: true });
  document.addEventListener("click", ({ target }) => (pressed = target.closest("form button")));
  document.addEventListener("submit", (event) => {
    if (!find("tell-said") || !event.target.elements.stamp) return;
    event.preventDefault();
    send(event.target, pressed);
  });
  // Shown again by the way back: ready to be sent again.
  self.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    isBusy = false;
    find("tell-said").replaceChildren();
  });
  focusOnErrors();
}
