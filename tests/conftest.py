"""What every test may lean on, and what none may do: reach the network, warn, depend on its neighbours."""

import inspect
import ipaddress
import os
import random
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import sync_playwright

from portal.shared import content_version
from tests import tools
from tests.browser_server import shared_folder
from tests.migrated import Migrated, is_worker
from tests.real_data import fill
from tests.with_postgres import roomy_memory

JAKARTA = ZoneInfo("Asia/Jakarta")
# The browser finds no other host, whatever a page asks for.
NOWHERE_ELSE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"


def pytest_configure(config: pytest.Config) -> None:
    """One order for all parallel workers; repeat it with ORDER_SEED when a test fails in this order only."""
    os.environ.setdefault("ORDER_SEED", str(random.randrange(10_000)))
    # A busy machine is no fault; a failure prints what repeats it.
    hypothesis.settings.register_profile("portal", deadline=None, print_blob=True)
    hypothesis.settings.load_profile("portal")


def pytest_report_header() -> list[str]:
    engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
    return [f"engine: {engine}, order: ORDER_SEED={os.environ['ORDER_SEED']}"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark browser tests, shuffle files and tests within a file, leave out what is about the other engine."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")

    dice = random.Random(os.environ["ORDER_SEED"])
    files = {item.path: dice.random() for item in sorted(items, key=lambda item: item.nodeid)}
    items.sort(key=lambda item: item.nodeid)
    items.sort(key=lambda item: (files[item.path], dice.random()))

    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    others = ("postgresql",) if on_sqlite else ("sqlite", "any_engine")
    left_out = {item for item in items if any(map(item.get_closest_marker, others))}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Where everything is required, as in the gate, a skipped test is a failed one."""
    report = yield
    if tools.REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"Skipped, but REQUIRE_ALL=1 asks for every test: {report.longrepr}"
    return report


def is_on_this_machine(address: object) -> bool:
    if not isinstance(address, tuple):
        return True  # A Unix socket's path.
    if address[0] in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(str(address[0])).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A test that reaches out is slow, fails at a stranger's whim and tells them about us."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            original = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, original: Any = original) -> Any:
                if not is_on_this_machine(address):
                    raise RuntimeError(f"A test tried to reach {address!r}.")
                return original(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture
def now() -> datetime:
    """Wednesday 18 November 2026, nine in the morning in Jakarta: an ordinary working day, offices open."""
    return datetime(2026, 11, 18, 9, 0, tzinfo=JAKARTA)


@pytest.fixture(scope="session")
def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """What a process keeps for one version of the content must not outlive its test.

    Tests undo their rows and may stop the clock, so that two of them can come by the same version.
    """
    content_version.forget()
    for memory in memories(len(sys.modules)):
        memory.forget()


@lru_cache(maxsize=1)
def memories(modules: int) -> list[Any]:
    """Every function of ours that remembers; looked for anew only when more modules have been imported since."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith(("portal.", "services.", "outreach.", "feedback.")):
            for value in list(vars(module).values()):
                if inspect.isfunction(value) and "forget" in vars(value):
                    found[id(value)] = value
    return list(found.values())


@pytest.fixture(scope="session")
def real_data(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[str]]:
    """`real_data("tanjung-barat")` fills the test's transaction as the loader would and returns its complaints."""
    folder = shared_folder(tmp_path_factory)
    return lambda data_set: fill(data_set, folder)


@pytest.fixture
def cheap_passwords(settings: Any) -> None:
    """For tests with many sign-ins that are not about how a password is kept."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def uploads_in_a_temporary_folder(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.getbasetemp() / "media"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """SQLite in a file, as in life: in memory there is no WAL, and all threads share one connection.

    The file lies in a folder in memory where there is room, so that every write is durable and yet quick.
    """
    with tempfile.TemporaryDirectory(prefix="balai-sqlite-", dir=roomy_memory()) as folder:
        for database in settings.DATABASES.values():
            if database["ENGINE"].endswith("sqlite3"):
                database["TEST"]["NAME"] = str(Path(folder) / "test.sqlite3")
        yield


@pytest.fixture(scope="session")
def migrated(
    django_db_modify_db_settings: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
    pytestconfig: pytest.Config,
) -> Iterator[Migrated]:
    is_shared = is_worker() and not pytestconfig.getvalue("reuse_db")
    one = Migrated(shared_folder(tmp_path_factory), is_shared=is_shared)
    with django_db_blocker.unblock():
        one.begin()
    yield one
    with django_db_blocker.unblock():
        one.end()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool, migrated: Migrated) -> bool:
    return django_db_keepdb or migrated.is_copy


@pytest.fixture(scope="session")
def django_db_setup(migrated: Migrated, django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        migrated.hand_out()


# The browser ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, one for the session. Tests usually ask for `open_page`."""
    path = tools.chromium()
    if path is None:
        pytest.skip(f"{tools.CHROMIUM_MISSING}.")
    # Playwright keeps an event loop in this thread, in which Django would refuse to ask the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=path, headless=True, args=[*tools.CHROMIUM_ARGUMENTS, NOWHERE_ELSE]
        )
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """Open an address of the live portal as a resident would: phone-sized, scripts off unless asked for.

    `open_page("/layanan/", width=1280, javascript=True)` returns Playwright's page; further keywords go to
    the browser context. A request to any other host, a script error or an answer of 500 fails the test.
    With `keeps_files` the browser keeps what it has seen from page to page, as in life and for long walks;
    without it every page is asked for anew.
    """
    contexts, faults = [], []

    def open_address(
        address: str = "/",
        *,
        width: int = 360,
        height: int = 740,
        javascript: bool = False,
        keeps_files: bool = False,
        **options: Any,
    ) -> Any:
        context = browser.new_context(
            base_url=live_server.url,
            java_script_enabled=javascript,
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            viewport={"width": width, "height": height},
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(45_000)

        def hear(asked: Any) -> None:
            if not asked.url.startswith((live_server.url, "data:", "blob:")):
                faults.append(f"The page asked another host: {asked.url}")

        def only_ours(route: Any) -> None:
            if route.request.url.startswith((live_server.url, "data:", "blob:")):
                route.continue_()
            else:
                route.abort()

        context.on("request", hear)
        if not keeps_files:
            context.route("**/*", only_ours)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"Script error: {error}"))
        page.on(
            "response",
            lambda answer: answer.status >= 500 and faults.append(f"{answer.status}: {answer.url}"),
        )
        page.goto(address)
        return page

    yield open_address
    for context in contexts:
        context.close()
    assert not faults, faults
