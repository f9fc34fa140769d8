"""Public pages kept in this process: bounded, thread-safe, never older than the content they show."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from gzip import compress as gzip

import brotli  # type: ignore[import-untyped]

Headers = list[tuple[str, str]]

MEBIBYTE = 1024 * 1024
# Headers, keys and Python's own share of a kept page, measured generously.
BYTES_BESIDE_BODY = 4096
SMALLEST_COMPRESSED = 256
# Beyond this a page is not kept either, and compressing it anew for each visitor would hold up the others.
LARGEST_COMPRESSED = 4 * MEBIBYTE
COMPRESSED_TYPES = (
    "text/",
    "application/json",
    "application/xml",
    "application/manifest+json",
    "image/svg+xml",
)
# Middle qualities: a page lives a minute, so the last percent would cost more than it saves …
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=5, mode=brotli.MODE_TEXT)),
    # No time of making in it, so that equal bodies stay equal bytes.
    "gzip": lambda body: gzip(body, compresslevel=6, mtime=0),
}
# … unless it is asked for again: then it is packed once more, a twelfth lighter, in ten times the time (0.3 ms a
# kilobyte).
DENSEST = 10
LARGEST_DENSE = 64 * 1024


class Page:
    """One answer with status 200: final headers, body, and its compressed forms once they are asked for.

    Compressing is safe here: a public page holds no secret, so the length of an answer tells nothing.
    """

    def __init__(
        self, version: int, headers: Iterable[tuple[str, str]], body: bytes, kept_until: float
    ) -> None:
        self.version = version
        # The name of the view that made it, for whoever counts visits.
        self.route = ""
        self.kept_until = kept_until
        self.headers = [(name, value) for name, value in headers if name.lower() != "content-length"]
        self.not_modified = [(name, value) for name, value in self.headers if not describes_body(name)]
        named = {name.lower(): value for name, value in self.headers}
        # The quoted part: a weak tag and its strong form name the same page.
        self.tag = named["etag"].removeprefix("W/")
        self.is_compressible = SMALLEST_COMPRESSED <= len(body) <= LARGEST_COMPRESSED and named.get(
            "content-type", ""
        ).startswith(COMPRESSED_TYPES)
        self.size = len(body) + BYTES_BESIDE_BODY
        self._forms: dict[str, tuple[Headers, bytes]] = {"": self._form("", body)}
        self._is_dense = not self.is_compressible or len(body) > LARGEST_DENSE

    def form(self, coding: str) -> tuple[Headers, bytes, int]:
        """Headers and body in a content coding (“” for none), and the bytes newly kept for it."""
        if not self.is_compressible:
            coding = ""
        form = self._forms.get(coding)
        if form is not None:
            return self._denser(form) if coding == "br" and not self._is_dense else (*form, 0)
        plain = self._forms[""]
        compressed = COMPRESSORS[coding](plain[1])
        if len(compressed) >= len(plain[1]):
            self._forms[coding] = plain
            return *plain, 0
        form = self._forms[coding] = self._form(coding, compressed)
        return *form, len(compressed)

    def _denser(self, form: tuple[Headers, bytes]) -> tuple[Headers, bytes, int]:
        # Said first, so that of two who ask at once one packs.
        self._is_dense = True
        packed = bytes(brotli.compress(self._forms[""][1], quality=DENSEST, mode=brotli.MODE_TEXT))
        if len(packed) >= len(form[1]):
            return *form, 0
        dense = self._forms["br"] = self._form("br", packed)
        return *dense, len(packed) - len(form[1])

    def is_known_to(self, if_none_match: str) -> bool:
        return self.tag in if_none_match or if_none_match.strip() == "*"

    def _form(self, coding: str, body: bytes) -> tuple[Headers, bytes]:
        headers = [*self.headers, ("Content-Length", str(len(body)))]
        return ([*headers, ("Content-Encoding", coding)] if coding else headers), body


def describes_body(header: str) -> bool:
    name = header.lower()
    return name.startswith("content-") and not name.startswith("content-security-policy")


class Store:
    """The pages asked for last, up to a number of bytes and of pages; what is out of date is dropped."""

    def __init__(
        self,
        max_bytes: int = 32 * MEBIBYTE,
        max_pages: int = 4096,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_bytes = max_bytes
        self.max_pages = max_pages
        self.clock = clock
        self.bytes = 0
        self._pages: OrderedDict[Hashable, Page] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def page(self, key: Hashable, version: int, grace: float = 0) -> Page | None:
        """The page kept under exactly this content version and still young; None otherwise.

        ``grace`` (seconds) is how much older than young it may be.
        """
        with self._lock:
            page = self._pages.get(key)
            if page is None:
                return None
            if page.version == version and self.clock() < page.kept_until + grace:
                self._pages.move_to_end(key)
                return page
            self._drop(key)
            return None

    def keep(self, key: Hashable, page: Page) -> None:
        """Keeps a page unless it alone would take more than an eighth of the store."""
        if page.size > self.max_bytes // 8:
            return
        with self._lock:
            self._drop(key)
            self._pages[key] = page
            self.bytes += page.size
            self._make_room()

    def grew(self, key: Hashable, page: Page, by: int) -> None:
        """A kept page got a compressed form of so many bytes."""
        with self._lock:
            if self._pages.get(key) is page:
                page.size += by
                self.bytes += by
                self._make_room()

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()
            self.bytes = 0

    def _drop(self, key: Hashable) -> None:
        page = self._pages.pop(key, None)
        if page is not None:
            self.bytes -= page.size

    def _make_room(self) -> None:
        while self.bytes > self.max_bytes or len(self._pages) > self.max_pages:
            self.bytes -= self._pages.popitem(last=False)[1].size


@lru_cache(maxsize=256)
def chosen_coding(accept_encoding: str) -> str:
    """The content coding for an Accept-Encoding header: “br”, “gzip”, or “” for none.

    The highest quality wins, brotli before gzip at equal quality; a quality of nought refuses
    (RFC 9110, section 12.5.3).
    """
    wanted: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameters = part.partition(";")
        wanted.setdefault(name.strip(), quality_in(parameters))
    anything = wanted.get("*", 0.0)
    best, best_quality = "", wanted.get("identity", 0.0)
    for coding in reversed(COMPRESSORS):
        quality = wanted.get(coding, anything)
        if quality > 0 and quality >= best_quality:
            best, best_quality = coding, quality
    return best


def quality_in(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
