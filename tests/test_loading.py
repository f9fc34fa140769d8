"""Loading data files: whole or not at all, twice without harm, and never over a clerk's correction."""

import csv
import shutil
from collections.abc import Callable
from datetime import datetime, time
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command

from portal.shared.history import Change, recorded
from services import data_files, loading
from services.models import Area, ClosedDay, Location, OpeningHours, PortalProfile, Requirement, Service

pytestmark = pytest.mark.django_db
# How many services of each portal the thinned files keep.
SERVICES = 6
AT = datetime(2026, 11, 21, 9, 0, tzinfo=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project's data that a test may spoil: every file, few rows, no reference broken."""
    folder = tmp_path / "data"
    shutil.copytree(data_files.DATA_DIR, folder)
    for name in ("synonyms.csv", "closed_days.csv"):
        thin(folder / "common" / name, lambda number, row: number < 10)
    for data_set in data_files.data_sets():
        thin_portal(folder / data_set)
    monkeypatch.setattr(data_files, "DATA_DIR", folder)
    return folder


def thin_portal(folder: Path) -> None:
    """Leaves the first services and those with hours, and the places and areas these and the office need."""
    timed = {row["owner"].partition(":")[0] for row in rows_of(folder / "opening_hours.csv")}
    thin(folder / "services.csv", lambda number, row: number < SERVICES or row["code"] in timed)
    codes = {row["code"] for row in rows_of(folder / "services.csv")}
    for name in ("requirements.csv", "steps.csv", "channels.csv", "counters.csv"):
        thin(folder / name, lambda number, row: row["service"] in codes)
    places = {row["place"] for row in rows_of(folder / "counters.csv")}
    places.add(data_files.read_profile(folder).get("office", ""))
    thin(folder / "places.csv", lambda number, row: number < 15 or row["slug"] in places)
    used = {row["area"] for name in ("places.csv", "organizations.csv") for row in rows_of(folder / name)}
    used.add(data_files.read_profile(folder)["area"])
    thin(folder / "areas.csv", lambda number, row: row["level"] != "village" or row["slug"] in used)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def thin(path: Path, is_kept: Callable[[int, dict[str, str]], bool]) -> None:
    rows = rows_of(path)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["service"])
        writer.writeheader()
        writer.writerows(row for number, row in enumerate(rows) if is_kept(number, row))


def load(data_set: str = "disdik-labura", **options: bool) -> loading.Report:
    return loading.load(data_set, at=AT, say=lambda text: None, **options)


