"""The store keeps within its bounds, gives nothing that is out of date, and can be used by many threads."""

import gzip
import random
from concurrent.futures import ThreadPoolExecutor

import brotli
import pytest

from portal.shared.page_store import BYTES_BESIDE_BODY, Page, Store, chosen_coding
from tests.doors import Clock

pytestmark = pytest.mark.any_engine

HEADERS = [("Content-Type", "text/html; charset=utf-8"), ("ETag", 'W/"abc"'), ("X-Frame-Options", "DENY")]
TEXT = b"The counter opens at 07.30. " * 100


def page(body: bytes = TEXT, version: int = 1, kept_until: float = 1060.0) -> Page:
    return Page(version, HEADERS, body, kept_until)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_page_is_given_while_its_version_is_current_and_it_is_young(clock: Clock) -> None:
    store = Store(clock=clock)
    kept = page()
    store.keep("a", kept)
    assert store.page("a", 1) is kept
    clock.now = 1059.9
    assert store.page("a", 1) is kept


@pytest.mark.parametrize(("version", "now"), [(2, 1000.0), (0, 1000.0), (1, 1060.0), (1, 5000.0)])
def test_a_page_out_of_date_is_dropped(version: int, now: float, clock: Clock) -> None:
    store = Store(clock=clock)
    store.keep("a", page())
    clock.now = now
    assert store.page("a", version) is None
    assert (len(store), store.bytes) == (0, 0)


def test_the_store_keeps_within_its_bytes_and_lets_go_of_what_was_asked_longest_ago(clock: Clock) -> None:
    size = 10_000 + BYTES_BESIDE_BODY
    store = Store(max_bytes=10 * size, clock=clock)
    for number in range(10):
        store.keep(number, page(b"0" * 10_000))
    assert store.bytes == 10 * size
    assert store.page(0, 1)
    store.keep(10, page(b"0" * 10_000))
    assert store.bytes <= store.max_bytes
    assert store.page(0, 1), "asked for a moment ago"
    assert store.page(1, 1) is None


def test_compressed_forms_count(clock: Clock) -> None:
    store = Store(max_bytes=200_000, clock=clock)
    for number in range(3):
        store.keep(number, page(random.Random(number).randbytes(6000).hex().encode()))
    for number in range(3):
        kept = store.page(number, 1)
        assert kept
        _headers, packed, added = kept.form("br")
        assert added
        store.grew(number, kept, added)
        _headers, denser, less = kept.form("br")
        assert less == len(denser) - len(packed) < 0, "asked for again, it is worth more trouble"
        store.grew(number, kept, less)
        assert kept.form("br")[1:] == (denser, 0), "and never again"
    assert store.bytes == sum(store.page(number, 1).size for number in range(3))  # type: ignore[union-attr]
    assert store.bytes > 3 * (12_000 + BYTES_BESIDE_BODY)


def test_growing_past_the_bound_lets_go_too(clock: Clock) -> None:
    store = Store(max_bytes=50_000, clock=clock)
    kept = page()
    store.keep("old", page())
    store.keep("new", kept)
    store.grew("new", kept, 40_000)
    assert store.page("old", 1) is None
    assert store.bytes <= store.max_bytes


def test_a_form_made_of_a_page_already_let_go_is_not_counted(clock: Clock) -> None:
    store = Store(clock=clock)
    kept = page()
    store.keep("a", kept)
    store.clear()
    store.grew("a", kept, 1000)
    assert store.bytes == 0


def test_a_page_too_large_for_the_store_is_not_kept(clock: Clock) -> None:
    store = Store(max_bytes=80_000, clock=clock)
    store.keep("a", page())
    store.keep("b", page(b"0" * 10_000))
    assert store.page("a", 1)
    assert store.page("b", 1) is None


def test_the_number_of_pages_is_bounded_too(clock: Clock) -> None:
    store = Store(max_pages=3, clock=clock)
    for number in range(1000):
        store.keep(number, page(b"x"))
    assert len(store) == 3
    assert store.bytes == 3 * (1 + BYTES_BESIDE_BODY)


def test_keeping_a_page_again_counts_it_once(clock: Clock) -> None:
    store = Store(clock=clock)
    for _ in range(5):
        store.keep("a", page())
    assert store.bytes == len(TEXT) + BYTES_BESIDE_BODY


def test_many_threads_get_the_right_page_and_the_books_balance(clock: Clock) -> None:
    store = Store(max_bytes=40 * (len(TEXT) + BYTES_BESIDE_BODY), clock=clock)

    def visit(seed: int) -> int:
        dice, found = random.Random(seed), 0
        for _ in range(300):
            key, version = dice.randrange(60), dice.choice((1, 1, 1, 2))
            kept = store.page(key, version)
            if kept is None:
                store.keep(key, page(b"%d " % key + TEXT, version))
                continue
            found += 1
            coding = dice.choice(("br", "gzip", ""))
            _headers, body, added = kept.form(coding)
            if added:
                store.grew(key, kept, added)
            assert kept.version == version
            assert decoded(coding, body) == b"%d " % key + TEXT
        return found

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(visit, range(8))) > 100
    assert store.bytes == sum(kept.size for kept in store._pages.values()) <= store.max_bytes


def decoded(coding: str, body: bytes) -> bytes:
    return {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[coding](body)


@pytest.mark.parametrize("coding", ["br", "gzip", ""])
def test_each_form_says_what_it_is(coding: str) -> None:
    headers, body, _added = page().form(coding)
    named = dict(headers)
    assert decoded(coding, body) == TEXT
    assert named["Content-Length"] == str(len(body))
    assert named.get("Content-Encoding", "") == coding
    assert named["X-Frame-Options"] == "DENY"


def test_equal_bodies_have_equal_compressed_bytes() -> None:
    assert page().form("gzip") == page().form("gzip")


@pytest.mark.parametrize(
    ("body", "content_type"), [(b"short", "text/html"), (TEXT, "image/jpeg"), (TEXT, "application/pdf")]
)
def test_what_gains_nothing_is_not_compressed(body: bytes, content_type: str) -> None:
    headers = [("Content-Type", content_type), ("ETag", 'W/"abc"')]
    assert "Content-Encoding" not in dict(Page(1, headers, body, 0).form("br")[0])


def test_a_form_that_came_out_longer_is_not_sent() -> None:
    noise = random.Random(1).randbytes(1000)
    headers, body, added = page(noise).form("br")
    assert (body, added) == (noise, 0)
    assert "Content-Encoding" not in dict(headers)


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        ("", ""),
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("br;q=0.0, gzip;q=0", ""),
        ("br;q=0.5, gzip;q=0.8", "gzip"),
        ("br;q=0.8,gzip;q=0.8", "br"),
        ("identity", ""),
        ("identity;q=1, br;q=0.5", ""),
        ("identity;q=0.5, br;q=0.5", "br"),
        ("identity;q=0", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("*;q=0, gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("deflate, compress", ""),
        ("br;q=x, gzip;q=nan", ""),
        (";;;,,=,", ""),
        ("brother, gzipped", ""),
        ("gzip ; q=0.3", "gzip"),
    ],
)
def test_the_visitor_chooses_the_coding(accept_encoding: str, coding: str) -> None:
    assert chosen_coding(accept_encoding) == coding
