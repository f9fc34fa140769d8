// Boxes: what one officer carries on this phone, under a key of its own.
const unsentOf = async (name) =>
  (await rows("entries")).filter((one) => (!name || one.box === name) && UNSENT.includes(one.state));

// What was being typed, for as long as what is not sent.
const hasDraft = (one) => one.draft && Date.now() - one.draftAt < DAYS;

// The key and all that was taken along go; what is not sent and what was being typed stay where nobody can read them.
async function end(name) {
  for (const one of await rows("boxes")) {
    if (name && one.box !== name) continue;
    if (hasDraft(one) || (await unsentOf(one.box)).length) await put("boxes", { ...one, wrapped: null, state: null });
    else await drop("boxes", one.box);
  }
  for (const one of await rows("entries"))
    if ((!name || one.box === name) && !UNSENT.includes(one.state)) await drop("entries", one.client_id);
  if (!name || name === box) lock();
}

function lock() {
  key = box = taken = null;
}

// Ends what is over and drops what nobody came back for.
async function tidy() {
  for (const one of await rows("entries")) {
    isLaterThan(one.savedAt);
    if (Date.now() - one.savedAt > DAYS) await drop("entries", one.client_id);
  }
  for (const one of await rows("boxes")) {
    isLaterThan(one.takenAt);
    if (now() >= one.until && (one.wrapped || !(hasDraft(one) || (await unsentOf(one.box)).length))) await end(one.box);
  }
  const left = await unsentOf();
  const first = Math.min(...left.map((one) => one.savedAt));
  const openables = (await rows("boxes")).filter((one) => one.wrapped);
  // It is over, or another window has logged out, or has taken everything along anew: then the pass of this one is over.
  if (box && !openables.some((one) => one.box === box && one.takenAt <= taken.at)) lock();
  const [openable] = openables;
  return { unsent: left.length, dies: left.length ? new Date(first + DAYS) : null, openable: openable || null };
}

// Of the boxes on this phone the one this key opens, and that key.
async function mine(raws, boxes) {
  for (const raw of raws) {
    const by = await keyOf(raw);
    for (const one of boxes) {
      try {
        if ((await words(one.check, by)) === CHECK) return { one, by };
      } catch {
        // Another officer's, or from before the portal's key was changed.
      }
    }
  }
  return null;
}

// Asks the office for rounds and lists; a box this officer has on this phone is opened again.
async function load(form, code) {
  const boxes = await rows("boxes");
  let told = null;
  for (const known of [...boxes.sort((a, b) => b.takenAt - a.takenAt).map((one) => one.box), ""]) {
    const body = new FormData(form);
    body.set("box", known);
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
    // Signed out meanwhile: the page itself leads to the door.
    if (answer.type === "opaqueredirect") location.reload();
    if (!answer.ok) throw new Error(String(answer.status));
    told = await answer.json();
    const old = known && boxes.find((one) => one.box === known);
    if (!old || (await mine([told.key, ...told.older_keys].map(fromBase64), [old]))) break;
    // Another officer's box: it is left as it is, and this one gets a new one.
    await fetch(address("lepas/"), { method: "POST", headers: { Authorization: `Pass ${told.pass}` } });
  }
  const raw = fromBase64(told.key);
  const old = boxes.find((one) => one.box === told.box);
  const before = old && (await mine([told.key, ...told.older_keys].map(fromBase64), [old]));
  const fresh = await keyOf(raw);
  if (before) await resealed(told.box, before.by, fresh);
  const at = now();
  const until = at + (Date.parse(told.until) - Date.parse(told.now));
  const { pass, user, may, rounds, events, slips } = told;
  const along = { pass, user, may, rounds, events, slips, until, at };
  // Whoever took something along here before has signed out by now; what is sent is among the numbers just told.
  for (const one of boxes) if (one.box !== told.box && one.wrapped) await end(one.box);
  for (const one of await rows("entries"))
    if (one.box === told.box && !UNSENT.includes(one.state)) await drop("entries", one.client_id);
  const check = await sealWords(CHECK, fresh);
  const state = await sealWords(along, fresh);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  await put("boxes", { ...old, box: told.box, until, takenAt: at, check, wrapped: await wrap(raw, code), state });
  [key, box, taken] = [fresh, told.box, along];
  busyUntil = 0;
}

// Photos and words of before in the key of now; what was done before the page was closed half way is left as it is.
async function resealed(name, by, fresh) {
  for (const one of await unsentOf(name)) {
    try {
      const item = await seal(await unseal(one, by), fresh);
      const photos = [];
      for (const photo of one.photos) photos.push(await seal(await unseal(photo, by), fresh));
      await put("entries", { ...one, ...item, photos });
    } catch (fault) {
      if (fault.name !== "OperationError") throw fault;
    }
  }
}

// True when the code opens it; else how many tries are left.
async function unlock(code) {
  const { openable } = await tidy();
  if (!openable) return 0;
  const { wrapped } = openable;
  const left = wrapped.tries - 1;
  // Counted before it is tried: switching the phone off gives none back.
  await change("boxes", openable.box, { wrapped: { ...wrapped, tries: left } });
  try {
    const raw = await unseal(wrapped, await keyOfCode(code, wrapped.salt, wrapped.iterations));
    key = await keyOf(raw);
    taken = await words(openable.state);
    box = openable.box;
  } catch {
    lock();
    if (left <= 0) await end(openable.box);
    return left;
  }
  await change("boxes", openable.box, { wrapped: { ...wrapped, tries: TRIES } });
  return true;
}

// Not over what another window has taken along anew since.
async function keepTaken() {
  const [name, { at }] = [box, taken];
  const state = await sealWords(taken);
  await within(["boxes"], "readwrite", (boxes) => {
    boxes.get(name).onsuccess = ({ target: { result: one } }) => one && one.takenAt === at && boxes.put({ ...one, state });
  });
}
