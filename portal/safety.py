"""Which settings the portal must not start with. Pure questions to settings by name; settings and doctor ask."""

import ipaddress
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from portal.environment import Danger

Settings = Mapping[str, Any]

KEY_COMMAND = 'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
PUSH_KEY_COMMAND = 'python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
ORDER_OF_P256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# Each of these, at any of these values, lets PostgreSQL forget what it has confirmed.
FORGETFUL = re.compile(
    r"(synchronous_commit|fsync|full_page_writes)\s*=\s*'?(of|local|remote_write|f|n|0)", re.IGNORECASE
)


def dangers(settings: Settings) -> list[Danger]:
    """Every reason not to start, each with its cure; empty when the portal may start."""
    questions = IN_PRODUCTION if settings["PRODUCTION"] else ON_A_LAPTOP
    return [danger for question in questions for danger in question(settings)]


def dangers_in_production(settings: Settings) -> list[Danger]:
    """What would have to change before this installation could be opened to the internet."""
    return [danger for question in IN_PRODUCTION for danger in question(settings)]


def is_local(host: str) -> bool:
    """Whether a host name can only mean this machine or a private network."""
    host = host.strip("[]")
    if host in {"localhost", "testserver"} or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private or address.is_loopback


def public_laptop(settings: Settings) -> list[Danger]:
    public = [host for host in settings["ALLOWED_HOSTS"] if not is_local(host)]
    if not public:
        return []
    return [
        Danger(
            "ALLOWED_HOSTS",
            f"It names {', '.join(public)}, which others can reach, without the rules of production.",
            "Set PRODUCTION=yes, or remove the name.",
        )
    ]


def debug_pages(settings: Settings) -> list[Danger]:
    if not settings["DEBUG"]:
        return []
    problem = "It is on, and shows the inside of the portal to everyone."
    return [Danger("DEBUG", problem, "Remove it or set DEBUG=no.")]


def weak_key(settings: Settings) -> list[Danger]:
    key = settings["SECRET_KEY"]
    if not key:
        problem = "It is missing."
    elif len(key) < 50:
        problem = "It is short: whoever guesses it can sign in as anybody."
    elif len(set(key)) < 10 or re.match(r"(?i)(django-)?insecure|change[-_ ]?me|ganti|example|contoh", key):
        problem = "It is an example or a pattern: whoever guesses it can sign in as anybody."
    else:
        return []
    return [
        Danger("SECRET_KEY", problem, f"Set at least 50 random characters, for example from: {KEY_COMMAND}")
    ]


def loose_hosts(settings: Settings) -> list[Danger]:
    cure = "List each host name in full, separated by commas, for example balai.example.go.id."
    hosts = settings["ALLOWED_HOSTS"]
    if not [host for host in hosts if not is_local(host)]:
        return [Danger("ALLOWED_HOSTS", "No public host name is listed.", cure)]
    if wild := [host for host in hosts if "*" in host or host.startswith(".")]:
        return [Danger("ALLOWED_HOSTS", f"{', '.join(wild)} lets strangers choose the host name.", cure)]
    if odd := [host for host in hosts if not re.fullmatch(r"[\w.-]+|\[[0-9a-fA-F:.]+\]", host)]:
        return [Danger("ALLOWED_HOSTS", f"{', '.join(odd)} is no bare host name.", cure)]
    return []


def public_address(settings: Settings) -> list[Danger]:
    """The address in flyers, QR codes and mail is the portal's own, and safe to follow."""
    cure = "Write the public address with https:// and nothing after the host: https://balai.example.go.id."
    parts = urlsplit(settings["SITE_URL"])
    host = parts.hostname or ""
    if parts.scheme != "https":
        return [Danger("SITE_URL", f"“{settings['SITE_URL']}” is not a safe address.", cure)]
    if parts.path or parts.query or parts.fragment or parts.username or parts.password:
        return [Danger("SITE_URL", "It says more than a host name.", cure)]
    hosts = {name.lower().strip("[]") for name in settings["ALLOWED_HOSTS"]}
    if host not in hosts:
        return [
            Danger("SITE_URL", f"Its host {host} is not in ALLOWED_HOSTS.", f"Add {host} to ALLOWED_HOSTS.")
        ]
    return []


