"""What is wrong with this installation, each with its cure: settings, database, files, work, staff, line, clock.

Every examination is a question that returns what it found, nothing when all is well. None changes anything,
and none leaves the machine except to its own database and storage.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core import checks
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Q, QuerySet
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal import backup, health, safety
from portal.accounts.roles import ADMINISTRATOR
from portal.environment import Danger
from portal.shared.push import keys
from portal.shared.push.models import Listener
from portal.shared.work.heartbeat import STILL_ALIVE, last_beat

Findings = Iterable[Danger]
Examination = Callable[[datetime], Findings]

BACKUP_IS_OLD = timedelta(hours=26)
# A second factor is refused when phone and server differ by more than half a minute.
CLOCKS_DIFFER = timedelta(seconds=10)
# The smaller of the two is too little.
DISK_FREE_SHARE, DISK_FREE_BYTES = 0.1, 2 * 1024**3
# What these folders hold is gone after a restart.
FORGETFUL_FOLDERS = ("/dev/shm", "/run", "/tmp", "/var/tmp")
NAMES_SHOWN = 5


@dataclass
class Report:
    """What each examination found; `later` is what only an installation open to the internet needs."""

    wrong: dict[str, list[Danger]] = field(default_factory=dict)
    later: dict[str, list[Danger]] = field(default_factory=dict)
    not_looked_at: set[str] = field(default_factory=set)

    @property
    def is_healthy(self) -> bool:
        return not any(self.wrong.values())


def examine(at: datetime) -> Report:
    report = Report()
    for examinations, findings in (
        (EVERYWHERE, report.wrong),
        (IN_PRODUCTION, report.wrong if settings.PRODUCTION else report.later),
    ):
        for name, examination in examinations.items():
            try:
                findings[name] = list(examination(at))
            # Whatever is broken, the other examinations are still worth reading.
            except Exception as problem:
                report.not_looked_at.add(name)
                findings[name] = [] if database_is_the_reason(at) else [unseen(name, problem)]
    return report


def database_is_the_reason(at: datetime) -> bool:
    """A missing or older database has its own finding, and need not be told by everyone who asks it."""
    return not answers() or bool(list(migrations_are_applied(at)))


def unseen(name: str, problem: Exception) -> Danger:
    text = " ".join(f"{type(problem).__name__}: {problem}".split())[:300]
    return Danger(name, f"This could not be looked at: {text}", "Mend that first.")


def answers() -> bool:
    try:
        connection.ensure_connection()
    # A settings fault leaves a database of which Django knows nothing at all.
    except Exception:
        return False
    return True


# Settings and checks ------------------------------------------------------------


def settings_are_safe(at: datetime) -> Findings:
    return list(settings.DANGERS)


def production_is_on(at: datetime) -> Findings:
    """On a laptop: what start-up would refuse if it were opened to the internet."""
    if settings.PRODUCTION:
        return
    yield Danger("PRODUCTION", "It is off.", "Set PRODUCTION=yes before others can reach the portal.")
    known = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    known["ALLOWED_HOSTS"] = [host for host in settings.ALLOWED_HOSTS if host not in settings.LOCAL_HOSTS]
    yield from safety.dangers_in_production(known)


def checks_pass(at: datetime) -> Findings:
    """Django's own checks and ours; those for deployment where it is one."""
    messages = checks.run_checks(
        include_deployment_checks=settings.PRODUCTION, databases=["default"] if answers() else None
    )
    for message in messages:
        if message.level >= checks.WARNING and not message.is_silenced():
            yield Danger(message.id or "check", str(message.msg), str(message.hint or "See the message."))


# Database and files ------------------------------------------------------------


def database_answers(at: datetime) -> Findings:
    if not answers():
        cure = "Start it, and check that DATABASE_URL names it; on SQLite, that the file is one."
        yield Danger("DATABASE_URL", "The database does not answer.", cure)


def migrations_are_applied(at: datetime) -> Findings:
    missing = health.newest_migrations() - MigrationRecorder(connection).applied_migrations().keys()
    if missing:
        names = ", ".join(sorted(app for app, _name in missing))
        yield Danger("migrations", f"The database is older than the code ({names}).", "manage.py prepare")


def database_is_in_a_lasting_place(at: datetime) -> Findings:
    database = settings.DATABASES["default"]
    if connection.vendor == "sqlite":
        file = Path(str(database["NAME"])).resolve()
        if any(file.is_relative_to(folder) for folder in FORGETFUL_FOLDERS):
            problem = f"{file.parent} may be emptied at a restart, and the database with it."
            yield Danger("DATABASE_URL", problem, "Name a file on a disk, for example by VAR_DIR.")
    elif connection.vendor == "postgresql" and not is_near(str(database.get("HOST", ""))):
        with connection.cursor() as cursor:
            cursor.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
            row = cursor.fetchone()
        if row and not row[0]:
            problem = "The database is on another machine and the line to it is not encrypted."
            yield Danger("DATABASE_URL", problem, "Add ?sslmode=verify-full, or use a socket.")


def is_near(host: str) -> bool:
    return not host or host.startswith("/") or host in {"localhost", "127.0.0.1", "::1"}


def storage_takes_files(at: datetime) -> Findings:
    try:
        health.storage()
    # The storage may be another machine, with a library and exceptions of its own.
    except Exception as problem:
        cure = "Give the folder to the user the portal runs as, make room, or check the MEDIA_ settings."
        yield Danger("storage", f"No file can be kept: {type(problem).__name__}.", cure)


