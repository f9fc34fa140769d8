// What an officer carries without signal: encrypted in IndexedDB, opened with a code of six digits until the sign-in it
// comes from is over. What is not sent stays, locked, until the same officer signs in on this phone again.
const DAYS = 14 * 864e5;
const TRIES = 10;
const ROUNDS = 310000;
const BATCH = 30;
const UNSENT = ["waiting", "refused"];
const CHECK = "balai-warga";
const { subtle } = self.crypto;
const address = (page) => `${location.pathname.startsWith("/en/") ? "/en" : ""}/petugas/lapangan/${page}`;

// The open box: its key is nowhere but here.
let key = null;
let box = null;
let taken = null;
let isSending = false;
// When the office wants to be asked again, and what it said.
let busyUntil = 0;
let busyWords = "";

// Time only goes on, as far as this phone has seen it: a clock set back ends no round and turns no order around.
let seen = 0;
let running = 0;
function now() {
  const goneOn = performance.now() - running;
  running += goneOn;
  seen = Math.max(Date.now(), seen + goneOn);
  return seen;
}
const isLaterThan = (when) => (seen = Math.max(now(), when || 0));
const stamp = () => new Date(now()).toISOString();

const base = () =>
  new Promise((done, fail) => {
    const asked = indexedDB.open("petugas", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("boxes", { keyPath: "box" });
      asked.result.createObjectStore("entries", { keyPath: "client_id" });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => fail(asked.error);
  });

async function within(names, mode, work) {
  const open = await base();
  try {
    return await new Promise((done, fail) => {
      const deed = open.transaction(names, mode, { durability: "strict" });
      const asked = work(...names.map((name) => deed.objectStore(name)));
      deed.oncomplete = () => done(asked && asked.result);
      deed.onabort = () => fail(deed.error || new DOMException("Not kept.", "AbortError"));
    });
  } finally {
    open.close();
  }
}

const put = (name, row) => within([name], "readwrite", (store) => store.put(row));
const drop = (name, id) => within([name], "readwrite", (store) => store.delete(id));
const get = (name, id) => within([name], "readonly", (store) => store.get(id));
// Changes a part of a row and leaves alone what somebody else changes at the same time.
const change = (name, id, more) =>
  within([name], "readwrite", (store) => {
    store.get(id).onsuccess = ({ target }) => target.result && store.put({ ...target.result, ...more });
  });
const rows = (name) => within([name], "readonly", (store) => store.getAll());
