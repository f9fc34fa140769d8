// The worker of the installed app: keeps what was read, never what is anybody's own. SHELL stands before it and says
// what is kept from the first visit on; its version changes with every file.
"use strict";
{
  const SHELF = `shell-${SHELL.version}`;
  const [PAGES, KEPT, ASSETS, PICTURES] = ["pages", "kept", "assets", "pictures"];
  const MOST = { [PAGES]: 40, [PICTURES]: 60 };
  const PATIENCE = 3e3;
  const STALE = 432e5;
  const PERSONAL = /^(\/en)?\/(admin|petugas|lacak|suara|data|healthz|readyz|sw\.js)(\/|$)/;
  const HOLDS_NOTHING = /^(\/en)?\/(petugas\/lapangan|suara\/di-hp)\/$/;

  const languageOf = (path) => (path.startsWith("/en/") ? "en" : "id");
  const isOfficers = (path) => /^(\/en)?\/petugas\//.test(path);
  const find = (address) => caches.match(address, { ignoreVary: true });
  const sent = (answer) => Date.parse(answer.headers.get("date"));

  // By which way somebody came makes no other page of it.
  function plain(url) {
    url.searchParams.delete("dari");
    return url.pathname + url.search;
  }

  const mayKeep = (path) => !path.includes("?") && (!PERSONAL.test(path) || HOLDS_NOTHING.test(path));

  function isPublic(answer) {
    const rule = answer.headers.get("cache-control") || "";
    const isWhole = answer.status === 200 && answer.type === "basic" && !answer.redirected;
    return isWhole && /\bpublic\b/.test(rule) && !rule.includes("no-store");
  }

  // Data and papers are opened as pages are, but they have no name to be found by again.
  const isPage = (answer) => isPublic(answer) && /^text\/html/.test(answer.headers.get("content-type"));

  // Oldest out: what is put again goes to the end.
  async function put(name, address, answer) {
    const cache = await caches.open(name);
    await cache.delete(address, { ignoreVary: true });
    await cache.put(address, answer);
    const keys = await cache.keys();
    for (const old of keys.slice(0, Math.max(0, keys.length - MOST[name] || 0))) await cache.delete(old);
  }

  const filesIn = (html) =>
    new Set([...html.matchAll(/(?:src|href)="(\/static\/[^"#?]+\.(?:css|js|svg))/g)].map((found) => found[1]));

  // A page is kept with the sheet and the scripts it was made for.
  async function store(name, address, answer) {
    const html = await answer.clone().text();
    await put(name, address, answer);
    for (const path of filesIn(html)) {
      if (await find(path)) continue;
      const file = await fetch(path);
      if (isPublic(file)) await put(ASSETS, path, file);
    }
  }

  async function shelfOf(path) {
    if (SHELL.lasting.includes(path)) return SHELF;
    return (await (await caches.open(KEPT)).match(path, { ignoreVary: true })) ? KEPT : PAGES;
  }

  async function take(path, name, cache = "no-cache") {
    const answer = await fetch(path, { cache });
    if (!mayKeep(path) || !isPage(answer)) throw new Error(path);
    await store(name || (await shelfOf(path)), path, answer);
  }

  async function forget(path) {
    for (const name of [PAGES, KEPT]) await (await caches.open(name)).delete(path, { ignoreVary: true });
  }

  // The offline page, and unless data are to be saved what else is needed without signal; anew twice a day.
  async function stock(language) {
    const shelf = await caches.open(SHELF);
    const isThrifty = navigator.connection && navigator.connection.saveData;
    for (const path of SHELL.pages[language].slice(0, isThrifty ? 1 : undefined)) {
      const kept = await shelf.match(path, { ignoreVary: true });
      if (!kept || Date.now() - sent(kept) > STALE) await take(path, SHELF);
    }
  }

  async function install() {
    const windows = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
    const languages = new Set(windows.map(({ url }) => languageOf(new URL(url).pathname)));
    for (const language of languages.size ? languages : ["id"]) await stock(language);
    // What the version before had, in the new one's state; rather an old copy than none.
    for (const name of await caches.keys()) {
      if (!name.startsWith("shell-") || name === SHELF) continue;
      const [old, shelf] = [await caches.open(name), await caches.open(SHELF)];
      for (const request of await old.keys()) {
        const path = new URL(request.url).pathname;
        if (!SHELL.lasting.includes(path) || (await shelf.match(path, { ignoreVary: true }))) continue;
        await take(path, SHELF).catch(async () => shelf.put(path, await old.match(request)));
      }
    }
  }

  // Files no kept page asks for any more.
  // Listed first: a page is put before its files, so none that comes meanwhile is taken for left over.
  async function sweep() {
    const assets = await caches.open(ASSETS);
    const files = await assets.keys();
    const needed = new Set();
    for (const name of [SHELF, PAGES, KEPT]) {
      const cache = await caches.open(name);
      for (const page of await cache.matchAll()) filesIn(await page.text()).forEach((path) => needed.add(path));
    }
    for (const request of files)
      if (!needed.has(new URL(request.url).pathname)) await assets.delete(request);
  }

  async function activate() {
    for (const name of await caches.keys())
      if (name.startsWith("shell-") && name !== SHELF) await caches.delete(name);
    if (self.registration.navigationPreload) await self.registration.navigationPreload.enable();
    await self.clients.claim();
    // The page she reads while the worker comes was asked for before it could keep it.
    for (const { url } of await self.clients.matchAll({ type: "window" })) {
      const path = plain(new URL(url));
      if (mayKeep(path) && !(await find(path))) await take(path, "", "default").catch(() => {});
    }
    await sweep();
  }

  // Hidden elements of the page that the worker opens, so that every sentence is the page's own.
  async function opened(answer, name, status, when) {
    let html = (await answer.text()).split(` hidden data-${name}`).join(` data-${name}`);
    html = html.split(` data-not-${name}`).join(` hidden data-not-${name}`);
    if (when) html = html.replace("<span data-when></span>", when);
    const headers = new Headers(answer.headers);
    for (const gone of ["content-encoding", "content-length"]) headers.delete(gone);
    return new Response(html, { status, headers });
  }

  function asCopy(path, kept) {
    // Officers' page holds nothing that could be old.
    if (isOfficers(path)) return kept;
    const form = { dateStyle: "long", timeStyle: "short" };
    return opened(kept, "copy", 200, new Date(sent(kept)).toLocaleString(languageOf(path), form));
  }

  async function instead(path, name) {
    const language = languageOf(path);
    const other = language === "en" ? "id" : "en";
    const officers = isOfficers(path) && name === "cut" && (await find(SHELL.officers[language]));
    if (officers) return officers;
    const page = (await find(SHELL.pages[language][0])) || (await find(SHELL.pages[other][0]));
    return page ? opened(page, name, 503) : Response.error();
  }

  async function page(event, url) {
    const path = plain(url);
    let copy;
    const asked = (async () => {
      const answer = (await event.preloadResponse) || (await fetch(event.request));
      if (mayKeep(path) && isPage(answer)) copy = answer.clone();
      return answer;
    })();
    event.waitUntil(
      asked
        .then(async ({ status }) => {
          if (copy) await store(await shelfOf(path), path, copy);
          if (status === 404 || status === 410) await forget(path);
          await stock(languageOf(path));
        })
        .catch(() => {}),
    );
    const kept = mayKeep(path) && (await find(path));
    if (!kept) return asked.catch(() => instead(path, "cut"));
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    const answer = await Promise.race([asked.catch(() => null), late]);
    return answer && answer.status < 500 ? answer : asCopy(path, kept);
  }

  async function file(request, path) {
    const kept = mayKeep(path) && (await find(path));
    if (kept && /\.[0-9a-f]{12}\.\w+$/.test(path)) return kept;
    try {
      const answer = await fetch(request);
      if (!path.startsWith("/static/") && mayKeep(path) && isPublic(answer))
        put(PICTURES, path, answer.clone()).catch(() => {});
      return answer;
    } catch (fault) {
      if (kept) return kept;
      throw fault;
    }
  }

  async function choose(path, pictures) {
    if (SHELL.lasting.includes(path)) return take(path, SHELF);
    const read = await find(path);
    await take(path, KEPT).catch(async (fault) => {
      if (!read || !mayKeep(path)) throw fault;
      await store(KEPT, path, read);
    });
    await (await caches.open(PAGES)).delete(path, { ignoreVary: true });
    for (const picture of pictures.filter(mayKeep)) {
      const answer = (await find(picture)) || (await fetch(picture));
      if (isPublic(answer)) await put(PICTURES, picture, answer);
    }
  }

  self.addEventListener("install", (event) => {
    self.skipWaiting();
    event.waitUntil(install());
  });

  self.addEventListener("activate", (event) => event.waitUntil(activate()));

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== location.origin || /^(\/en)?\/admin\//.test(url.pathname)) return;
    if (request.mode !== "navigate") {
      const isFile = url.pathname.startsWith("/static/") || request.destination === "image";
      if (request.method === "GET" && isFile) event.respondWith(file(request, url.pathname + url.search));
    } else if (request.method === "GET") event.respondWith(page(event, url));
    // Never kept and never sent a second time; but she is told.
    else event.respondWith(fetch(request).catch(() => instead(url.pathname, "unsent")));
  });

  self.addEventListener("message", (event) => {
    const [port] = event.ports;
    const { keep, drop, pictures } = event.data;
    if (!port) return;
    const done = keep ? choose(keep, pictures) : forget(drop);
    event.waitUntil(done.then(() => true, () => false).then((went) => port.postMessage(went)));
  });

  self.addEventListener("sync", (event) => {
    if (event.tag === "kirim" && self.outbox) event.waitUntil(self.outbox.sendAll());
  });
}
