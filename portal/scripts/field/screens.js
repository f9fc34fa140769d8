// The screens, one at a time, by the address behind “#”.
const screens = {
  async home() {
    const { user, until, rounds, events } = store.taken;
    const entries = await store.entries();
    const sum = (list, name) => list.reduce((all, one) => all + (one[name] || 0), 0);
    await draw("home", {
      user,
      unkept,
      until: clock(until),
      hasRounds: rounds.length,
      hasEvents: events.length,
      rounds: rounds.map((round) => ({
        title: round.title,
        href: `#/r/${round.id}`,
        target: sum(round.areas, "target"),
        done: round.areas.reduce((all, area) => all + doneIn(area, entries), 0),
      })),
      events: events.map(({ id, title, starts }) => ({ title, href: `#/e/${id}`, when: both(starts) })),
    });
  },

  async round(id) {
    const round = store.taken.rounds.find((one) => one.id === Number(id));
    if (!round) return go("");
    const entries = await store.entries();
    const returns = round.areas.flatMap((area) => returnsOf(area, entries));
    await draw("round", {
      title: round.title,
      returns,
      hasReturns: returns.length,
      areas: round.areas.map((area) => ({ ...area, href: `#/a/${area.id}`, done: doneIn(area, entries) })),
      hasGuide: round.guide.length || round.topics.length,
      guide: round.guide.map((line) => ({ words: line })),
      hasTopics: round.topics.length,
      topics: round.topics,
    });
  },

  async area(id, again) {
    const area = areaOf(id);
    if (!area) return go("");
    const entries = await store.entries();
    const returns = returnsOf(area, entries);
    const back = again && returns.find((one) => one.id === again);
    const homes = passBy(area, entries);
    const last = saved && visitsOf(entries).find((one) => one.client_id === saved && one.area === area.id);
    await draw("area", {
      ...area,
      title: area.round.title,
      up: `#/r/${area.round.id}`,
      again: back && (back.house || back.label),
      done: doneIn(area, entries),
      saved: last,
      savedWords: last && [words(last.outcome), last.house].filter(Boolean).join(", "),
      savedAt: last && clock(last.at),
      savedHref: last && `#/v/${last.client_id}`,
      hasPassBy: homes.length,
      passBy: homes.join(" · "),
      mayCase: store.taken.may.case,
      countHref: `#/n/${area.id}`,
      caseHref: `#/s/${area.id}`,
      keepHref: `#/l/${area.id}`,
      hasReturns: !back && returns.length,
      returns: back ? [] : returns,
    });
  },

  async visit(id, more = {}) {
    const entries = await store.entries();
    const one = visitsOf(entries).find((visit) => visit.client_id === id);
    const area = one && areaOf(one.area);
    if (!area) return go("");
    const { round } = area;
    const isMet = one.outcome === "met";
    await draw("visit", {
      ...one,
      up: `#/a/${area.id}`,
      label: area.label,
      at: clock(one.at),
      outcomeWords: words(one.outcome),
      askTopics: isMet && round.topics.length,
      topics: round.topics.map((topic) => ({ ...topic, field: `topic-${topic.id}`, isChosen: (one.topics || []).includes(topic.id) })),
      askFlyers: isMet || one.outcome === "not_home",
      material: round.material,
      flyers: one.flyers || "",
      askUnderstood: isMet && round.question,
      question: round.question,
      askHouse: !isMet && one.outcome !== "empty",
      askReturn: one.outcome === "return",
      returnAt: one.return_at ? local(new Date(one.return_at)) : "",
      askKeepAway: one.outcome === "refused",
      mayCase: store.taken.may.case,
      caseHref: `#/s/${area.id}/${id}`,
      ...more,
    });
  },

  async count(id, more = {}) {
    const area = areaOf(id);
    if (area) await draw("count", { label: area.label, up: `#/a/${area.id}`, ...more });
    else go("");
  },

  async keep(id, more = {}) {
    const area = areaOf(id);
    if (!area) return go("");
    const homes = passBy(area, await store.entries());
    await draw("keep", { label: area.label, up: `#/a/${area.id}`, hasPassBy: homes.length, homes: homes.map((house) => ({ house })), ...more });
  },

  async case(id, visit, more = {}) {
    const area = areaOf(id);
    if (!area) return go("");
    const draft = await store.draft();
    const typed = draft && draft.hash === location.hash ? draft.typed : {};
    await draw("case", { label: area.label, up: visit ? `#/v/${visit}` : `#/a/${area.id}`, case_kind: "undecided", ...typed, ...more });
  },

  // One that was not taken in, to be put right.
  async again(id) {
    const one = (await store.entries()).find((entry) => entry.client_id === id);
    if (!one || one.tried || !UNSENT.includes(one.state)) return go("antrean");
    await draw("case", { ...one.item, label: (areaOf(one.item.area) || {}).label, up: "#/antrean" });
  },

  async codes(id) {
    const one = (await store.entries()).find((entry) => entry.client_id === id);
    if (!one) return go("");
    const { number, secret, area, visit_client: visit } = one.item;
    await draw("codes", { number, secret, up: visit ? `#/v/${visit}` : `#/a/${area}` });
  },

  async event(id) {
    const event = store.taken.events.find((one) => one.id === Number(id));
    if (!event) return go("");
    const entries = await store.entries();
    const isWaiting = ({ item, state }) => item.event === event.id && state === "waiting";
    const came = checkInsOf(event, entries);
    const roster = event.roster.map((party) => {
      const { entry } = came.find((one) => one.registration === party.id) || {};
      return { ...party, entry, isIn: entry || party.state === "inside", isWaiting: party.state === "waiting" };
    });
    // Newest first, each to be taken back.
    const others = came.filter((one) => one.people || one.code).reverse();
    const inside = roster.filter((party) => party.isIn).reduce((sum, party) => sum + party.size, 0);
    await draw("event", {
      title: event.title,
      when: both(event.starts),
      roster,
      hasRoster: roster.length,
      maySweep: roster.length && !entries.some(isWaiting),
      hasOthers: others.length,
      others: others.map(({ entry, code, people, savedAt }) => ({ entry, code, people, at: clock(savedAt) })),
      inside: others.reduce((sum, { people }) => sum + (people || 0), inside),
    });
    offerCamera(event);
  },

  // Drawn again where it is read, when something of it has gone out.
  async queue(isSame) {
    const entries = await store.entries();
    const rows = entries.reverse().map(({ client_id: id, state, told, item, savedAt, tried }) => {
      const area = item.area && areaOf(item.area);
      const isVisit = item.kind === "visit";
      return {
        id,
        [state]: true,
        told,
        what: words(isVisit ? item.outcome : item.kind),
        where: [area && area.label, item.house, nameOf(item), item.code].filter(Boolean).join(", "),
        people: item.people,
        at: both(savedAt),
        number: item.number,
        secret: item.secret,
        href: isVisit && state !== "held" ? `#/v/${id}` : item.kind === "case" && UNSENT.includes(state) && !tried ? `#/u/${id}` : "",
        mayDrop: UNSENT.includes(state) && !tried,
      };
    });
    await draw("queue", { rows, hasRows: rows.length }, isSame === true);
  },

  async leave() {
    await draw("leave", await waiting());
  },
};

const ROUTES = { "": "home", r: "round", a: "area", v: "visit", n: "count", l: "keep", s: "case", u: "again", kode: "codes", e: "event", antrean: "queue", keluar: "leave" };
const here = () => location.hash.replace(/^#\/?/, "").split("/");

function go(to) {
  const hash = `#/${to}`;
  if (location.hash === hash) return show();
  location.hash = hash;
  return undefined;
}

async function show() {
  if (!store.taken) return locked();
  const [name, ...rest] = here();
  return screens[ROUTES[name] || "home"](...rest);
}

async function locked(more = {}) {
  const { unsent, dies, openable } = await store.tidy();
  if (before && !before.hidden) return app.replaceChildren();
  screen = "locked";
  return draw("locked", { unsent, dies: dies ? day(dies) : "", openable, ended, ...more });
}
