// On every page of residents: starts the worker, and opens what works only with it. Everything works without.
"use strict";
{
  const { serviceWorker } = navigator;
  const first = (name) => document.querySelector(`[data-${name}]`);
  const show = (one, isShown) => one && (one.hidden = !isShown);

  // To the worker, for an answer: whether it went well.
  const ask = async (what) => {
    const { active } = await serviceWorker.ready;
    return new Promise((done) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data }) => done(data);
      active.postMessage(what, [port2]);
    });
  };

  async function end() {
    for (const one of await serviceWorker.getRegistrations()) await one.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
  }

  async function offerToKeep(box) {
    const path = location.pathname;
    const pictures = () => [...document.images].map(({ currentSrc }) => currentSrc && new URL(currentSrc).pathname);
    const isKept = async () =>
      (await caches.has("kept")) && Boolean(await (await caches.open("kept")).match(path, { ignoreVary: true }));
    const draw = async () => {
      const kept = await isKept();
      for (const [name, isShown] of [["keep", !kept], ["kept", kept]]) show(first(`${name}-now`), isShown);
    };
    box.addEventListener("click", async ({ target }) => {
      const button = target.closest("button");
      if (!button) return;
      const what = "drop" in button.dataset ? { drop: path } : { keep: path, pictures: pictures().filter(Boolean) };
      show(first("keep-failed"), !(await ask(what)));
      await draw();
      box.querySelector("[data-keep-now]:not([hidden]) button, [data-kept-now]:not([hidden]) button").focus();
    });
    await draw();
    show(box, true);
  }

  if (serviceWorker && self.caches) {
    // Switched off by the office.
    if (first("app-off")) end().catch(() => {});
    else {
      // After what she came for: on a slow line both would share it.
      const begin = () => serviceWorker.register("/sw.js").catch(() => {});
      if (document.readyState === "complete") begin();
      else addEventListener("load", begin);
      if (first("keep")) offerToKeep(first("keep")).catch(() => {});
    }
  }

  // No pop-up: the page that tells how has a button.
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    const box = first("install");
    if (!box) return;
    show(box, true);
    box.querySelector("button").onclick = () => event.prompt();
  });

  // What waits here to be sent, or has been; looking makes no database. Last: where a browser forbids it this throws.
  const outbox = !document.getElementById("drafts") && first("drafts");
  const asked = outbox && self.indexedDB && indexedDB.open("warga");
  if (asked) {
    asked.onupgradeneeded = () => asked.transaction.abort();
    asked.onerror = (event) => event.preventDefault();
    asked.onsuccess = () => {
      const base = asked.result;
      base.transaction("drafts").objectStore("drafts").getAll().onsuccess = ({ target: { result } }) => {
        base.close();
        const sent = result.filter(({ state }) => state === "sent").length;
        for (const [name, many] of [["waiting", result.length - sent], ["sent", sent]]) {
          first(`drafts-${name}`).lastElementChild.textContent = many;
          show(first(`drafts-${name}`), many);
        }
        show(outbox, result.length);
      };
    };
  }
}
