// The copies this phone keeps: lists of them, a button to remove one that was chosen, and one that erases all.
"use strict";
if (self.caches) {
  const find = (id) => document.getElementById(id);
  const copies = find("copies");
  const erase = find("erase");
  const NEWEST = 8;
  const form = { dateStyle: "long", timeStyle: "short" };

  async function pagesIn(name) {
    if (!(await caches.has(name))) return [];
    const pages = await (await caches.open(name)).matchAll();
    return Promise.all(
      pages.reverse().map(async (page) => {
        const { title, documentElement } = new DOMParser().parseFromString(await page.text(), "text/html");
        return { path: new URL(page.url).pathname, title, lang: documentElement.lang, date: page.headers.get("date") };
      }),
    );
  }

  function rowIn(list, { path, title, lang, date }) {
    const item = list.querySelector("template").content.cloneNode(true);
    const name = title.split(" – ")[0];
    Object.assign(item.querySelector("a"), { href: path, textContent: name, lang });
    item.querySelector("time").textContent = new Date(date).toLocaleString(document.documentElement.lang, form);
    const button = item.querySelector("button");
    if (button) {
      button.lastElementChild.textContent = `: ${name}`;
      button.onclick = async () => {
        await (await caches.open("kept")).delete(path, { ignoreVary: true });
        await draw();
        find("copies-title").focus();
      };
    }
    return item;
  }

  async function draw() {
    let count = 0;
    for (const name of ["kept", "pages"]) {
      const pages = await pagesIn(name);
      count += pages.length;
      const list = find(`in-${name}`);
      if (!list) continue;
      list.hidden = !pages.length;
      const [newest, older] = list.querySelectorAll("ul");
      const rows = pages.map((page) => rowIn(list, page));
      newest.replaceChildren(...rows.splice(0, older ? NEWEST : rows.length));
      if (!older) continue;
      older.closest("details").hidden = !rows.length;
      older.replaceChildren(...rows);
    }
    erase.hidden = !count;
    if (copies) copies.hidden = !count;
  }

  erase.querySelector("button").onclick = async () => {
    for (const name of ["kept", "pages", "pictures"]) await caches.delete(name);
    await draw();
    find("erased").hidden = false;
    find("erased").focus();
  };
  draw().catch(() => {});

  // What the page promises where it stands for another one; not where a form was sent.
  const cut = document.querySelector("[data-cut]:not([hidden])");
  // The phone may think itself online all the while, so the portal is asked too.
  const again = () => location.reload();
  if (cut) {
    addEventListener("online", again);
    setInterval(() => fetch("/healthz").then(({ ok }) => ok && again(), () => {}), 2e4);
  }
}
