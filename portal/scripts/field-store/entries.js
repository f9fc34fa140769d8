// Entries: what was written down on the way.
// What the office may have heard of already is not written over: it is told what became of it.
async function save(item, photos = []) {
  const sealed = [];
  for (const photo of photos) sealed.push(await seal(await photo.arrayBuffer()));
  const at = now();
  const [name, { until }] = [box, taken];
  const check = await sealWords(CHECK);
  const row = {
    client_id: item.client_id,
    box: name,
    savedAt: at,
    order: at,
    state: "waiting",
    words: "",
    tried: false,
    ...(await sealWords(item)),
    photos: sealed,
  };
  let isTried = false;
  // Asked and written in one step: sending may begin at any moment.
  await within(["entries", "boxes"], "readwrite", (store, boxes) => {
    store.get(item.client_id).onsuccess = ({ target: { result: before } }) => {
      isTried = Boolean(before && before.tried);
      if (isTried) return;
      const { savedAt, order, photos: kept } = before || row;
      store.put({ ...row, savedAt, order, photos: sealed.length ? sealed : kept });
    };
    boxes.get(name).onsuccess = ({ target: { result: one } }) => {
      // Logged out in another window: its officer must find it all the same.
      if (!one) boxes.put({ box: name, until, takenAt: at, check, wrapped: null, state: null });
      else if (item.kind === "case" && !isTried) boxes.put({ ...one, draft: null });
    };
  });
  if (!isTried) return;
  if (item.kind !== "visit") throw new Error("sent meanwhile");
  await save({ ...item, client_id: uuid(), kind: "correction", target: item.client_id });
}

// Nothing the office may have heard of: whether there was such a thing.
async function remove(id) {
  let isGone = false;
  await within(["entries"], "readwrite", (store) => {
    store.get(id).onsuccess = ({ target: { result } }) => {
      isGone = Boolean(result && !result.tried);
      if (isGone) store.delete(id);
    };
  });
  return isGone;
}

// It did not happen: thrown away where nobody has heard of it, told where somebody may have.
async function undo(id) {
  if (await remove(id)) return;
  await save({ client_id: uuid(), kind: "undo", target: id, at: stamp() });
}

// What is being typed, so that a phone that closes the page for its camera takes no word along.
let lastDraft = Promise.resolve();
function keepDraft(typed) {
  lastDraft = lastDraft.catch(() => {}).then(async () => {
    if (box) await change("boxes", box, { draft: typed && (await sealWords(typed)), draftAt: Date.now() });
  });
  return lastDraft;
}
async function draft() {
  const one = await get("boxes", box);
  return one && one.draft ? words(one.draft).catch(() => null) : null;
}

// This officer's, oldest first, each with what was written down.
async function entries() {
  const found = (await rows("entries")).filter((one) => one.box === box).sort((a, b) => a.order - b.order);
  const read = await Promise.all(
    found.map(async ({ client_id, state, words: told, savedAt, photos, tried, ...sealed }) => ({
      client_id, state, told, savedAt, tried, photos: photos.length, item: await words(sealed).catch(() => null),
    })),
  );
  // One that cannot be read hides no other.
  return read.filter(({ item }) => item);
}

// Each once, also where two windows took the same ones along: with one slip two complaints would be one.
async function slip() {
  const used = new Set((await entries()).map(({ item }) => item.form_key));
  const left = taken.slips.filter(({ form_key: key }) => !used.has(key));
  const one = left.shift();
  taken.slips = left;
  if (one) await keepTaken();
  return one || null;
}
