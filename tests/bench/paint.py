"""First paint on a slow line and a slow phone: 400 kbit/s, 400 ms there and back, a processor four times slower.

Each page is opened by a browser that has never been here; the middle of some visits counts.
"""

import statistics
from typing import Any

from playwright.sync_api import sync_playwright

from tests import tools
from tests.bench.report import Figure
from tests.bench.world import PORTAL, server

VISITS = 3
MOST_SECONDS = 3.0
BYTES_A_SECOND = 400_000 / 8
LATENCY = 400  # milliseconds there and back
SLOWER = 4
PAGES = {
    "home": "/",
    "catalogue": "/layanan/",
    "service": "/layanan/ktp-hilang/",
    "search": "/cari/?q=ktp+ilang",
    "events": "/kegiatan/",
    "wizard": "/suara/",
    "tracking": "/lacak/",
    "results": "/kinerja/",
    "officers' shell": "/petugas/lapangan/",
}
PAINTED = """() => new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (one.name === "first-contentful-paint") done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


def figures(environment: dict[str, str]) -> list[Figure]:
    """Nothing where Chromium is not installed."""
    program = tools.chromium()
    if program is None:
        print(f"First paint left out: {tools.CHROMIUM_MISSING}.")
        return []
    with (
        server(PORTAL, environment) as (port, _process),
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=program, args=tools.CHROMIUM_ARGUMENTS) as browser,
    ):
        address = f"http://127.0.0.1:{port}"
        return [painted(name, browser, address + path) for name, path in PAGES.items()]


def painted(name: str, browser: Any, url: str) -> Figure:
    seconds = statistics.median(first_paint(browser, url) for _ in range(VISITS))
    return Figure(
        name=f"First paint at 400 kbit/s, 400 ms, processor ÷ {SLOWER}: {name}",
        measured=f"{seconds:.2f} s",
        target=f"≤ {MOST_SECONDS:.0f} s",
        ratio=f"{seconds / MOST_SECONDS:.0%} of it",
        is_met=seconds <= MOST_SECONDS,
    )


def first_paint(browser: Any, url: str) -> float:
    """Seconds until somebody sees words, in a window without a memory."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        line = {"latency": LATENCY, "downloadThroughput": BYTES_A_SECOND, "uploadThroughput": BYTES_A_SECOND}
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", {"offline": False, **line})
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        answer = page.goto(url)
        if answer.status != 200:
            raise RuntimeError(f"{url} answered {answer.status}.")
        return float(page.evaluate(PAINTED)) / 1000
    finally:
        context.close()