def disks_have_room(at: datetime) -> Findings:
    seen = set()
    for name in ("VAR_DIR", "BACKUP_DIR"):
        folder: Path = getattr(settings, name)
        while not folder.exists():
            folder = folder.parent
        if (disk := folder.stat().st_dev) in seen:
            continue
        seen.add(disk)
        usage = shutil.disk_usage(folder)
        if usage.free < min(DISK_FREE_BYTES, usage.total * DISK_FREE_SHARE):
            problem = f"Only {usage.free // 1024**2} MB are free on the disk of {folder}."
            yield Danger(name, problem, "Remove what is not needed there, or give it a larger disk.")


# Work and backups ------------------------------------------------------------


def worker_is_alive(at: datetime) -> Findings:
    beat = last_beat()
    cure = "Start it: systemctl start balai-worker, or manage.py worker."
    if beat is None:
        yield Danger("worker", "None is running: mail and slow work wait.", cure)
    elif at - beat > STILL_ALIVE:
        minutes = int((at - beat).total_seconds() // 60)
        yield Danger("worker", f"It has shown no sign of life for {minutes} minutes.", cure)


def backup_is_fresh(at: datetime) -> Findings:
    newest = backup.latest(settings.BACKUP_DIR)
    cure = "Run manage.py backup every night, as the timer in portal/deploy does, and read why it failed."
    if newest is None:
        yield Danger("BACKUP_DIR", f"There is no backup in {settings.BACKUP_DIR}.", cure)
    elif at - newest.made_at > BACKUP_IS_OLD:
        hours = int((at - newest.made_at).total_seconds() // 3600)
        yield Danger("BACKUP_DIR", f"The newest backup is {hours} hours old.", cure)


def mail_can_go_out(at: datetime) -> Findings:
    if not settings.EMAIL_URL:
        problem = "No mail server is named: staff get no letter about a new device."
        yield Danger("EMAIL_URL", problem, "Set smtp://user:password@host:587.")


def phones_hear_us(at: datetime) -> Findings:
    """With another key than the one they listen to, their push service refuses us."""
    deaf = Listener.objects.living(at).exclude(key_mark=keys.mark()).count() if keys.public_key() else 0
    if deaf:
        problem = f"Phones that listen to another key, and are told nothing: {deaf}."
        cure = "Set the key of before again, if it is kept; else their owners press the button anew."
        yield Danger("VAPID_PRIVATE_KEY", problem, cure)


# Staff ------------------------------------------------------------


def staff_are_safe(at: datetime) -> Findings:
    staff = User.objects.filter(is_active=True, is_staff=True).order_by("username")
    if not staff.filter(Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)).exists():
        yield Danger("staff", "There is no administrator.", "manage.py first_administrator")
    with_phone = TOTPDevice.objects.filter(confirmed=True).values("user")
    cure = "They set it up at their next sign-in; until then only a password keeps their account."
    yield from named("staff", "Without a second factor", staff.exclude(pk__in=with_phone), cure)
    cure = "Write their addresses at the desk: letters about a new device reach nobody."
    yield from named("staff", "Without an e-mail address", staff.filter(email=""), cure)


def named(name: str, problem: str, people: QuerySet[User], cure: str) -> Findings:
    names = list(people.values_list("username", flat=True)[: NAMES_SHOWN + 1])
    if names:
        more = " and others" if len(names) > NAMES_SHOWN else ""
        yield Danger(name, f"{problem}: {', '.join(names[:NAMES_SHOWN])}{more}.", cure)


# Line and clock ------------------------------------------------------------


def line_is_encrypted(at: datetime) -> Findings:
    """The portal itself speaks no TLS: a proxy of ours does, and nobody may come in beside it."""
    host = settings.BIND.rpartition(":")[0].strip("[]")
    if settings.BIND and not settings.BIND.startswith("unix:") and not is_near(host or "0.0.0.0"):
        yield Danger(
            "BIND",
            f"The portal listens on {settings.BIND}: whoever reaches it there can claim any address and https.",
            "Remove BIND or name a unix: socket, so that only the web server in front reaches it.",
        )


def clock_is_right(at: datetime) -> Findings:
    cure = "Let the machine keep time: timedatectl set-ntp true. Codes from phones depend on it."
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            theirs = cursor.fetchone()[0]
        apart = abs(datetime.now(UTC) - theirs)
        if apart > CLOCKS_DIFFER:
            problem = f"This machine and the database are {int(apart.total_seconds())} seconds apart."
            yield Danger("clock", problem, cure)
    newest = MigrationRecorder(connection).migration_qs.order_by("-applied").first()
    if newest and newest.applied > at + CLOCKS_DIFFER:
        yield Danger("clock", f"It says {at:%Y-%m-%d %H:%M}, before the database was made.", cure)
    timesync = Path("/run/systemd/timesync")
    if timesync.is_dir() and not (timesync / "synchronized").exists():
        yield Danger("clock", "This machine has not found a time server.", cure)


EVERYWHERE: dict[str, Examination] = {
    "settings": settings_are_safe,
    "database": database_answers,
    "migrations": migrations_are_applied,
    "checks": checks_pass,
    "storage": storage_takes_files,
    "disk": disks_have_room,
    "clock": clock_is_right,
}
IN_PRODUCTION: dict[str, Examination] = {
    "production": production_is_on,
    "durability": database_is_in_a_lasting_place,
    "worker": worker_is_alive,
    "backup": backup_is_fresh,
    "mail": mail_can_go_out,
    "phones": phones_hear_us,
    "staff": staff_are_safe,
    "line": line_is_encrypted,
}
