"""Which programs outside Python the tests find here, and an honest line on what goes untested without."""

import os
import shutil
import sys
from pathlib import Path

from tests.with_postgres import MISSING as POSTGRESQL_MISSING
from tests.with_postgres import binaries as postgresql

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
CHROMIUM_MISSING = "Chromium is not installed here (Debian: apt install chromium)"
STYLE_TOOLS_MISSING = "the style tools are not installed here (make css)"
STYLES = Path(__file__).resolve().parent.parent / "portal" / "styles"
GETTEXT_MISSING = "gettext is not installed here (Debian: apt install gettext)"
NGINX_MISSING = "nginx is not installed here (Debian: apt install nginx libnginx-mod-http-brotli-static)"
PGBOUNCER_MISSING = "pgbouncer is not installed here (Debian: apt install pgbouncer)"
SYSTEMD_MISSING = "systemd-analyze is not installed here (Debian: apt install systemd)"
POPPLER_MISSING = "poppler is not installed here (Debian: apt install poppler-utils)"

# Root has no sandbox in a container, and a test must never reach out to the browser's own makers.
CHROMIUM_ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
]


def chromium() -> str | None:
    """The path of Chromium: CHROMIUM names one, else the first on PATH."""
    names = (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if name and (path := shutil.which(name))), None)


def gettext() -> str | None:
    return shutil.which("xgettext")


def pdftoppm() -> str | None:
    return shutil.which("pdftoppm")


def style_tools() -> bool:
    return shutil.which("node") is not None and (STYLES / "node_modules").is_dir()


def nginx() -> str | None:
    """nginx with the module our example needs, which Debian packs apart; None where one of them is missing."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    enabled = Path("/etc/nginx/modules-enabled").glob("*.conf")
    return program if any("brotli_static" in path.read_text(errors="replace") for path in enabled) else None


def pgbouncer() -> str | None:
    return shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")


def systemd_analyze() -> str | None:
    return shutil.which("systemd-analyze")


def untested() -> list[str]:
    """What cannot be tested here, one sentence each, with the cure."""
    reasons = []
    if postgresql() is None:
        reasons.append(f"the second engine, because {POSTGRESQL_MISSING}")
    if chromium() is None:
        reasons.append(f"the pages in a browser, because {CHROMIUM_MISSING}")
    if gettext() is None:
        reasons.append(f"whether every sentence reached the translators, because {GETTEXT_MISSING}")
    if not style_tools():
        reasons.append(f"whether the style sheet is up to date, because {STYLE_TOOLS_MISSING}")
    if pdftoppm() is None:
        reasons.append(f"the code on the flyer as it is served, because {POPPLER_MISSING}")
    if nginx() is None:
        reasons.append(f"the portal behind its web server, because {NGINX_MISSING}")
    if pgbouncer() is None:
        reasons.append(f"PostgreSQL behind a pool of connections, because {PGBOUNCER_MISSING}")
    if systemd_analyze() is None:
        reasons.append(f"whether systemd understands the units, because {SYSTEMD_MISSING}")
    return reasons


def main() -> int:
    reasons = untested()
    for reason in reasons:
        print(f"{'MISSING' if REQUIRE_ALL else 'SKIPPED'}: {reason}.")
    if not reasons:
        print("Nothing is skipped: tests run on SQLite, in Chromium and on PostgreSQL.")
    return 1 if reasons and REQUIRE_ALL else 0


if __name__ == "__main__":
    sys.exit(main())
