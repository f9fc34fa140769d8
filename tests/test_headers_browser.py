"""The strict policy in a browser: nothing a page of ours needs is refused, and what is smuggled in is."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from services.models import Service
from tests.builders import make_organization, make_user
from tests.desk import address, make_world, signed_in
from tests.every_address import every_address
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
)


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

    def visit(self, url: str) -> None:
        self.page.goto(url, wait_until="load")


@pytest.fixture
def tab(open_page: Callable[..., Any], transactional_db: None) -> Tab:
    """Somebody who may do everything, past the staff door; a refusal by the policy fails the test."""
    make_world(1)
    make_outreach(make_organization())
    make_news()
    client = signed_in(make_user("rini", is_superuser=True))
    page = open_page("/robots.txt", javascript=True, width=1280, height=800)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": page.url}])
    tab = Tab(page)
    tab.client = client
    return tab


def test_no_page_asks_for_anything_its_policy_refuses(tab: Tab) -> None:
    asked = {
        name: url
        for name, url in every_address().items()
        if not name.startswith("admin:") or name.count("_") < 2 or any(f"_{noun}_" in name for noun in NOUNS)
    }
    # These send a file, end the visit or answer no browser.
    left_out = ("logout", "flyer", "csv", "export", "template", "share_image", "jsi18n")
    left_out += ("poster", "picture", "pdf")
    left_out += ("sign_out_everywhere", "readyz", "opensearch", "confirm", "undo")
    left_out += ("tell_discard", "tell_close", "case_close", "survey_rows", "case_copy_file", "feedback_json")
    left_out += ("count_now", "again", "report_file")
    # Chromium shows XML by a style of its own.
    visited = [
        url
        for name, url in asked.items()
        if not name.endswith(left_out) and not url.endswith(".xml") and tab.is_page(name, url)
    ]
    assert len(visited) > 40
    for url in visited:
        tab.visit(url)
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
