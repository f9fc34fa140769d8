"""Every address in a browser, under the strict policy: nothing needed is refused, and nobody is shut out."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import resolve

from services.models import Service
from tests.browser_access import faults_of
from tests.browser_pages import PAGES
from tests.builders import make_organization, make_user
from tests.desk import address, make_world, signed_in
from tests.every_address import every_address
from tests.feedback_world import make_desk_of_cases
from tests.news_world import make_news
from tests.outreach_world import make_outreach

# Told by the browser itself, before any script of the page runs.
LISTEN = """
addEventListener("securitypolicyviolation", (event) => console.error(
  `REFUSED ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber} ${event.sample}`
));
"""
# One noun of each build of form; the others are made of the same parts.
NOUNS = (
    "service",
    "location",
    "portalprofile",
    "publicwork",
    "closedday",
    "membership",
    "colleague",
    "import",
    "submission",
    "event",
    "helditem",
)
WHERE = {"residents": "/", "officers": "/petugas/", "desk": "/admin/"}
# Long walks in several parts, so that workers can share them.
PARTS = [("residents", 0, 2), ("residents", 1, 2), ("officers", 0, 1), ("desk", 0, 2), ("desk", 1, 2)]


class Tab:
    """A page of the browser that remembers what was refused on it."""

    client: Client | None = None

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints: list[str] = []
        page.context.add_init_script(LISTEN)
        page.context.on("page", self.listen)
        self.listen(page)

    def listen(self, page: Any) -> None:
        page.on("console", lambda message: self.hear(message.text))

    def hear(self, text: str) -> None:
        if any(word in text for word in ("REFUSED", "Content Security Policy", "Permissions-Policy")):
            self.complaints.append(f"{self.page.url}: {text}")

    def is_page(self, name: str, url: str) -> bool:
        """Activities have many files, and addresses that only take: the browser shows none of them."""
        if not name.startswith("outreach:") or self.client is None:
            return True
        answer = self.client.get(url)
        return answer.status_code == 200 and answer["Content-Type"].startswith("text/html")

    def visit(self, url: str) -> bool:
        """Whether a page of ours stands there."""
        answer = self.page.goto(url, wait_until="load")
        is_html = answer.headers.get("content-type", "").startswith("text/html")
        return bool(answer.status == 200 and is_html and answer.url.endswith(url))


@pytest.fixture
def tab(open_page: Callable[..., Any], transactional_db: None) -> Tab:
    """Somebody who may do everything, past the staff door; a refusal by the policy fails the test."""
    make_world(1)
    unit = make_organization()
    make_outreach(unit)
    make_desk_of_cases(unit)
    make_news()
    client = signed_in(make_user("rini", is_superuser=True))
    page = open_page("/robots.txt", javascript=True, width=1280, height=800, keeps_files=True)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
    tab = Tab(page)
    tab.client = client
    return tab


def where(url: str) -> str:
    return max(
        (name for name, begins in WHERE.items() if url.startswith(begins)), key=lambda name: len(WHERE[name])
    )


def is_worth_a_visit(name: str) -> bool:
    """Forms are made of the same parts, and Django's pages of history and deletion are alike for every noun."""
    if not name.startswith("admin:") or name.count("_") < 2:
        return True
    nouns = ("service",) if name.endswith(("_history", "_delete")) else NOUNS
    return any(f"_{noun}_" in name for noun in nouns)


def measured_elsewhere(asked: dict[str, str]) -> set[str]:
    """Types of pages that are measured with real data, empty forms beside filled ones, Django's own pages."""
    with_real_data = {
        resolve(page.address.partition("?")[0]).view_name for page in PAGES.values() if page.status == 200
    }
    empty = {
        name for name in asked if name.endswith("_add") and f"{name.removesuffix('_add')}_change" in asked
    }
    return with_real_data | empty | {name for name in asked if name.endswith(("_history", "_delete"))}


@pytest.mark.parametrize(("who", "part", "parts"), PARTS)
def test_no_page_asks_for_what_its_policy_refuses_or_shuts_anybody_out(
    who: str, part: int, parts: int, tab: Tab
) -> None:
    asked = {
        name: url for name, url in every_address().items() if where(url) == who and is_worth_a_visit(name)
    }
    elsewhere = measured_elsewhere(asked)
    # These send a file, end the visit or answer no browser.
    left_out = ("logout", "flyer", "csv", "export", "template", "share_image", "jsi18n")
    left_out += ("poster", "picture", "pdf")
    left_out += ("sign_out_everywhere", "readyz", "opensearch", "confirm", "undo")
    left_out += ("tell_discard", "tell_close", "case_close", "survey_rows", "case_copy_file", "feedback_json")
    left_out += ("count_now", "again", "report_file", "receipt_news", "case_news", "registration_news")
    left_out += ("stop_phone_news", "move_phone_news")
    left_out += ("from_phone", "phone_receipt", "field:send", "field:release")
    # Chromium shows XML by a style of its own.
    visited = {
        url: name
        for name, url in sorted(asked.items())[part::parts]
        if not name.endswith(left_out) and not url.endswith(".xml") and tab.is_page(name, url)
    }
    assert len(visited) > 20
    faults = {
        url: faults_of(tab.page, of_desk=who == "desk")
        for url, name in visited.items()
        if tab.visit(url) and name not in elsewhere
    }
    found = [f"{url} {how}: {what}" for url, all_ in faults.items() for how, what in all_.items()]
    assert not found, "\n".join(found)
    assert not tab.complaints, "\n".join(tab.complaints)


def test_the_pickers_lists_and_rows_of_the_desk_work_under_the_policy(tab: Tab) -> None:
    service = Service.objects.get()
    tab.visit(address(Service, "change", service.pk))
    # A choice that is looked up while typing.
    tab.page.locator(".select2-selection").first.click()
    tab.page.locator(".select2-search__field").last.fill("a")
    tab.page.wait_for_selector(".select2-results__option")
    tab.page.keyboard.press("Escape")
    # A date, a row more, a related form in a window of its own.
    for button in (".datetimeshortcuts a", "tr.add-row a, .add-row a"):
        for link in tab.page.locator(button).all()[:3]:
            if link.is_visible():
                link.click()
    adders = tab.page.locator("a.related-widget-wrapper-link.add-related").all()
    if adders:
        with tab.page.expect_popup() as popup:
            adders[0].click()
        popup.value.wait_for_load_state("load")
        # The window can still give its answer to the page that opened it.
        assert popup.value.evaluate("window.opener !== null")
        popup.value.close()
    tab.visit(address(Service, "delete", service.pk))
    tab.visit(address(Service, "history", service.pk))
    assert not tab.complaints, "\n".join(tab.complaints)


@pytest.mark.parametrize(
    "smuggled",
    [
        "<script>window.taken = 1</script>",
        "<img src=x onerror='window.taken = 1'>",
        "<style>body { color: rgb(1, 2, 3) }</style>",
    ],
)
def test_what_is_smuggled_into_a_page_is_refused(tab: Tab, smuggled: str) -> None:
    def with_it(route: Any) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("</body>", f"{smuggled}</body>"))

    for url in ("/tentang/", address(Service, "changelist")):
        tab.page.context.route(f"**{url}", with_it)
        tab.visit(url)
        assert tab.page.evaluate("window.taken") is None
        assert tab.page.evaluate("getComputedStyle(document.body).color") != "rgb(1, 2, 3)"
        assert any("REFUSED" in text for text in tab.complaints), "the browser said nothing"
        tab.complaints.clear()
