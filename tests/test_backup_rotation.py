"""How long backups are kept: days, weeks and months, never the only good one, never a stranger's file."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from portal.backup import latest, rotate
from portal.backup.folder import name_of
from tests.test_backup import AT

# How long they are kept ------------------------------------------------------------


def make_folder(folder: Path, times: list[datetime]) -> list[Path]:
    paths = [folder / name_of(at) for at in times]
    for path in paths:
        path.write_bytes(b"backup")
    return paths


def kept_after(folder: Path, newest: Path, **rules: int) -> set[str]:
    rotate(folder, just_made=newest, **({"daily": 7, "weekly": 4, "monthly": 12} | rules))
    return {path.name for path in folder.iterdir()}


def test_days_weeks_and_months_are_kept(tmp_path: Path) -> None:
    nights = [AT - timedelta(days=days) for days in range(500)]
    newest = make_folder(tmp_path, nights)[0]
    kept = kept_after(tmp_path, newest)
    days = {name_of(at) for at in nights[:7]}
    # Wednesday 18 November; the Sundays before it end the weeks.
    weeks = {name_of(datetime(2026, 11, day, 19, 0, tzinfo=UTC)) for day in (18, 15, 8, 1)}
    months = {
        name_of(datetime(*last, 19, 0, tzinfo=UTC))
        for last in ((2026, 10, 31), (2026, 9, 30), (2026, 2, 28), (2025, 12, 31))
    }
    assert days | weeks | months <= kept
    assert len(kept) == 7 + 3 + 10, sorted(kept)
    # Again, and nothing more happens.
    assert kept_after(tmp_path, newest) == kept


def test_of_one_day_the_newest_is_kept(tmp_path: Path) -> None:
    morning, noon, night = (AT.replace(hour=hour) for hour in (3, 12, 19))
    newest = make_folder(tmp_path, [night, noon, morning])[0]
    assert kept_after(tmp_path, newest) == {name_of(night)}


def test_what_was_just_made_is_kept_whatever_the_rules(tmp_path: Path) -> None:
    newest = make_folder(tmp_path, [AT, AT - timedelta(days=1)])[0]
    assert kept_after(tmp_path, newest, daily=0, weekly=0, monthly=0) == {name_of(AT)}


def test_a_gap_does_not_shorten_the_row(tmp_path: Path) -> None:
    times = [AT, *(AT - timedelta(days=200 + days) for days in range(3))]
    newest = make_folder(tmp_path, times)[0]
    assert kept_after(tmp_path, newest) == {name_of(at) for at in times}


def test_strangers_stay(tmp_path: Path) -> None:
    old = AT - timedelta(days=900)
    newest, elsewhere = make_folder(tmp_path, [AT, old])
    elsewhere.unlink()
    strangers = [
        "notes.txt",
        name_of(old, "-before-restore"),
        name_of(old).replace("tanjung-barat", "desa-lain"),
        f"{name_of(old)}.part",
        "balai-tanjung-barat-20269999T999999Z.tar",
        name_of(AT + timedelta(days=3)),
    ]
    for name in strangers:
        (tmp_path / name).write_bytes(b"mine")
    (tmp_path / name_of(old)).symlink_to(tmp_path / "notes.txt")
    (tmp_path / name_of(old - timedelta(days=1))).mkdir()
    before = {path.name for path in tmp_path.iterdir()}
    assert kept_after(tmp_path, newest) == before


def test_nothing_is_removed_when_the_new_one_is_not_there(tmp_path: Path) -> None:
    paths = make_folder(tmp_path, [AT - timedelta(days=days) for days in range(40)])
    assert (
        rotate(tmp_path, just_made=tmp_path / name_of(AT + timedelta(1)), daily=1, weekly=0, monthly=0) == []
    )
    assert all(path.exists() for path in paths)


def test_the_latest_is_told_by_its_name(tmp_path: Path) -> None:
    assert latest(tmp_path / "none") is None
    assert latest(tmp_path) is None
    make_folder(tmp_path, [AT - timedelta(days=1), AT])
    found = latest(tmp_path)
    assert found is not None
    assert found.made_at == AT
    assert found.path.name == "balai-tanjung-barat-20261118T190000Z.tar"
