"""What arrives at a form when people paste, programs try and lines break: seeded, so that it can be repeated."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote_from_bytes

URLENCODED = "application/x-www-form-urlencoded"
BOUNDARY = "batas"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
LONGEST = 60_000
PIECES = (
    "",
    " \t\r\n ",
    "\x00",
    "\x00\x01\x02\x1b[31m\x7f\x85",
    "\ud800",
    "\udfff\ud83d",
    "🏚️👩‍👩‍👧‍👦🇮🇩",
    "\u202eterbalik\u202c\u2066\u200b\ufeff",
    "مرحبا عليكم שלום",
    "ꦲꦏ꧀ꦱꦫꦗꦮ ᮃᮊ᮪ᮞᮛ",
    "Z̸̢̛͓̤a̷l̶g̴o̵",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea></form>",
    "{{ 7*7 }}{% load x %}%(name)s %s %d {0}",
    "' OR 1=1; DROP TABLE feedback_submission; --",
    "../../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "0",
    "-1",
    "1e309",
    "NaN",
    "9" * 400,
    "٣٤٥",
    "½",
    "on",
    "true",
    "null",
    "[]",
    '{"a": 1}',
    "2026-02-30",
    "0000-00-00",
    "99999-12-31",
    "27/11/2026",
    "-6.3031, 106.8460",
    "-90.00001,180.00001",
    "https://maps.example/@-6.3031,106.8460,17z",
    "RW 5",
    "rt. 003",
    "0812 3456 7890",
    "+62-812-3456-7890",
    "warga@contoh.id",
    "a@b@c",
    "complaint",
    "anonymous",
    "email",
    "whatsapp",
    "date",
)


@dataclass(frozen=True)
class Sending:
    """A body as it travels, and what was meant by it as far as that can be read."""

    body: bytes
    content_type: str
    values: dict[str, str]


def odd(dice: random.Random) -> str:
    """A value nobody expects: a known trouble, several of them, or any signs at all; rarely very long."""
    turn = dice.random()
    if turn < 0.5:
        return dice.choice(PIECES)
    if turn < 0.75:
        return "".join(dice.choice(PIECES) for _ in range(dice.randrange(1, 6)))
    if turn < 0.98:
        return "".join(chr(dice.randrange(0x11_0000)) for _ in range(dice.randrange(1, 60)))
    return (dice.choice(PIECES) * dice.randrange(1, 300) + "panjang " * dice.randrange(1, 4_000))[:LONGEST]


def encoded(value: str) -> bytes:
    return value.encode("utf-8", "surrogatepass")


def urlencoded(pairs: list[tuple[str, str]]) -> bytes:
    parts = [f"{quote_from_bytes(encoded(name))}={quote_from_bytes(encoded(value))}" for name, value in pairs]
    return "&".join(parts).encode()


def multipart(pairs: list[tuple[str, str]]) -> bytes:
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + encoded(value)
        + b"\r\n"
        for name, value in pairs
    ]
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def sendings(seed: int, how_many: int, names: tuple[str, ...], text: str) -> Iterator[Sending]:
    """Bodies for a form with these fields; `text` is the field whose words begin and end with a mark of their own."""
    dice = random.Random(seed)
    for number in range(how_many):
        values = {name: odd(dice) for name in names if dice.random() < 0.8}
        if text in values:
            values[text] = f"awal{number} {values[text]} akhir{number}"
        pairs = list(values.items())
        # A field sent twice (the last one counts), one nobody knows, and another order.
        if pairs and dice.random() < 0.1:
            pairs.insert(0, (dice.choice([name for name, _value in pairs]), odd(dice)))
        if dice.random() < 0.1:
            pairs.append((f"asing{number}[]", odd(dice)))
        yield written(dice, pairs, values)


def written(dice: random.Random, pairs: list[tuple[str, str]], values: dict[str, str]) -> Sending:
    turn = dice.random()
    if turn < 0.85:
        return Sending(urlencoded(pairs), URLENCODED, values)
    if turn < 0.95:
        return Sending(multipart(pairs), MULTIPART, values)
    return Sending(dice.choice(BROKEN)(multipart(pairs)), dice.choice(WRONG_TYPES), {})


# A line that was cut, a body that is no form, and headers that say something else.
BROKEN: tuple[Callable[[bytes], bytes], ...] = (
    lambda body: body[: len(body) // 2],
    lambda body: body.replace(b"form-data", b"form-data; filename"),
    lambda body: b"",
    lambda body: b"\xff\xfe" + body,
    lambda body: b'{"story": [1, {"a": null}]}',
    lambda body: b"%%%&&&===%00%zz",
)
WRONG_TYPES = (
    MULTIPART,
    "multipart/form-data",
    "application/json",
    URLENCODED,
    "text/plain; charset=utf-99",
    "",
)
