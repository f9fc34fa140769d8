"""The figures of participation counted anew from raw rows, by loops alone: nothing here is shared with the portal."""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

from outreach.models import (
    Attendance,
    Drop,
    Event,
    HeadCount,
    HeadCountSheet,
    Invitation,
    LinkCount,
    Material,
    Post,
    PostVersion,
    PrintRun,
    Registration,
    Round,
    RoundArea,
    ShortLink,
    Visit,
)
from services.models import Area, Audience, Location

WIB = timezone(timedelta(hours=7))


class Naive:
    """`campaign` by key or None, days both included, `area` by key with all below it."""

    def __init__(
        self,
        at: datetime,
        campaign: int | None = None,
        begins: date = date.min,
        ends: date = date.max,
        area: int | None = None,
    ) -> None:
        self.at, self.campaign, self.begins, self.ends = at, campaign, begins, ends
        self.known: dict[Any, list[dict[str, Any]]] = {}
        self.areas = {one["id"]: one for one in self.rows(Area)}
        self.inside = {pk for pk in self.areas if area is None or area in self.line(pk)}
        self.is_everywhere = area is None
        self.events = {one["id"]: one for one in self.rows(Event) if self.has_event(one)}

    def rows(self, model: Any) -> list[dict[str, Any]]:
        if model not in self.known:
            self.known[model] = list(model.objects.order_by("pk").values())
        return self.known[model]

    def line(self, pk: int | None) -> list[int]:
        found = []
        while pk is not None:
            found.append(pk)
            pk = self.areas[pk]["parent_id"]
        return found

    def rw(self, pk: int) -> str:
        for one in self.line(pk):
            if self.areas[one]["level"] == "rw":
                return str(self.areas[one]["slug"])
        return str(self.areas[pk]["slug"])

    def is_in(self, day: date) -> bool:
        return self.begins <= day <= self.ends

    def of(self, campaign: int | None) -> bool:
        return self.campaign is None or self.campaign == campaign

    def lies_in(self, area: int | None) -> bool:
        return self.is_everywhere or area in self.inside

    def areas_of(self, event: dict[str, Any]) -> list[int]:
        chosen = [one["area_id"] for one in self.rows(Event.areas.through) if one["event_id"] == event["id"]]
        places = {one["id"]: one["area_id"] for one in self.rows(Location)}
        place = places.get(event["location_id"])
        return chosen or ([place] if place else [])

    def has_event(self, event: dict[str, Any]) -> bool:
        return (
            event["decision"] != "draft"
            and self.of(event["campaign_id"])
            and self.is_in(event["starts_at"].astimezone(WIB).date())
            and (self.is_everywhere or any(one in self.inside for one in self.areas_of(event)))
        )

    # People -----------------------------------------------------------------------------------------------

    def is_off(self, event: int) -> bool:
        return self.events[event]["decision"] in ("cancelled", "postponed")

    def is_over(self, event: int) -> bool:
        return not self.is_off(event) and self.events[event]["ends_at"] <= self.at

    def invited(self, event: int) -> int:
        return sum(one["amount"] for one in self.rows(Invitation) if one["event_id"] == event)

    def registrations(self) -> list[dict[str, Any]]:
        return [
            one
            for one in self.rows(Registration)
            if one["event_id"] in self.events
            and one["state"] == "registered"
            and not self.is_off(one["event_id"])
        ]

    def entries(self) -> list[dict[str, Any]]:
        return [
            one
            for one in self.rows(Attendance)
            if one["event_id"] in self.events and one["undone_at"] is None
        ]

    def counts(self, event: int) -> dict[str, list[dict[str, Any]]]:
        """Rows of head counts, by what they cover."""
        sheets = {
            one["id"]: one["covers"]
            for one in self.rows(HeadCountSheet)
            if one["event_id"] == event and one["undone_at"] is None
        }
        found: dict[str, list[dict[str, Any]]] = {"everybody": [], "unnamed": []}
        for one in self.rows(HeadCount):
            if one["sheet_id"] in sheets:
                found[sheets[one["sheet_id"]]].append(one)
        return found

    def best_count(self, event: int) -> list[dict[str, Any]]:
        counts = self.counts(event)
        everybody, unnamed = (sum(one["people"] for one in counts[name]) for name in counts)
        return counts["everybody"] if everybody >= unnamed else counts["unnamed"]

    def came(self, event: int) -> int:
        noted = sum(one["people"] for one in self.entries() if one["event_id"] == event)
        counts = self.counts(event)
        noted += sum(one["people"] for one in counts["unnamed"])
        return max(noted, sum(one["people"] for one in counts["everybody"]))

    @property
    def total(self) -> int:
        return sum(self.came(pk) for pk in self.events)

    def came_of_registered(self) -> tuple[int, int]:
        before = {
            one["id"]: one
            for one in self.registrations()
            if not one["is_walk_in"] and self.is_over(one["event_id"])
        }
        every = {one["id"]: one for one in self.rows(Registration)}
        came = 0
        for one in self.entries():
            party = every.get(one["registration_id"])
            if party and not party["is_walk_in"] and self.is_over(one["event_id"]):
                came += one["people"]
        return came, sum(one["party_size"] for one in before.values())

    def walk_ins(self) -> int:
        at_door = {one["id"] for one in self.rows(Registration) if one["is_walk_in"]}
        return sum(
            one["people"]
            for one in self.entries()
            if one["registration_id"] is None or one["registration_id"] in at_door
        )

    def by_group(self, mark: str) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for event in self.events:
            for one in self.best_count(event):
                if one[mark]:
                    found[one[mark]] += one["people"]
        found[""] = self.total - sum(found.values())
        return found

    def by_area(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for pk, event in self.events.items():
            if self.came(pk):
                names = {self.rw(one) for one in self.areas_of(event)}
                found[names.pop() if len(names) == 1 else ""] += self.came(pk)
        return found

    def by_audience(self) -> dict[str, int]:
        words = {one["id"]: one["slug"] for one in self.rows(Audience)}
        found: dict[str, int] = defaultdict(int)
        for pk in self.events:
            meant = [words[audience] for audience in self.audiences_of(pk)]
            heads = self.best_count(pk)
            is_told = len(meant) > 1 and any(one["age"] for one in heads)
            if self.came(pk):
                for slug in set(meant) - ({"lansia", "perempuan"} if is_told else set()):
                    found[slug] += self.came(pk)
                if is_told:
                    aged = [one for one in heads if one["age"]]
                    found["lansia"] += sum(one["people"] for one in aged if one["age"] == "elderly")
                    found["perempuan"] += sum(one["people"] for one in aged if one["sex"] == "women")
                if not meant:
                    found[""] += self.came(pk)
        return found

    def audiences_of(self, event: int) -> list[int]:
        return [one["audience_id"] for one in self.rows(Event.audiences.through) if one["event_id"] == event]

    def came_by_channel(self) -> dict[str, int]:
        channels = {one["id"]: one["heard_from"] for one in self.rows(Registration)}
        found: dict[str, int] = defaultdict(int)
        for one in self.entries():
            if one["registration_id"] and channels[one["registration_id"]]:
                found[channels[one["registration_id"]]] += one["people"]
        found[""] = self.total - sum(found.values())
        return found

    def registered_by_channel(self) -> dict[str, int]:
        found: dict[str, int] = defaultdict(int)
        for one in self.registrations():
            found[one["heard_from"]] += one["party_size"]
        return found

    # Doors ------------------------------------------------------------------------------------------------

    def lanes(self) -> dict[int, dict[str, Any]]:
        rounds = {one["id"]: one for one in self.rows(Round)}
        return {
            one["id"]: one | {"round": rounds[one["round_id"]]}
            for one in self.rows(RoundArea)
            if self.of(rounds[one["round_id"]]["campaign_id"]) and self.lies_in(one["area_id"])
        }

    def visits(self) -> list[dict[str, Any]]:
        every = self.rows(Visit)
        followed = {one["follows_id"] for one in every if one["undone_at"] is None}
        return [
            one
            for one in every
            if one["undone_at"] is None
            and one["id"] not in followed
            and one["area_id"] in self.lanes()
            and self.is_in(one["at"].astimezone(WIB).date())
        ]

    def homes(self, outcome: str = "", rw: str = "") -> int:
        lanes = self.lanes()
        return sum(
            one["households"]
            for one in self.visits()
            if outcome in ("", one["outcome"]) and rw in ("", self.rw(lanes[one["area_id"]]["area_id"]))
        )

    def coverage(self, rw: str = "") -> tuple[int, int]:
        known = {
            pk: lane
            for pk, lane in self.lanes().items()
            if lane["target"]
            and lane["round"]["ends_on"] >= self.begins
            and lane["round"]["starts_on"] <= self.ends
            and rw in ("", self.rw(lane["area_id"]))
        }
        visited = sum(one["households"] for one in self.visits() if one["area_id"] in known)
        return visited, sum(lane["target"] for lane in known.values())

    # Paper and posts --------------------------------------------------------------------------------------

    def runs(self) -> dict[int, dict[str, Any]]:
        flyers = {
            one["id"] for one in self.rows(Material) if one["kind"] == "flyer" and self.of(one["campaign_id"])
        }
        last = min(self.ends, self.at.astimezone(WIB).date())
        return {
            one["id"]: one
            for one in self.rows(PrintRun)
            if one["material_id"] in flyers and one["printed_on"] <= last
        }

    def drops(self) -> list[dict[str, Any]]:
        last = min(self.ends, self.at.astimezone(WIB).date())
        return [
            one
            for one in self.rows(Drop)
            if one["run_id"] in self.runs()
            and one["dropped_on"]
            and one["dropped_on"] <= last
            and self.lies_in(one["area_id"])
        ]

    def flyers(self) -> tuple[int, int, int]:
        """Printed, handed out, left."""
        printed = [one for one in self.runs().values() if one["printed_on"] >= self.begins]
        stayed = sum(one["amount"] - one["returned"] for one in self.drops())
        out = sum(one["amount"] - one["returned"] for one in self.drops() if one["dropped_on"] >= self.begins)
        left = sum(one["amount"] for one in self.runs().values()) - stayed
        return sum(one["amount"] for one in printed), out, left

    def scans(self, channel: str = "") -> int:
        links = {one["id"]: one for one in self.rows(ShortLink)}
        areas = {one["link_id"]: one["area_id"] for one in self.rows(Drop)}
        found = 0
        for one in self.rows(LinkCount):
            link = links[one["link_id"]]
            if self.of(link["campaign_id"]) and self.is_in(one["day"]) and channel in ("", link["channel"]):
                found += one["count"] if self.lies_in(areas.get(one["link_id"])) else 0
        return found

    def posts(self, channel: str = "") -> list[dict[str, Any]]:
        about = {one["id"]: one for one in self.rows(Post)}
        events = {one["id"]: one["campaign_id"] for one in self.rows(Event)}
        found = []
        for one in self.rows(PostVersion):
            post = about[one["post_id"]]
            campaign = post["campaign_id"] or events.get(post["event_id"])
            moment = one["published_at"]
            if moment and self.of(campaign) and self.is_in(moment.astimezone(WIB).date()):
                found += [one] if channel in ("", one["channel"]) else []
        return found


def percent(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) * 100 if whole else None
