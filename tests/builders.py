"""Short ways to a world for a test: name only what the test is about, the rest is plausible and valid.

Everything goes through the verbs of the domain, so that history and the content version are as in life.
"""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.utils.text import slugify

from feedback.intake import Told, receive
from feedback.models import Improvement, Submission
from outreach.models import AgendaItem, Campaign, Event, RegistrationQuestion
from portal.shared.history import Remembered, recorded
from services.models import (
    Area,
    Audience,
    Category,
    Channel,
    ClosedDay,
    EmergencyNumber,
    Location,
    OpeningHours,
    Organization,
    PortalProfile,
    PublicWork,
    Requirement,
    Service,
    ServiceAtLocation,
    Step,
    Synonym,
)

WHO = "tests"
RECEIVED_AT = datetime(2026, 11, 18, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
# A Saturday.
EVENT_AT = datetime(2026, 11, 28, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
PUBLISHED_AT = datetime(2026, 11, 2, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))
numbers = count(1)
Noun = TypeVar("Noun", bound=Remembered)


def kept(noun: Noun) -> Noun:
    """Save a new noun as an editor would: remembered, and shown on every page."""
    with recorded(noun, verb="create", by=WHO, at=PUBLISHED_AT):
        noun.save()
    return noun


def unique(word: str) -> str:
    return f"{slugify(word)[:60]}-{next(numbers)}"


def make_user(name: str = "", *, is_staff: bool = True, is_superuser: bool = False, **changes: Any) -> User:
    username = name or unique("sari")
    return User.objects.create_user(username, is_staff=is_staff, is_superuser=is_superuser, **changes)


def make_area(name: str = "Tanjung Contoh", *, level: str = Area.Level.VILLAGE, **changes: Any) -> Area:
    return kept(Area(**{"name": name, "level": level, "slug": unique(name)} | changes))


def make_organization(name: str = "Kelurahan Tanjung Contoh", **changes: Any) -> Organization:
    return kept(
        Organization(**{"name": name, "kind": Organization.Kind.UNIT, "slug": unique(name)} | changes)
    )


def make_location(
    name: str = "Kantor Kelurahan", *, hours: Iterable[tuple[str, str, str]] = (), **changes: Any
) -> Location:
    """A place; `hours` like [("12345", "07:30", "16:00")]: days, opens, closes."""
    given = {"name": name, "kind": Location.Kind.VILLAGE_OFFICE, "slug": unique(name)} | changes
    location = kept(Location(**given))
    for days, opens, closes in hours:
        make_hours(days, opens, closes, location=location)
    return location


def make_hours(days: str, opens: str, closes: str, **owner: Any) -> OpeningHours:
    """Hours of exactly one owner: location, service_at_location or channel."""
    return kept(
        OpeningHours(days=days, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), **owner)
    )


def make_closed_day(day: Any, name: str = "Hari libur", **changes: Any) -> ClosedDay:
    given = {"date": day, "name": name, "kind": ClosedDay.Kind.NATIONAL_HOLIDAY} | changes
    return kept(ClosedDay(**given))


def make_category(name: str = "Kependudukan", *, parent: Category | None = None, **changes: Any) -> Category:
    """A sector, or with a parent a topic of it."""
    return kept(Category(**{"name": name, "parent": parent, "slug": unique(name)} | changes))


def make_audience(name: str = "Semua warga", **changes: Any) -> Audience:
    return kept(Audience(**{"name": name, "slug": unique(name)} | changes))


def make_service(
    name: str = "Mengganti KTP yang hilang",
    *,
    is_published: bool = True,
    at: datetime = PUBLISHED_AT,
    requirements: Iterable[str] = (),
    steps: Iterable[str] = (),
    channels: Iterable[dict[str, Any]] = (),
    counters: Iterable[Location] = (),
    audiences: Iterable[Audience] = (),
    areas: Iterable[Area] = (),
    **changes: Any,
) -> Service:
    """A published service unless told otherwise; fee, turnaround and source are unstated until stated."""
    word = unique(name)
    given = {"name": name, "code": word, "slug": word, "summary": "Bawa KTP, langsung jadi."} | changes
    given.setdefault("category", None)
    given["category"] = given["category"] or make_category()
    given["organization"] = given.get("organization") or make_organization()
    service = Service(**given)
    with recorded(service, verb="create", by=WHO, at=at):
        service.save()
        service.audiences.set(audiences)
        service.areas.set(areas)
        for position, text in enumerate(requirements):
            Requirement.objects.create(service=service, position=position, text=text)
        for position, title in enumerate(steps):
            Step.objects.create(service=service, position=position, title=title)
        for position, channel in enumerate(channels):
            Channel.objects.create(service=service, position=position, **channel)
        for position, location in enumerate(counters):
            ServiceAtLocation.objects.create(service=service, position=position, location=location)
        # Again, now that its rows are there to be found by.
        service.save()
    if is_published:
        service.publish(by=WHO, at=at)
    return service


def make_public_work(name: str = "Perbaikan saluran air", **changes: Any) -> PublicWork:
    given = {
        "name": name,
        "slug": unique(name),
        "kind": PublicWork.Kind.DRAINAGE,
        "stage": PublicWork.Stage.PLANNED,
    }
    return kept(PublicWork(**given | changes))


def make_emergency_number(label: str = "Darurat", number: str = "112", **changes: Any) -> EmergencyNumber:
    return kept(EmergencyNumber(**{"label": label, "number": number} | changes))


def make_synonym(phrase: str, means: str, **changes: Any) -> Synonym:
    return kept(Synonym(phrase=phrase, means=means, **changes))


