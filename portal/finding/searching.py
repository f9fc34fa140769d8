"""Searching everything at once: what an address asks, the hits of all kinds, near names when nothing fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from rapidfuzz import fuzz

from portal.finding.kinds import BY_WORD, KINDS, WITH_NAMES, WRITTEN_DAILY, Card
from portal.finding.sources import Narrowed
from portal.shared.indonesian import QUERY_CHARACTERS, fold
from portal.shared.memo import per_content_version
from portal.shared.mixed_search import MixedHits, matching_all
from portal.shared.search import HIT_LIMIT
from services.facets import Facets, facets, profile, synonyms
from services.models import Area, Category
from services.views.catalogue import MAX_QUERY, Chip, one_of

FILTERS = ("q", "jenis", "bidang", "topik", "wilayah", "akan", "hal")
NEAR_NAMES = 4
EVENTS = "kegiatan"


@dataclass(frozen=True)
class Asked:
    """What the address asks of the search; every chip is a small change of it."""

    q: str = ""
    kind: str = ""
    sector: Category | None = None
    topic: Category | None = None
    area: Area | None = None
    is_coming: bool = False

    @property
    def pairs(self) -> list[tuple[str, str]]:
        pairs = [
            ("q", self.q),
            ("jenis", self.kind),
            ("bidang", self.sector.slug if self.sector else ""),
            ("topik", self.topic.slug if self.topic else ""),
            ("wilayah", self.area.slug if self.area else ""),
            ("akan", "1" if self.is_coming else ""),
        ]
        return [(name, value) for name, value in pairs if value]

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Everything but the words, for the hidden fields of the search form."""
        return [(name, value) for name, value in self.pairs if name != "q"]

    @property
    def narrowed(self) -> Narrowed:
        return Narrowed(self.topic or self.sector, self.area, self.is_coming)

    @property
    def url(self) -> str:
        address = reverse("search")
        return f"{address}?{urlencode(self.pairs)}" if self.pairs else address

    @property
    def without_filters(self) -> str:
        return Asked(self.q).url

    def chip(self, label: str, is_on: bool, **change: Any) -> Chip:
        return Chip(label, replace(self, **change).url, is_on)


def asked_of(request: HttpRequest) -> Asked:
    """Reads an address; a word no filter knows is 404, not a silent “everything”."""
    known, given = facets(), request.GET
    topic = one_of(known.topics, given.get("topik", ""))
    sector = one_of(known.sectors, given.get("bidang", ""))
    if given.get("akan", "") not in {"", "1"}:
        raise Http404(_("This filter does not exist."))
    return Asked(
        q=given.get("q", "").strip()[:MAX_QUERY],
        kind=given.get("jenis", "") if one_of(BY_WORD, given.get("jenis", "")) else "",
        sector=topic.sector if topic else sector,
        topic=topic,
        area=one_of(neighbourhoods(), given.get("wilayah", "")),
        is_coming=given.get("akan", "") == "1",
    )


@per_content_version
def neighbourhoods() -> dict[str, Area]:
    """The parts of this portal's own area, by slug: the RWs of a kelurahan, the districts of a regency."""
    portal = profile()
    if portal is None or portal.area_id is None:
        return {}
    parts = Area.objects.filter(parent=portal.area_id).exclude(level=Area.Level.RT)
    return {one.slug: one for one in parts.order_by("name", "pk").select_related("parent__parent__parent")}


@dataclass(frozen=True)
class Found:
    """The hits, of every kind, and of the one kind that is shown if one was chosen."""

    asked: Asked
    everything: MixedHits
    shown: MixedHits

    @property
    def count(self) -> int:
        return len(self.shown.found)

    @property
    def is_count_capped(self) -> bool:
        return bool(self.shown.capped) or any(n >= HIT_LIMIT for n in self.shown.counts.values())


def search(asked: Asked, at: datetime) -> Found:
    narrowed = asked.narrowed
    kinds = [kind for kind in KINDS if not asked.is_coming or kind.word == EVENTS]
    sources = {kind.word: kind.rows(narrowed, at) for kind in kinds}
    hits = matching_all(sources, asked.q, synonyms(), newest_first=WRITTEN_DAILY)
    return Found(asked, hits, hits.of_kind(asked.kind) if asked.kind else hits)


def cards(hits: Sequence[tuple[str, int]], at: datetime) -> list[Card]:
    """Hits (kind, key) as the list shows them, one question for each kind; what is gone meanwhile is left out."""
    found: dict[tuple[str, int], Card] = {}
    for word in dict.fromkeys(word for word, _pk in hits):
        of_kind = BY_WORD[word].cards([pk for other, pk in hits if other == word], at)
        found |= {(word, pk): card for pk, card in of_kind.items()}
    return repeats_last([found[hit] for hit in hits if hit in found])


def repeats_last(shown: Sequence[Card]) -> list[Card]:
    """Of cards of one kind with the same name the first keeps its place: ten alike would hide what else there is."""
    firsts: dict[tuple[str, str], Card] = {}
    again = [one for one in shown if firsts.setdefault((one.kind.word, one.title), one) is not one]
    return [*firsts.values(), *again]


def near(text: str, at: datetime) -> list[Card]:
    """Documents of several kinds whose names look most like the text, for when nothing matches."""
    asked = fold(text[:QUERY_CHARACTERS])
    names: list[tuple[float, int, str, int]] = []
    for place, word in enumerate(WITH_NAMES):
        rows = BY_WORD[word].rows(Narrowed(), at)
        for row in rows.near_names(text, NEAR_NAMES - 1):
            name = fold(getattr(row, row.search_name))
            names.append((-fuzz.WRatio(asked, name), place, word, row.pk))
    return cards([(word, pk) for _likeness, _place, word, pk in sorted(names)[:NEAR_NAMES]], at)


# The filters as links ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CountedChip:
    """A link that shows one kind alone, with how many there are."""

    label: str
    count: str
    url: str
    is_on: bool


def kind_chips(found: Found) -> list[CountedChip]:
    """One for each kind that was hit, and one for all of them."""
    asked, counts = found.asked, found.everything.counts
    if len(counts) < 2 and not asked.kind:
        return []

    def chip(label: str, number: int, is_capped: bool, kind: str) -> CountedChip:
        url = replace(asked, kind=kind).url
        return CountedChip(label, f"{number}+" if is_capped else str(number), url, asked.kind == kind)

    capped = found.everything.capped
    return [
        chip(_("All"), sum(counts.values()), bool(capped), ""),
        *(
            chip(str(kind.many), counts[kind.word], kind.word in capped, kind.word)
            for kind in KINDS
            if counts[kind.word] or kind.word == asked.kind
        ),
    ]


def filter_chips(asked: Asked, known: Facets) -> dict[str, list[Chip]]:
    """The other filters: field and topic, part of the area, and whether it is still to come."""
    return {
        "sectors": [
            asked.chip(
                one.title, one == asked.sector, sector=None if one == asked.sector else one, topic=None
            )
            for one in known.sectors.values()
        ],
        "topics": [
            asked.chip(one.title, one == asked.topic, topic=None if one == asked.topic else one)
            for one in (known.topics_of(asked.sector) if asked.sector else [])
        ],
        "areas": [
            asked.chip(one.name, one == asked.area, area=None if one == asked.area else one)
            for one in neighbourhoods().values()
        ],
        "coming": [
            asked.chip(
                _("Activities that are coming"), asked.is_coming, is_coming=not asked.is_coming, kind=""
            )
        ],
    }