def edit(path: Path, row_number: int, **cells: str) -> None:
    """Changes cells of the row a spreadsheet shows under this number."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[row_number - 2] |= cells
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def test_tanjung_barat_has_its_42_services_and_45_places(real_data: Callable[[str], list[str]]) -> None:
    assert real_data("tanjung-barat") == []
    assert Service.objects.published().count() == 42
    assert Location.objects.count() == 45
    assert PortalProfile.objects.get().name == "Kelurahan Tanjung Barat"
    assert not PortalProfile.objects.get().is_official


def test_labura_has_its_20_services_376_places_and_8_kecamatan(real_data: Callable[[str], list[str]]) -> None:
    assert real_data("disdik-labura") == []
    assert Service.objects.published().count() == 20
    assert Location.objects.count() == 376
    assert Area.objects.filter(level=Area.Level.DISTRICT).count() == 8
    assert Area.objects.filter(level=Area.Level.VILLAGE).count() == 90
    assert ClosedDay.objects.filter(date__year=2026).exists()


def test_every_loaded_fact_names_its_source_and_none_is_confirmed(
    real_data: Callable[[str], list[str]],
) -> None:
    real_data("tanjung-barat")
    assert not Service.objects.filter(source="").exists()
    assert not Location.objects.filter(source="").exists()
    assert not Service.objects.exclude(checked_on=None).exists()


def test_loading_twice_changes_nothing_the_second_time(files: Path) -> None:
    load()
    changes = Change.objects.count()
    report = load()
    assert Change.objects.count() == changes
    assert all(tally.added == tally.changed == 0 for tally in report.tallies.values())


def test_a_dry_run_says_what_it_would_do_and_keeps_nothing(files: Path) -> None:
    report = load(dry_run=True)
    assert report.tallies["services.csv"].added == SERVICES
    assert not Service.objects.exists()
    assert not Change.objects.exists()


def test_wrong_rows_are_named_by_file_and_row_and_nothing_is_kept(files: Path) -> None:
    folder = files / "disdik-labura"
    edit(folder / "services.csv", 3, fee_amount="murah")
    edit(folder / "services.csv", 7, topic="tidak-ada")
    edit(folder / "places.csv", 12, latitude="95", longitude="99")
    errors = load().errors
    assert any(error.startswith("services.csv, row 3:") and "murah" in error for error in errors)
    assert any(error.startswith("services.csv, row 7:") and "tidak-ada" in error for error in errors)
    assert any(error.startswith("places.csv, row 12:") for error in errors)
    assert not Service.objects.exists()


def test_the_command_refuses_with_the_rows_to_mend(files: Path) -> None:
    edit(files / "disdik-labura" / "steps.csv", 2, service="tidak-ada")
    with pytest.raises(CommandError, match=r"steps\.csv, row 2"):
        call_command("load_data", "disdik-labura", stdout=StringIO())


def test_an_unknown_data_set_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CommandError, match="tanjung-barat"):
        call_command("load_data", "atlantis", stdout=StringIO())


def test_a_changed_cell_is_loaded_and_remembered(files: Path) -> None:
    load()
    edit(files / "disdik-labura" / "services.csv", 2, fee_amount="5000")
    report = load()
    service = Service.objects.get(code=code_of(files, 2))
    assert report.tallies["services.csv"].changed == 1
    assert service.fee_amount == 5000
    change = Change.objects.filter(noun="services.service", object_id=service.pk).latest("pk")
    assert (change.verb, change.by_name) == ("load", "load_data")
    assert change.after["fee_amount"] in {"5000", "5000.00"}


def code_of(files: Path, row_number: int) -> str:
    with (files / "disdik-labura" / "services.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))[row_number - 2]["code"]


def test_a_clerks_correction_survives_the_next_load_unless_told_otherwise(files: Path) -> None:
    load()
    service = Service.objects.get(code=code_of(files, 2))
    with recorded(service, verb="change", by="sari", at=AT):
        service.fee_amount = 7000
        service.save()
    edit(files / "disdik-labura" / "services.csv", 2, fee_amount="5000")
    report = load()
    service.refresh_from_db()
    assert service.fee_amount == 7000
    assert report.tallies["services.csv"].kept == 1
    load(overwrite=True)
    service.refresh_from_db()
    assert service.fee_amount == 5000


def test_a_row_taken_out_of_a_list_of_requirements_disappears(files: Path) -> None:
    load()
    path = files / "disdik-labura" / "requirements.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    code = rows[0]["service"]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows[1:])
    before = Requirement.objects.filter(service__code=code).count()
    load()
    assert Requirement.objects.filter(service__code=code).count() == before - 1


def test_a_database_that_holds_another_portal_is_left_alone(files: Path) -> None:
    load("disdik-labura")
    with pytest.raises(data_files.RowError, match="another database"):
        load("tanjung-barat")
    assert Service.objects.count() == SERVICES


def test_prepare_loads_once_and_then_has_nothing_to_do(files: Path, settings: object, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path / "static"  # type: ignore[attr-defined]
    first, second = StringIO(), StringIO()
    call_command("prepare", data="disdik-labura", stdout=first)
    call_command("prepare", data="disdik-labura", stdout=second)
    assert "Loading disdik-labura" in first.getvalue()
    assert second.getvalue() == ""


def test_hours_a_clerk_corrected_survive_the_next_load(files: Path) -> None:
    load("tanjung-barat")
    hours = OpeningHours.objects.filter(channel__isnull=False).first()
    assert hours is not None
    channel = hours.channel
    assert channel is not None
    with recorded(channel, verb="change", by="sari", at=AT):
        channel.hours.all().delete()
        OpeningHours.objects.create(channel=channel, days="6", opens=time(9), closes=time(10))
    path = files / "tanjung-barat" / "channels.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("Jakarta Siaga,", "Jakarta Siaga Baru,"), "utf-8"
    )
    assert load("tanjung-barat").tallies["opening_hours.csv"].kept == 1
    assert [str(one) for one in channel.hours.all()] == ["Sabtu 09.00–10.00"]


def test_a_missing_column_and_a_doubled_counter_are_named_not_thrown(files: Path) -> None:
    folder = files / "disdik-labura"
    (folder / "steps.csv").write_text("service,title\npip,Datang\n", encoding="utf-8")
    with (folder / "counters.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "counters.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows([rows[0], rows[0]])
    profile = (folder / "profile.toml").read_text(encoding="utf-8")
    (folder / "profile.toml").write_text(profile.replace("theme = ", "theme = 'merah' #"), encoding="utf-8")
    errors = load().errors
    assert any(error.startswith("steps.csv, row 2:") and "column" in error for error in errors), errors
    assert any(error.startswith("counters.csv, rows 2–3:") for error in errors), errors
    assert any(error.startswith("profile.toml:") and "merah" in error for error in errors), errors
