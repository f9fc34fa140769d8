"""The folder of backups: which there are, which is the newest, and which have had their time."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Backup:
    """A backup by its name: of this portal, made then."""

    path: Path
    made_at: datetime


def name_of(at: datetime, suffix: str = "") -> str:
    return f"balai-{settings.PORTAL_DATA}-{at.astimezone(UTC).strftime(TIME)}{suffix}.tar"


def backups_in(folder: Path) -> list[Backup]:
    """Nightly backups of this portal, newest first; whatever else lies there is nobody's business."""
    pattern = re.compile(rf"balai-{re.escape(settings.PORTAL_DATA)}-(\d{{8}}T\d{{6}}Z)\.tar")
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        match = pattern.fullmatch(path.name)
        if match and path.is_file() and not path.is_symlink():
            try:
                made_at = datetime.strptime(match[1], TIME).replace(tzinfo=UTC)
            except ValueError:
                continue
            found.append(Backup(path, made_at))
    return sorted(found, key=lambda backup: backup.made_at, reverse=True)


def latest(folder: Path) -> Backup | None:
    """The newest backup of this portal in a folder, by its name; None where there is none."""
    return next(iter(backups_in(folder)), None)


def rotate(folder: Path, *, just_made: Path, daily: int, weekly: int, monthly: int) -> list[Path]:
    """Removes the backups no rule keeps and returns them; called only when ``just_made`` was verified.

    Kept are the newest of each of the last days, weeks and months that have one. A backup dated after the one
    just made comes from a wrong clock: it is left alone and counts for nothing.
    """
    backups = backups_in(folder)
    newest = next((backup for backup in backups if backup.path == just_made), None)
    if newest is None:
        return []
    known = [backup for backup in backups if backup.made_at <= newest.made_at]
    kept = {newest}
    kept |= newest_of_each(known, lambda at: at.strftime("%Y-%m-%d"), daily)
    kept |= newest_of_each(known, lambda at: at.strftime("%G-%V"), weekly)
    kept |= newest_of_each(known, lambda at: at.strftime("%Y-%m"), monthly)
    removed = [backup.path for backup in known if backup not in kept]
    for path in removed:
        path.unlink(missing_ok=True)
    return removed


def newest_of_each(backups: Iterable[Backup], period: Callable[[datetime], str], count: int) -> set[Backup]:
    """Of the last ``count`` periods that have a backup the newest each; the backups come newest first."""
    chosen: dict[str, Backup] = {}
    for backup in backups:
        key = period(backup.made_at)
        if key not in chosen and len(chosen) < count:
            chosen[key] = backup
    return set(chosen.values())