def no_proxy(settings: Settings) -> list[Danger]:
    """The portal itself speaks no TLS, so without a proxy it believes, it would send every visitor round."""
    if settings["TRUSTED_PROXIES"]:
        return []
    problem = "It is 0, so nobody is believed to have come by https, and every visitor would be sent round."
    cure = "Put the web server of portal/deploy in front and set TRUSTED_PROXIES=1."
    return [Danger("TRUSTED_PROXIES", problem, cure)]


def forgetful_database(settings: Settings) -> list[Danger]:
    """Database settings under which an acknowledged message could be lost in a power cut."""
    database = settings["DATABASES"]["default"]
    options = database.get("OPTIONS", {})
    if database["ENGINE"].endswith(".sqlite3"):
        if ":memory:" in str(database["NAME"]) or "mode=memory" in str(database["NAME"]):
            problem = "The database is in memory: everything is lost at a restart."
            return [Danger("DATABASE_URL", problem, "Name a file.")]
        command = str(options.get("init_command", "")).replace(" ", "").lower()
        if "synchronous=full" not in command or "journal_mode=wal" not in command:
            problem = "The SQLite options lack synchronous=FULL or journal_mode=WAL."
            return [Danger("DATABASE_URL", problem, "Remove init_command from it.")]
        return []
    # Said in the address, it would also hold for connections that are opened without our settings.
    if FORGETFUL.search(str(options)):
        problem = "It switches durability off."
        cure = "Remove synchronous_commit, fsync and full_page_writes from it."
        return [Danger("DATABASE_URL", problem, cure)]
    return []


def half_set_bucket(settings: Settings) -> list[Danger]:
    """Uploads meant for a bucket must not quietly stay on this machine, nor travel for all to read."""
    names = ("MEDIA_BUCKET", "MEDIA_ENDPOINT_URL", "MEDIA_ACCESS_KEY_ID", "MEDIA_SECRET_ACCESS_KEY")
    missing = [name for name in names if not settings[name]]
    if len(missing) == len(names):
        return []
    if missing:
        problem = "It is missing while other MEDIA_ settings are set: uploads would go to the wrong place."
        return [Danger(name, problem, "Set it, or remove all of them.") for name in missing]
    address = urlsplit(settings["MEDIA_ENDPOINT_URL"])
    if address.scheme != "https" and not (address.scheme == "http" and is_local(address.hostname or "")):
        problem = "Files and keys would travel for all to read."
        return [Danger("MEDIA_ENDPOINT_URL", problem, "Write an address with https://.")]
    return []


def odd_push_key(settings: Settings) -> list[Danger]:
    """Word to phones is signed with it, and every phone that listens is bound to it."""
    key = settings["VAPID_PRIVATE_KEY"].rstrip("=")
    if not key:
        return []
    if re.fullmatch(r"[A-Za-z0-9_-]{43}", key):
        scalar = int.from_bytes(urlsafe_b64decode(key + "="), "big")
        if 0 < scalar < ORDER_OF_P256:
            return []
    problem = "It is no key of the curve P-256: 32 bytes, in base64 as addresses have it."
    return [Danger("VAPID_PRIVATE_KEY", problem, f"Set one, for example from: {PUSH_KEY_COMMAND}")]


ON_A_LAPTOP: tuple[Callable[[Settings], list[Danger]], ...] = (public_laptop, half_set_bucket, odd_push_key)
IN_PRODUCTION: tuple[Callable[[Settings], list[Danger]], ...] = (
    debug_pages,
    weak_key,
    loose_hosts,
    public_address,
    no_proxy,
    forgetful_database,
    half_set_bucket,
    odd_push_key,
)
