// Sending, and what the office says to each thing.
// A thing with photos goes alone, the others together, all in the order in which they were written down.
function batches(waiting) {
  const found = [];
  for (const one of waiting) {
    const last = found[found.length - 1];
    if (last && !one.photos.length && !last[0].photos.length && last.length < BATCH) last.push(one);
    else found.push([one]);
  }
  return found;
}

async function bodyOf(batch) {
  const body = new FormData();
  const items = [];
  for (const one of batch) {
    items.push(await words(one));
    for (const [number, photo] of one.photos.entries())
      body.append(`photo:${one.client_id}:${number}`, new Blob([await unseal(photo)], { type: "image/jpeg" }), "foto.jpg");
  }
  body.append("items", JSON.stringify(items));
  body.append("clock", stamp());
  return body;
}

async function noted(batch, results) {
  for (const one of batch) {
    const result = results.find((answer) => answer.client_id === one.client_id);
    if (!result) continue;
    const state = result.result === "known" ? "done" : result.result;
    const isBack = state === "refused";
    let more = {};
    if (!isBack) {
      // Sent, so neither the photo nor a resident's words have any business here any more.
      const { story, phone, email, name, note, ...item } = await words(one);
      if (item.kind === "visit" || item.kind === "correction") item.note = note;
      const { case: number = item.number, secret } = result;
      more = { ...(await sealWords({ ...item, number, secret })), photos: [] };
    }
    try {
      await put("entries", { ...one, ...more, state, words: result.words, tried: !isBack });
    } catch (full) {
      // No room to write that it is sent: then it goes, which makes room.
      if (isBack) throw full;
      await drop("entries", one.client_id);
    }
  }
}

// Marked before they are sent: an answer that is lost says nothing about what arrived.
const begin = (batch) =>
  Promise.all(
    batch.map(async ({ client_id }) => {
      // A full phone must be able to send, or it stays full.
      await change("entries", client_id, { tried: true }).catch(() => {});
      const one = await get("entries", client_id);
      const isReadable = one && one.state === "waiting" && (await words(one).catch(() => null));
      return isReadable ? one : null;
    }),
  );

async function post(batch) {
  const patience = new AbortController();
  const bell = setTimeout(() => patience.abort(), 9e4);
  try {
    const answer = await fetch(address("kirim/"), {
      method: "POST",
      headers: { Authorization: `Pass ${taken.pass}` },
      credentials: "omit",
      body: await bodyOf(batch),
      signal: patience.signal,
    });
    const again = answer.headers.get("Retry-After") || "";
    return { status: answer.status, told: await answer.json().catch(() => ({})), wait: secondsOf(again) };
  } catch {
    return { status: 0, told: {} };
  } finally {
    clearTimeout(bell);
  }
}

// Seconds or a moment, as servers say it; a minute where they say nothing, never more than an hour.
function secondsOf(again) {
  const seconds = /^\d+$/.test(again) ? Number(again) : (Date.parse(again) - Date.now()) / 1000;
  return Math.min(Math.max(seconds || 60, 10), 3600);
}

function putOff(told, wait) {
  busyUntil = now() + wait * 1000;
  busyWords = told.problem || "";
  return "busy";
}

// Ends what this pass opened, if no other window has taken it along anew since.
async function endPass(name, { at }) {
  const one = await get("boxes", name);
  if (!one || one.takenAt <= at) await end(name);
  else lock();
  return one && one.takenAt > at ? "" : "ended";
}

// "ended" when the pass is over, "lost" without signal, "busy" when the office wants to be asked later, "sent" else.
async function sendAll() {
  const open = box;
  const mine = (await rows("entries")).filter((one) => one.box === open && one.state === "waiting");
  const queue = batches(mine.sort((a, b) => a.order - b.order));
  let outcome = "sent";
  busyUntil = 0;
  for (let first = queue.shift(); first; first = queue.shift()) {
    const batch = (await begin(first)).filter(Boolean);
    if (!batch.length) continue;
    const { status, told, wait } = await post(batch);
    if (box !== open) return "";
    if (status === 401 && told.ended) return endPass(open, taken);
    if (status === 200 && told.results) {
      await noted(batch, told.results);
      if (box !== open) return "";
      taken.inside = { ...taken.inside, ...told.inside };
      await keepTaken().catch(() => {});
    } else if (status === 429 || status === 503) {
      outcome = putOff(told, wait);
      // A photo there is no room for now holds up nothing else.
      if (status === 429 || !told.problem || !batch[0].photos.length) return outcome;
    } else if (status < 500 && !told.problem && status !== 413) {
      // Said by whoever stands between this phone and the office, a hotspot that wants a log-in perhaps.
      return "lost";
    }
    // Something among them cannot be read: one at a time, so that it holds up nothing else.
    else if (batch.length > 1) queue.unshift(...batch.map((one) => [one]));
    else if (status < 500)
      await noted(batch, [{ client_id: batch[0].client_id, result: "refused", words: told.problem || "" }]);
    else outcome = "lost";
  }
  return outcome;
}

async function send() {
  if (isSending || !key) return "";
  isSending = true;
  try {
    // Two windows of the same officer take turns.
    return await (navigator.locks ? navigator.locks.request("petugas", sendAll) : sendAll());
  } finally {
    isSending = false;
  }
}

// The office is told if there is signal; here it is over in any case.
async function leave() {
  const pass = taken && taken.pass;
  await end("");
  if (pass)
    await fetch(address("lepas/"), { method: "POST", headers: { Authorization: `Pass ${pass}` }, credentials: "omit" }).catch(() => {});
}

self.fieldStore = {
  tidy, load, unlock, lock, end, leave, save, undo, entries, slip, send, keepDraft, draft, keepTaken,
  remove, now, stamp,
  address, uuid,
  get taken() {
    return taken;
  },
  get box() {
    return box;
  },
  get busy() {
    return { until: busyUntil, words: busyWords };
  },
};
