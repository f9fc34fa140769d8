"""The portals of the real data sets, and a browser to look at them with.

A plugin for tests: ``pytest_plugins = ["tests.browser_world"]``.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.browser_server import Served, prepared, served

PATIENCE = 30  # seconds for one thing in the browser; a busy machine is no fault


@pytest.fixture(scope="session")
def tanjung_barat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal of a kelurahan: 42 services, one of them confirmed, one closed for a while."""
    with served("tanjung-barat", prepared("tanjung-barat", tmp_path_factory)) as portal:
        yield portal


@pytest.fixture(scope="session")
def labura(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal of an education office: 20 services, 376 places, no public work."""
    with served("disdik-labura", prepared("disdik-labura", tmp_path_factory)) as portal:
        yield portal


# Looking -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def contexts(browser: Any) -> Iterator[dict[Any, Any]]:
    """The browser's windows, one for each set of options, open until the last test."""
    found: dict[Any, Any] = {}
    yield found
    for context in found.values():
        context.close()


@pytest.fixture
def visit(browser: Any, contexts: dict[Any, Any]) -> Iterator[Callable[..., Any]]:
    """`visit(portal, "/layanan/")` opens a page as a resident would: phone-sized, scripts off unless asked for.

    Returns Playwright's page; further keywords are options of the browser context. A request to another host
    or a script error fails the test.
    """
    pages: list[Any] = []
    faults: list[str] = []

    def open_address(
        portal: Served,
        address: str = "/",
        *,
        width: int = 360,
        height: int = 740,
        javascript: bool = False,
        **options: Any,
    ) -> Any:
        key = (javascript, *sorted(options.items()))
        if key not in contexts:
            contexts[key] = browser.new_context(
                java_script_enabled=javascript,
                locale="id-ID",
                timezone_id="Asia/Jakarta",
                **options,
            )
            contexts[key].set_default_timeout(PATIENCE * 1000)
        page = contexts[key].new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.on("pageerror", lambda error: faults.append(f"Script error: {error}"))
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((portal.url, "data:", "blob:"))
                or faults.append(f"The page asked another host: {asked.url}")
            ),
        )
        page.goto(portal.url + address)
        return page

    yield open_address
    for page in pages:
        page.close()
    assert not faults, faults


@pytest.fixture
def portal_of(request: pytest.FixtureRequest) -> Callable[[str], Served]:
    """The running portal of a name, started only when somebody asks for it."""
    return request.getfixturevalue
