// What was taken along, with what was written down since.
const areas = () => store.taken.rounds.flatMap((round) => round.areas.map((area) => ({ ...area, round })));
const areaOf = (id) => areas().find((one) => one.id === Number(id));

// Every visit as it stands: corrected, and without those taken back.
function visitsOf(entries) {
  const found = new Map();
  for (const { client_id, item, state, savedAt } of entries) {
    if (item.kind === "visit") found.set(client_id, { ...item, state, savedAt });
    if (item.kind === "correction" && found.has(item.target))
      found.set(item.target, { ...found.get(item.target), ...item, kind: "visit", client_id: item.target });
    if (item.kind === "undo") found.delete(item.target);
  }
  return [...found.values()];
}

const isNew = ({ state, savedAt }) => state === "waiting" || savedAt > store.taken.at;

function doneIn(area, entries) {
  const visits = visitsOf(entries).filter((one) => one.area === area.id && isNew(one));
  const homes = visits.filter((one) => !one.follows && !one.follows_client).length;
  const counted = entries.filter(({ item, ...one }) => item.kind === "count" && item.area === area.id && isNew(one));
  const sums = counted.map(({ item }) => Object.values(item.counts).reduce((sum, number) => sum + number, 0));
  return sums.reduce((sum, number) => sum + number, area.done + homes);
}

function returnsOf(area, entries) {
  const visits = visitsOf(entries).filter((one) => one.area === area.id);
  const followed = new Set(visits.map((one) => String(one.follows || one.follows_client || "")));
  const mine = visits.filter((one) => isNew(one) && COMES_BACK.includes(one.outcome) && (one.outcome === "return" || one.house));
  const found = [
    ...area.returns.map(({ id, house, at }) => ({ id: String(id), house, at })),
    ...mine.map(({ client_id, house, return_at }) => ({ id: client_id, house, at: return_at })),
  ];
  return found
    .filter(({ id }) => !followed.has(id))
    .map((one) => ({ ...one, label: area.label, href: `#/a/${area.id}/${one.id}`, when: one.at ? both(one.at) : "" }));
}

const passBy = (area, entries) => [
  ...area.pass_by,
  ...entries.filter(({ item }) => item.kind === "keep_away" && item.area === area.id).map(({ item }) => item.house),
];

// Entries at a door as they stand: without those taken back.
function checkInsOf(event, entries) {
  const back = new Set(entries.filter(({ item }) => item.kind === "undo").map(({ item }) => item.target));
  return entries
    .filter(({ client_id, item, state }) => item.kind === "check_in" && item.event === event.id && state !== "refused" && !back.has(client_id))
    .map(({ client_id: entry, item, savedAt, state }) => ({ ...item, entry, savedAt, state }));
}

// Of an entry at a door, while the list taken along is still there.
function nameOf({ event, registration }) {
  const { roster } = store.taken.events.find((one) => one.id === event) || { roster: [] };
  return registration && (roster.find((party) => party.id === registration) || {}).name;
}
