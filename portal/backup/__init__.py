"""Keeping the whole portal in one file, and bringing it back: database, uploaded files, and proof of both."""

from portal.backup.archive import BackupError, Manifest, verified
from portal.backup.folder import Backup, latest, rotate
from portal.backup.making import make_backup

__all__ = ["Backup", "BackupError", "Manifest", "latest", "make_backup", "rotate", "verified"]
