"""What tests of work without signal share: an officer with a round on the phone, and sendings of that phone."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from outreach.models import Round, RoundArea
from portal.accounts.roles import FIELD_OFFICER
from portal.field.models import FieldPass
from tests.desk import make_officer, signed_in
from tests.rounds import make_round

LOAD, SEND, RELEASE, LEAVE = (
    f"/en/petugas/lapangan/{page}/" for page in ("muat", "kirim", "lepas", "keluar")
)


@dataclass
class Phone:
    """A phone that took a round along."""

    officer: Any
    desk: Client
    taken: dict[str, Any]

    def __post_init__(self) -> None:
        # Without a cookie, as in the lane hours later.
        self.client = Client()

    @property
    def given(self) -> FieldPass:
        found: FieldPass = FieldPass.objects.get(box=self.taken["box"], ended_at=None)
        return found

    def post(self, items: Any, *, clock: datetime | None = None, **files: Any) -> Any:
        data = {"items": items if isinstance(items, str) else json.dumps(items, default=str)}
        if clock:
            data["clock"] = clock.isoformat()
        header = {"Authorization": f"Pass {self.taken['pass']}"}
        return self.client.post(SEND, data | files, headers=header)

    def send(
        self, *items: dict[str, Any], clock: datetime | None = None, **files: Any
    ) -> list[dict[str, Any]]:
        answer = self.post(list(items), clock=clock, **files)
        assert answer.status_code == 200, answer.content
        results: list[dict[str, Any]] = answer.json()["results"]
        return results

    def one(self, item: dict[str, Any], **more: Any) -> str:
        result: str = self.send(item, **more)[0]["result"]
        return result


def item(kind: str, **said: Any) -> dict[str, Any]:
    return {"client_id": str(uuid4()), "kind": kind, "at": timezone.now().isoformat()} | said


def at_door(area: RoundArea, outcome: str = "met", **said: Any) -> dict[str, Any]:
    return item("visit", area=area.pk, outcome=outcome, **said)


def walker(name: str = "") -> Any:
    return make_officer(FIELD_OFFICER, name=name)


def current_round(*officers: Any, **changes: Any) -> Round:
    """A round that goes on today."""
    today = timezone.localdate()
    dates = {"starts_on": today - timedelta(days=2), "ends_on": today + timedelta(days=5)}
    return make_round(officers=officers, **(dates | changes))


def take_along(officer: Any, desk: Client | None = None, **chosen: Any) -> Phone:
    desk = desk or signed_in(officer)
    answer = desk.post(LOAD, chosen)
    assert answer.status_code == 200, answer.content
    return Phone(officer, desk, answer.json())