def make_portal(name: str = "Kelurahan Tanjung Contoh", **changes: Any) -> PortalProfile:
    """The portal's own row, with its area, its organization and an office open on working days."""
    given = {"name": name, "short_name": name} | changes
    if "area" not in given:
        given["area"] = make_area()
    if "organization" not in given:
        given["organization"] = make_organization(area=given["area"])
    if "office" not in given:
        given["office"] = make_location(
            organization=given["organization"], area=given["area"], hours=[("12345", "07:30", "16:00")]
        )
    return kept(PortalProfile(**given))


def make_campaign(
    title: str = "Cek kesehatan gratis", *, is_published: bool = True, **changes: Any
) -> Campaign:
    """A campaign of November 2026, published unless told otherwise; relations by `audiences=[…]` and the like."""
    related = {name: changes.pop(name, ()) for name in ("audiences", "areas", "services")}
    given = {
        "title": title,
        "slug": unique(title),
        "summary": "Periksa tekanan darah dan gula, gratis.",
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 11, 30),
    } | changes
    given["unit"] = given.get("unit") or make_organization()
    campaign = Campaign(**given)
    with recorded(campaign, verb="create", by=WHO, at=PUBLISHED_AT):
        campaign.save()
        for name, rows in related.items():
            getattr(campaign, name).set(rows)
    if is_published:
        campaign.publish(by=WHO, at=PUBLISHED_AT)
    return campaign


def make_event(
    title: str = "Cek kesehatan gratis di RW 03",
    *,
    is_published: bool = True,
    starts_at: datetime = EVENT_AT,
    hours: float = 3,
    agenda: Iterable[str] = (),
    questions: Iterable[dict[str, Any]] = (),
    **changes: Any,
) -> Event:
    """A published health seminar on Saturday 28 November 2026, 09.00–12.00, at a community hall, without a limit."""
    related = {name: changes.pop(name, ()) for name in ("audiences", "areas", "services")}
    given = {
        "title": title,
        "slug": unique(title),
        "kind": Event.Kind.SEMINAR,
        "summary": "Periksa tekanan darah dan gula, gratis.",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=hours),
        "place_words": "Balai RW 03",
    } | changes
    given["unit"] = given.get("unit") or make_organization()
    event = Event(**given)
    with recorded(event, verb="create", by=WHO, at=PUBLISHED_AT):
        event.save()
        for name, rows in related.items():
            getattr(event, name).set(rows)
        for position, part in enumerate(agenda):
            AgendaItem.objects.create(event=event, position=position, title=part)
        for position, question in enumerate(questions):
            RegistrationQuestion.objects.create(event=event, position=position, **question)
    if is_published:
        event.publish(by=WHO, at=PUBLISHED_AT)
    return event


def make_submission(
    story: str = "Lampu jalan di depan pos ronda mati sejak Senin.",
    *,
    status: str = "received",
    at: datetime = RECEIVED_AT,
    contact: dict[str, Any] | None = None,
    form_key: str = "",
    **changes: Any,
) -> Submission:
    """A case that came in on Wednesday 18 November 2026 and walked to `status` by the verbs of the office.

    Its secret is `receipt.secret_from(form_key)`.
    """
    given = {"kind": Submission.Kind.COMPLAINT, "story": story} | changes
    told = Told(submission=given, contact=contact or {})
    submission = receive(told, form_key=form_key or unique("kunci"), at=at).submission
    walk(submission, status, at)
    return submission


def make_released(title: str = "Lampu jalan mati", *, status: str = "answered", **changes: Any) -> Submission:
    """A case whose public words a clerk has released."""
    words = {name: changes.pop(name) for name in ("public_story", "public_answer") if name in changes}
    submission = make_submission(status=status, **changes)
    submission.release(
        title=title,
        story=words.get("public_story", "Lampu di depan pos ronda mati sejak Senin."),
        answer=words.get("public_answer", "Lampunya sudah diganti."),
        by=WHO,
        at=submission.status_at,
    )
    return submission


def make_improvement(result: str = "Mesin nomor antrean dipasang.", **changes: Any) -> Improvement:
    """A published pair of voice and result."""
    given = {"voice": "Antrean loket suka berebut.", "result": result, "happened_on": PUBLISHED_AT.date()}
    improvement = kept(Improvement(**given | changes))
    improvement.publish(by=WHO, at=RECEIVED_AT)
    return improvement


def walk(submission: Submission, status: str, at: datetime) -> None:
    """Takes a case that just came in to a status, as an office would."""
    if status == "received":
        return
    ends: dict[str, Any] = {
        "waiting": lambda: submission.ask("Di gang mana?", by=None, at=at),
        "not_ours": lambda: submission.pass_on("Ini jalan provinsi. Dinas Bina Marga.", by=None, at=at),
        "cannot": lambda: submission.decline("Tanahnya milik pribadi.", by=None, at=at),
        "archived": lambda: submission.archive("Hanya coba-coba.", by=None, at=at),
        "duplicate": lambda: submission.join(make_submission(at=at), by=None, at=at),
    }
    submission.verify(by=None, at=at)
    if status in ends:
        ends[status]()
    elif status != "verified":
        submission.assign(submission.unit or make_organization(), by=None, at=at)
        if status != "assigned":
            submission.start(by=None, at=at)
        if status in {"answered", "settled", "reopened"}:
            submission.answer("Lampunya sudah diganti.", by=None, at=at)
        if status == "settled":
            submission.rate("solved", at=at)
        if status == "reopened":
            submission.rate("not", at=at, words="Masih mati.")
