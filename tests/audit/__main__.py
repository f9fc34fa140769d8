"""`make audit`: Lighthouse as on a phone, the MDN Observatory's grade of every page, known holes in what we install.

`python -m tests.audit wizard "officer, round"` shows Lighthouse these pages alone (see pages.py).

Tools go to .audit (never committed). The portal is made afresh in a temporary folder and served as in
production, so the figures are those of compressed files and the real server, not of this machine's database.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tests import tools
from tests.audit.observatory import audit_headers
from tests.audit.pages import PAGES, Page, filled

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
AUDIT = ROOT / ".audit"
START = 300  # seconds, the year of examples included
# What else this machine does can only take marks away, so a page may try again.
TRIES = 3
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


def install_tools() -> Path | None:
    """Where the tools of Node are, installed once per version; None, with the reason said, when they cannot be."""
    if not shutil.which("npm") or not shutil.which("node"):
        print(
            "Lighthouse and Observatory left out: Node is not installed here (Debian: apt install nodejs npm)."
        )
        return None
    folder = AUDIT / "node_modules"
    wanted = (HERE / "package.json").read_text()
    AUDIT.mkdir(exist_ok=True)
    if not folder.exists() or (AUDIT / "package.json").read_text() != wanted:
        (AUDIT / "package.json").write_text(wanted)
        print("Installing Lighthouse and the Observatory into .audit (once) …", flush=True)
        install = ["npm", "install", "--silent", "--no-fund", "--no-audit", "--no-package-lock"]
        # A package that runs its own programs while it is installed could do anything; neither tool needs it.
        if subprocess.run([*install, "--ignore-scripts"], cwd=AUDIT, check=False).returncode:
            print("Lighthouse and Observatory left out: they could not be installed.")
            (AUDIT / "package.json").unlink()
            return None
    return folder


@contextlib.contextmanager
def portal() -> Iterator[tuple[str, dict[str, str]]]:
    """Address and environment of a freshly made portal, stopped and removed afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="balai-audit-") as folder:
        environment = os.environ | {
            "PORT": str(port),
            "VAR_DIR": folder,
            "DATABASE_URL": "",
            "SITE_URL": address,
        }
        server = subprocess.Popen(
            [sys.executable, "portal/deploy/foreground.py"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            wait_until_open(address, server)
            yield address, environment
        finally:
            server.terminate()
            server.wait()


def wait_until_open(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(address, timeout=5).close()
            return
        time.sleep(0.2)
    raise SystemExit("The portal did not start; `make run` shows why.")


def lighthouse_result(lighthouse: Path, chromium: str, url: str, page: Page, cookie: str) -> dict[str, Any]:
    """Lighthouse's own report, for a mid-range phone on a slow connection."""
    with tempfile.TemporaryDirectory(prefix="balai-audit-") as folder:
        report, said = Path(folder) / "report.json", Path(folder) / "headers.json"
        said.write_text(json.dumps({"Cookie": cookie} if page.is_officers else {}))
        subprocess.run(
            [
                *("node", str(lighthouse), url, "--quiet", "--output=json", f"--output-path={report}"),
                *("--form-factor=mobile", f"--only-categories={','.join(WANTED)}"),
                *(f"--skip-audits={one}" for one in page.left_out),
                f"--extra-headers={said}",
                f"--chrome-flags=--headless=new {' '.join(tools.CHROMIUM_ARGUMENTS)}",
            ],
            env=os.environ | {"CHROME_PATH": chromium},
            check=True,
        )
        result: dict[str, Any] = json.loads(report.read_text())
    return result


def marks_of(result: dict[str, Any]) -> dict[str, int]:
    return {name: round(100 * (result["categories"][name]["score"] or 0)) for name in WANTED}


def complaints(result: dict[str, Any]) -> list[str]:
    """What cost marks in the categories that fell short."""
    marks, found = marks_of(result), []
    for name in WANTED:
        for reference in result["categories"][name]["auditRefs"]:
            audit = result["audits"][reference["id"]]
            if marks[name] < WANTED[name] and reference["weight"] and (audit["score"] or 0) < 0.9:
                found.append(f"    {name}: {audit['title']} {audit.get('displayValue', '')}".rstrip())
    return found


def audit_pages(installed: Path, names: list[str]) -> bool:
    chromium = tools.chromium()
    if chromium is None:
        print(f"Lighthouse left out: {tools.CHROMIUM_MISSING}.")
        return not tools.REQUIRE_ALL
    lighthouse = installed / "lighthouse" / "cli" / "index.js"
    good = True
    print(f"{'Lighthouse, mobile':<20}" + "".join(f"{name:>16}" for name in WANTED))
    print(f"{'wanted at least':<20}" + "".join(f"{mark:>16}" for mark in WANTED.values()), flush=True)
    with portal() as (address, environment):
        known = filled(environment)
        for name, page in PAGES.items() if not names else [(name, PAGES[name]) for name in names]:
            url = address + page.address.format_map(known)
            for _attempt in range(TRIES):
                result = lighthouse_result(lighthouse, chromium, url, page, known["cookie"])
                marks = marks_of(result)
                if is_good := all(marks[part] >= WANTED[part] for part in WANTED):
                    break
            good = good and is_good
            print(f"{name:<20}" + "".join(f"{mark:>16}" for mark in marks.values()))
            print(*complaints(result), sep="\n", end="" if is_good else "\n", flush=True)
    return good


def audit_packages() -> bool:
    """False for a known hole; a machine without a way out cannot ask, which is said and is no fault of the code."""
    python = AUDIT / "python" / "bin" / "python"
    stamp = AUDIT / "python" / "installed"
    wanted = (HERE / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Installing pip-audit into .audit (once) …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", AUDIT / "python"], check=True)
        install = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
        if subprocess.run([*install, "-r", HERE / "requirements.txt"], check=False).returncode:
            print("pip-audit left out: it could not be installed.")
            return not tools.REQUIRE_ALL
        stamp.write_text(wanted)
    known: list[dict[str, Any]] = []
    packages: list[dict[str, Any]] = []
    # Two lists of known holes; the second is asked when the first cannot be reached.
    for service in ("pypi", "osv"):
        done = subprocess.run(
            [
                *(python, "-m", "pip_audit", "--no-deps", "--disable-pip", "--progress-spinner", "off"),
                *("--vulnerability-service", service, "--format", "json", "-r", ROOT / "requirements.txt"),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        with contextlib.suppress(ValueError, KeyError):
            packages = json.loads(done.stdout)["dependencies"]
        # Without a way out pip-audit itself says “no known vulnerabilities”: it skips what it cannot ask about.
        if known := [package for package in packages if "vulns" in package]:
            break
    else:
        print("Known holes NOT LOOKED FOR: neither list of them could be reached from here.")
        return not tools.REQUIRE_ALL
    if len(known) < len(packages):
        print("Not looked at:", ", ".join(package["name"] for package in packages if package not in known))
    holes = [(package, hole) for package in known for hole in package["vulns"]]
    for package, hole in holes:
        cure = ", ".join(hole["fix_versions"]) or "no version yet"
        print(f"{package['name']} {package['version']}: {hole['id']}, mended in {cure}")
    print(f"Known holes: {len(holes)} in {len(known)} of {len(packages)} packages.")
    return not holes and (len(known) == len(packages) or not tools.REQUIRE_ALL)


def passed(name: str, look: Callable[[], bool]) -> bool:
    """What one part of the audit found; one that breaks down has failed and leaves the others their turn."""
    print(f"\n{name} …", flush=True)
    try:
        return look()
    except (Exception, SystemExit) as problem:
        print(f"{name} broke down: {problem}")
        return False


def main(names: list[str]) -> int:
    installed = install_tools()
    parts: dict[str, Callable[[], bool]] = {"pip-audit": audit_packages}
    if installed:
        observatory = installed / "@mdn" / "mdn-http-observatory"
        parts = {
            "Lighthouse": partial(audit_pages, installed, names),
            "Observatory": partial(audit_headers, observatory),
        } | parts
    failed = [name for name, look in parts.items() if not passed(name, look)]
    if not installed and tools.REQUIRE_ALL:
        failed += ["Lighthouse", "Observatory"]
    print(f"\nAudit FAILED: {', '.join(failed)}." if failed else "\nAudit passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
