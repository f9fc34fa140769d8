"""Which file fills which noun: the order of loading a data set, and the meaning of its columns."""

from collections.abc import Callable
from datetime import datetime
from itertools import groupby
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.shared import content_version
from services.data_files import (
    LOADER,
    Reader,
    Report,
    Row,
    RowError,
    clock,
    day,
    decimal,
    fingerprint,
    folder_of,
    numbered_rows,
    provenance,
    read_profile,
    refusal,
    whole,
    yes,
)
from services.models import (
    Area,
    Audience,
    Category,
    Channel,
    Charter,
    ClosedDay,
    EmergencyNumber,
    Location,
    OpeningHours,
    Organization,
    PortalProfile,
    Service,
    ServiceAtLocation,
    Synonym,
)


class DryRun(Exception):
    """Raised at the end of a dry run, so that the transaction is rolled back."""


def load(
    data_set: str, *, at: datetime, say: Callable[[str], None], dry_run: bool = False, overwrite: bool = False
) -> Report:
    """Loads one data set in one transaction; with any error, or on a dry run, nothing is kept.

    Refuses a database that already holds another portal. Raises RowError when the data set does not exist.
    """
    reader = Reader(folder_of(data_set), at=at, say=say, overwrite=overwrite)
    present = PortalProfile.objects.first()
    if present and present.data_set and present.data_set != data_set:
        raise RowError(
            f"This database already holds the portal of {present.name} ({present.data_set}). "
            "Use another database: set DATABASE_URL, or another PORTAL_DATA on SQLite."
        )
    try:
        with transaction.atomic(), content_version.one_bump():
            load_files(reader, data_set)
            if dry_run or reader.report.errors:
                raise DryRun
    except DryRun:
        content_version.forget()
    return reader.report


def load_files(reader: Reader, data_set: str) -> None:
    columns = Columns(reader)
    reader.rows("categories.csv", columns.category)
    reader.rows("audiences.csv", columns.audience)
    reader.rows("synonyms.csv", columns.synonym)
    reader.rows("areas.csv", columns.area)
    reader.rows("organizations.csv", columns.organization)
    reader.rows("places.csv", columns.place)
    reader.rows("closed_days.csv", columns.closed_day)
    reader.rows("services.csv", columns.service)
    load_children(reader, "requirements.csv", "requirements", requirement)
    load_children(reader, "steps.csv", "steps", step)
    load_children(reader, "channels.csv", "channels", channel)
    load_children(reader, "counters.csv", "counters", columns.counter)
    reader.rows("opening_hours.csv", columns.opening_hours, needed=False)
    # Rows of a service come after the service itself, so what it is found by is derived once more at the end.
    Service.objects.with_words().reindex()
    load_profile(reader, data_set)
    publish_loaded(reader)


def load_children(reader: Reader, name: str, relation: str, read: Callable[[Row], dict[str, Any]]) -> None:
    """Groups the rows of a file by service and replaces each group that differs."""
    path = reader.folder / name
    if not path.exists():
        reader.report.errors.append(f"{name}: the file is missing.")
        return
    rows = sorted(numbered_rows(path), key=lambda numbered: (numbered[1].get("service", ""), numbered[0]))
    for code, group in groupby(rows, key=lambda numbered: numbered[1].get("service", "")):
        children: list[dict[str, Any]] = []
        numbers: list[int] = []
        for number, row in group:
            numbers.append(number)
            try:
                children.append(read(row) | {"position": len(children) + 1})
            except RowError as error:
                reader.report.errors.append(f"{name}, row {number}: {error}")
            except KeyError as error:
                reader.report.errors.append(f"{name}, row {number}: the column {error} is missing.")
                return
        service = Service.objects.filter(code=code).first()
        if service is None:
            reader.report.errors.append(f"{name}, row {numbers[0]}: there is no service “{code}”.")
            continue
        reader.child_rows(name, numbers, service, relation, children)
    reader.say(f"  {name}: {reader.report.tallies.get(name, '')}")


def requirement(row: Row) -> dict[str, Any]:
    return {"condition": row["condition"], "text": row["text"], "note": row["note"]}


def step(row: Row) -> dict[str, Any]:
    return {"title": row["title"], "detail": row["detail"], "place": row["place"]}


