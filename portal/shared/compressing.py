"""Pages of one visitor, compressed on their way: forms, receipts, the desk, its lists and exports.

Public pages are compressed once for everybody by ``front_door``, files lie compressed on the disk. What is made
for one visitor may hold a secret beside words that somebody else chose, and the length of a compressed answer
can betray such a secret bit by bit (BREACH). So each answer gets a random number of bytes that no reader sees,
and tokens in forms look different each time.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import brotli  # type: ignore[import-untyped]
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase, StreamingHttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_sequence, compress_string

from portal.shared.page_store import COMPRESSED_TYPES, chosen_coding
from portal.shared.public_pages import PUBLIC_PAGE

# Less than a network packet travels no faster when it is smaller.
SMALLEST: Final = 1_000
MOST_BYTES_BESIDE: Final = 100
QUALITY: Final = 5
# Of a long answer, so that whoever waits for it sees it come.
MOST_HELD_BACK: Final = 64 * 1024


class CompressMiddleware:
    """Stands outside whatever adds headers; leaves alone what is compressed or kept for everybody elsewhere."""

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        response = self.get_response(request)
        if not is_ours_to_compress(request, response):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        coding = chosen_coding(request.META.get("HTTP_ACCEPT_ENCODING", ""))
        if not coding:
            return response
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = in_parts(response.streaming_content, coding)  # type: ignore[arg-type]
            del response.headers["Content-Length"]
        else:
            response.content = whole(response.content, coding)
            response.headers["Content-Length"] = str(len(response.content))
        response.headers["Content-Encoding"] = coding
        if response.headers.get("ETag", "").startswith('"'):
            # The same page in other bytes.
            response.headers["ETag"] = f"W/{response.headers['ETag']}"
        return response


def is_ours_to_compress(request: HttpRequest, response: HttpResponseBase) -> bool:
    return (
        PUBLIC_PAGE not in request.META
        and not request.path_info.startswith(settings.STATIC_URL)
        and "Content-Encoding" not in response.headers
        and response.headers.get("Content-Type", "").startswith(COMPRESSED_TYPES)
        and (
            isinstance(response, StreamingHttpResponse) or len(getattr(response, "content", b"")) >= SMALLEST
        )
    )


def whole(content: bytes, coding: str) -> bytes:
    if coding == "gzip":
        return compress_string(content, max_random_bytes=MOST_BYTES_BESIDE)
    return b"".join(brotli_of([content]))


def in_parts(parts: Iterable[bytes], coding: str) -> Iterator[bytes]:
    """The parts of a long answer, each sent when enough has come together, none held back to the end."""
    if coding == "gzip":
        return iter(compress_sequence(parts, max_random_bytes=MOST_BYTES_BESIDE))
    return brotli_of(parts)


def brotli_of(parts: Iterable[bytes]) -> Iterator[bytes]:
    packer = brotli.Compressor(mode=brotli.MODE_TEXT, quality=QUALITY)
    yield packer.flush() + unread(1 + secrets.randbelow(MOST_BYTES_BESIDE))
    waiting = 0
    for part in parts:
        packed = packer.process(part)
        waiting += len(part)
        if waiting > MOST_HELD_BACK:
            packed, waiting = packed + packer.flush(), 0
        if packed:
            yield packed
    yield packer.finish()


def unread(length: int) -> bytes:
    """So many random bytes which every reader of brotli skips: a block of metadata (RFC 7932, section 9.2)."""
    # From the lowest bit: not the last block (0), no length of content (11), reserved (0), one byte of length (01).
    return (0b01_0_11_0 | (length - 1) << 6).to_bytes(2, "little") + secrets.token_bytes(length)
