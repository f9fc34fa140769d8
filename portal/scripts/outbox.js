// What a resident asked this phone to keep until it can be sent, for pages and the worker alike. The id of a draft is
// the key of its form, so that however often it is sent it makes one case.
"use strict";
{
  const KEPT = 14 * 864e5;
  // No draft is older than this program: a phone whose battery was out begins in 1970.
  const CLOCK_SET = 17e11;
  // As long as anybody tries; without locks, whoever was ended while trying has no say after this.
  const LEASE = 12e4;
  const { locks } = navigator;
  const channel = self.BroadcastChannel && new BroadcastChannel("warga");

  // Only keeping something makes the database: a phone nobody asked holds none.
  const open = (making) =>
    new Promise((done, fail) => {
      const asked = indexedDB.open("warga", 1);
      asked.onupgradeneeded = () =>
        making ? asked.result.createObjectStore("drafts", { keyPath: "id" }) : asked.transaction.abort();
      asked.onsuccess = () => done(asked.result);
      asked.onerror = (event) => {
        event.preventDefault();
        fail(asked.error);
      };
    }).catch((problem) => {
      // Where nothing can be kept nothing is.
      if (making) throw problem;
    });

  async function inStore(mode, work, making) {
    const base = await open(making);
    if (!base) return undefined;
    try {
      return await new Promise((done, fail) => {
        const deed = base.transaction("drafts", mode);
        let result;
        work(deed.objectStore("drafts"), (value) => (result = value));
        deed.oncomplete = () => done(result);
        deed.onabort = () => fail(deed.error);
      });
    } finally {
      base.close();
      if (mode === "readwrite" && channel) channel.postMessage("drafts");
    }
  }

  const read = (ask) =>
    inStore("readonly", (store, tell) => {
      const asked = ask(store);
      asked.onsuccess = () => tell(asked.result);
    });

  // Reads and writes in one transaction: of two tabs and the worker one finds it as it was.
  const change = (id, decide) =>
    inStore("readwrite", (store, tell) => {
      store.get(id).onsuccess = ({ target }) => {
        const next = target.result && decide(target.result);
        if (!next) return;
        if (next.id !== id) store.delete(id);
        store.put(next);
        tell(next);
      };
    });

  const newId = () =>
    btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))))
      .replace(/\+/g, "-")
      .replace(/\//g, "_");

  const all = async () => {
    const now = Date.now();
    const [dead, alive] = [[], []];
    for (const one of (await read((store) => store.getAll())) || []) {
      // It counts from when the clock was set, so that nothing dies of that.
      if (one.savedAt < CLOCK_SET && now > CLOCK_SET) {
        one.savedAt = now;
        await change(one.id, (there) => ({ ...there, savedAt: now }));
      }
      (now - (one.state === "sent" ? one.triedAt : one.savedAt) > KEPT ? dead : alive).push(one);
    }
    for (const { id } of dead) await remove(id);
    return alive.sort((a, b) => a.savedAt - b.savedAt);
  };

  const get = (id) => read((store) => store.get(id));

  async function put(draft) {
    const fresh = { id: draft.id || newId(), state: "waiting", savedAt: Date.now(), triedAt: 0, number: "", problems: {} };
    const kept = { ...draft, ...fresh };
    await inStore("readwrite", (store) => store.put(kept), true);
    try {
      await (await navigator.serviceWorker.getRegistration()).sync.register("kirim");
      navigator.storage.persist().catch(() => {});
    } catch {
      // Nothing sends by itself here; the button does.
    }
    return kept;
  }

  const remove = (id) => inStore("readwrite", (store) => store.delete(id));

  // One at a time, in whichever tab or worker; the lock of whoever is ended is free again.
  const taken = new Set();
  async function alone(id, work) {
    if (locks) return locks.request(`warga ${id}`, { ifAvailable: true }, (lock) => lock && work());
    if (taken.has(id)) return undefined;
    taken.add(id);
    return work().finally(() => taken.delete(id));
  }

  const isFree = ({ state, triedAt }) =>
    state !== "sent" && (locks || state !== "sending" || Date.now() - triedAt > LEASE);
  const isDue = (one) => one.state !== "refused" && isFree(one);

  // Whoever changes it has its lock, so that nobody sends it meanwhile. Nothing is written down: whose page is closed
  // lets go of it as it was. Nothing comes back when it is on its way already or open elsewhere.
  const hold = (id) =>
    new Promise((done, fail) => {
      const held = async () => {
        const draft = await get(id);
        if (draft && isFree(draft)) await new Promise((free) => done({ ...draft, free }));
      };
      alone(id, held).then(() => done(), fail);
    });

  const send = async (id) => (await alone(id, () => tryToSend(id))) || get(id);

  async function tryToSend(id) {
    const triedAt = Date.now();
    const draft = await change(id, (one) => isFree(one) && { ...one, state: "sending", triedAt });
    if (!draft) return undefined;
    const body = new FormData();
    for (const [name, value] of Object.entries(draft.fields)) body.append(name, value);
    body.append("form_key", id);
    body.append("age", Math.round((triedAt - draft.savedAt) / 1000));
    for (const photo of draft.photos) body.append("photos", photo, "foto.jpg");
    const patience = new AbortController();
    const bell = setTimeout(() => patience.abort(), LEASE - 1e4);
    let status = 0;
    let told = {};
    try {
      const answer = await fetch(`${draft.language === "en" ? "/en" : ""}/suara/dari-hp/`, {
        method: "POST",
        headers: { "X-Form-Key": "yes" },
        credentials: "omit",
        body,
        signal: patience.signal,
      });
      status = answer.status;
      told = await answer.json();
    } catch {
      // No signal, or an answer nobody can read: it waits for the next try.
    }
    clearTimeout(bell);
    const { problems = {}, number } = told;
    return change(id, (one) => {
      // Written anew or taken up by somebody else meanwhile: what is there now is theirs.
      if (one.triedAt !== triedAt) return null;
      if (status < 300 && number) return { ...one, state: "sent", number, fields: {}, photos: [] };
      // This form has sent another story before: this one gets a form of its own.
      if (status === 409) return { ...one, state: "waiting", id: newId() };
      // Without our words it came from whoever stands between, a hotspot perhaps; too large it stays in any case.
      const isOurs = told.problems || status === 400 || status === 413;
      const isRefused = isOurs && status >= 400 && status < 500 && status !== 408 && status !== 429;
      return { ...one, state: isRefused ? "refused" : "waiting", problems };
    });
  }

  // Rejects while something is left that may go through later, so that a browser that syncs tries again.
  async function sendAll() {
    for (const { id } of (await all()).filter(isDue)) await send(id);
    if ((await all()).some(isDue)) throw new Error("not all sent");
  }

  // Drawn anew, smaller and without what a camera notes in it; as it is where that does not work.
  async function small(file) {
    const address = URL.createObjectURL(file);
    try {
      const image = new Image();
      await new Promise((done, fail) => Object.assign(image, { onload: done, onerror: fail, src: address }));
      const { naturalWidth, naturalHeight } = image;
      const scale = Math.min(1, 1600 / Math.max(naturalWidth, naturalHeight));
      const canvas = document.createElement("canvas");
      const [width, height] = [naturalWidth, naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
      Object.assign(canvas, { width, height });
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, width, height);
      pen.drawImage(image, 0, 0, width, height);
      return (await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.7))) || file;
    } catch {
      return file;
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  // One after the other: a cheap phone has no room for several at once.
  async function shrunk(files) {
    const photos = [];
    for (const file of files) photos.push(await small(file));
    return photos;
  }

  self.outbox = { all, put, remove, hold, send, sendAll, shrunk };

  // Whatever wakes the worker is an occasion.
  if (!self.document) sendAll().catch(() => {});
}