def channel(row: Row) -> dict[str, Any]:
    return {"kind": row["kind"], "label": row["label"], "value": row["value"], "note": row["note"]}


class Columns:
    """How the columns of each file become the fields of its noun."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def category(self, row: Row) -> None:
        self.reader.put(
            "categories.csv",
            Category,
            {"slug": row["slug"]},
            {
                "parent": self.reader.find(Category, "category", row["parent"]),
                "name": row["name"],
                "name_en": row["name_en"],
                "icon": row["icon"],
                "hue": row["hue"] or Category.Hue.WARGA,
                "examples": row["examples"],
                "examples_en": row["examples_en"],
                "position": whole(row["position"]) or 0,
            },
        )

    def audience(self, row: Row) -> None:
        values = {"name": row["name"], "name_en": row["name_en"], "position": whole(row["position"]) or 0}
        self.reader.put("audiences.csv", Audience, {"slug": row["slug"]}, values)

    def synonym(self, row: Row) -> None:
        key = {"phrase": row["phrase"], "means": row["means"]}
        self.reader.put("synonyms.csv", Synonym, key, {"note": row["note"]})

    def area(self, row: Row) -> None:
        self.reader.put(
            "areas.csv",
            Area,
            {"slug": row["slug"]},
            {
                "level": row["level"],
                "name": row["name"],
                "bps_code": row["bps_code"],
                "kemendagri_code": row["kemendagri_code"],
                "parent": self.reader.find(Area, "area", row["parent"]),
                "postcode": row["postcode"],
                "area_ha": decimal(row["area_ha"]),
                "source": row["source"],
            },
        )

    def organization(self, row: Row) -> None:
        names = ("name", "short_name", "kind", "about", "address", "phone", "whatsapp", "email", "website")
        values = {name: row[name] for name in names}
        values["parent"] = self.reader.find(Organization, "organization", row["parent"])
        values["area"] = self.reader.find(Area, "area", row["area"])
        self.reader.put("organizations.csv", Organization, {"slug": row["slug"]}, values | provenance(row))

    def place(self, row: Row) -> None:
        names = ("name", "kind", "ownership", "address", "postcode", "phone", "official_code", "quality")
        values: dict[str, Any] = {name: row[name] for name in names}
        values["organization"] = self.reader.find(Organization, "organization", row["organization"])
        values["area"] = self.reader.find(Area, "area", row["area"])
        values["latitude"], values["longitude"] = decimal(row["latitude"]), decimal(row["longitude"])
        self.reader.put("places.csv", Location, {"slug": row["slug"]}, values | provenance(row))

    def closed_day(self, row: Row) -> None:
        values = {"name": row["name"], "kind": row["kind"], "source": row["source"]}
        if day(row["date"]) is None:
            raise RowError("the date is missing.")
        self.reader.put("closed_days.csv", ClosedDay, {"date": row["date"], "location": None}, values)

    def service(self, row: Row) -> None:
        texts = [
            "slug",
            "name",
            "name_en",
            "short_name",
            "short_name_en",
            "summary",
            "summary_en",
            "turnaround_unit",
            "turnaround_start",
            "turnaround_note",
            "fee_note",
            "output",
            "complaint_handling",
            "legal_basis",
            "facilities",
            "staff_competence",
            "supervision",
            "service_guarantee",
            "safety_guarantee",
            "performance_evaluation",
            "decree_number",
            "hours_note",
            "contact_note",
        ]
        values: dict[str, Any] = {name: row[name] for name in texts}
        values |= {
            "category": self.reader.find(Category, "topic", row["topic"]),
            "organization": self.reader.find(Organization, "organization", row["organization"]),
            "turnaround_value": whole(row["turnaround_value"]),
            "fee_amount": decimal(row["fee_amount"]),
            "staff_count": whole(row["staff_count"]),
            "decree_date": day(row["decree_date"]),
        }
        self.reader.put(
            "services.csv",
            Service,
            {"code": row["code"]},
            values | provenance(row),
            audiences=self.reader.find_all(Audience, "audience", row["audiences"]),
            areas=self.reader.find_all(Area, "area", row["areas"]),
        )

    def counter(self, row: Row) -> dict[str, Any]:
        place = self.reader.find(Location, "place", row["place"])
        return {"location_id": place.pk, "counter": row["counter"], "note": row["note"]}

    def opening_hours(self, row: Row) -> None:
        owners = {"place": "location", "counter": "service_at_location", "channel": "channel"}
        if row["owner_kind"] not in owners:
            raise RowError(f"“{row['owner_kind']}” is no owner. Write place, counter or channel.")
        owner = self.owner(row)
        if self.reader.is_kept(owner):
            self.reader.report.tallies["opening_hours.csv"].kept += 1
            return
        key = {
            owners[row["owner_kind"]]: owner,
            "days": row["days"],
            "opens": clock(row["opens"]),
        }
        values = {
            "closes": clock(row["closes"]),
            "valid_from": day(row["valid_from"]),
            "valid_through": day(row["valid_through"]),
            "open_on_closed_days": yes(row["open_on_closed_days"]),
            "note": row["note"],
        }
        self.reader.put("opening_hours.csv", OpeningHours, key, values)

    def owner(self, row: Row) -> Any:
        if row["owner_kind"] == "place":
            return self.reader.find(Location, "place", row["owner"])
        code, _, position = row["owner"].partition(":")
        model: Any = ServiceAtLocation if row["owner_kind"] == "counter" else Channel
        owner = model.objects.filter(service__code=code, position=whole(position) or 1).first()
        if owner is None:
            raise RowError(
                f"there is no {row['owner_kind']} “{row['owner']}”. Write the service's code:position."
            )
        return owner


def load_profile(reader: Reader, data_set: str) -> None:
    """The row of the portal itself, with its emergency numbers and its charter if it has one."""
    try:
        with transaction.atomic():
            put_profile(reader, data_set, read_profile(reader.folder))
    except KeyError as error:
        reader.report.errors.append(f"profile.toml: {error} is missing.")
        return
    except RowError as error:
        reader.report.errors.append(f"profile.toml: {error}")
        return
    except (ValidationError, IntegrityError) as error:
        reader.report.errors.append(f"profile.toml: {refusal(error)}")
        return
    PortalProfile.objects.filter(pk=1).update(data_fingerprint=fingerprint(data_set))
    reader.say(f"  profile.toml: {reader.report.tallies['profile.toml']}")


def put_profile(reader: Reader, data_set: str, told: dict[str, Any]) -> None:
    values = {
        "name": told["name"],
        "short_name": told["short_name"],
        "tagline": told.get("tagline", ""),
        "kind": told["kind"],
        "area": reader.find(Area, "area", told.get("area", "")),
        "organization": reader.find(Organization, "organization", told.get("organization", "")),
        "office": reader.find(Location, "place", told.get("office", "")),
        "about": told.get("about", ""),
        "popular": told.get("popular", []),
        "theme": told.get("theme", PortalProfile.Theme.DAUN),
        "is_official": bool(told.get("is_official", False)),
        "data_set": data_set,
    } | {name: told.get(name, "") for name in ("phone", "whatsapp", "email", "website")}
    reader.put("profile.toml", PortalProfile, {"pk": 1}, values)
    for position, number in enumerate(told.get("emergency", []), start=1):
        key = {"number": number["number"], "kind": number.get("kind", "call"), "label": number["label"]}
        texts = {name: number.get(name, "") for name in ("label_en", "note", "note_en")}
        cells = provenance({name: str(value) for name, value in number.items()})
        reader.put("profile.toml", EmergencyNumber, key, texts | cells | {"position": position})
    if charter := told.get("charter"):
        key = {"signed_on": str(charter["signed_on"]), "signatory_office": charter["signatory_office"]}
        texts = {"text": charter["text"], "compensation": charter.get("compensation", "")}
        reader.put("profile.toml", Charter, key, texts | {"source": charter.get("source", "")})


def publish_loaded(reader: Reader) -> None:
    """Loaded services are shown at once, marked as examples until their unit confirms them."""
    edited = reader.edited(Service)
    for service in Service.objects.drafts().exclude(pk__in=edited):
        if service.summary:
            service.publish(by=LOADER, at=reader.at)
        else:
            reader.report.errors.append(
                f"services.csv: “{service.code}” has no summary, so it cannot be published."
            )


def is_loaded(data_set: str) -> bool:
    """Whether the database holds exactly these files already."""
    profile = PortalProfile.objects.filter(pk=1).first()
    return profile is not None and (profile.data_set, profile.data_fingerprint) == (
        data_set,
        fingerprint(data_set),
    )
