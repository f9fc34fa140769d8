"""No secret lies in the repository: nothing that opens a door is ever committed, in any kind of file."""

import math
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_engine

ROOT = Path(__file__).resolve().parent.parent

# Written by people for tests and examples, and worth nothing: these values open no door anywhere.
KNOWN_EXAMPLES = {
    "k3y-0f-r4nd0m-ch4r4ct3rs-that-is-long-enough-for-anyone-2026",
}
SHAPES = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY",
    "an AWS key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\b(?:gh[pousr]_\w{36}|github_pat_\w{22,})",
    "a Slack token": r"\bxox[abposr]-[\w-]{10,}",
    "a Google key": r"\bAIza[\w-]{35}\b",
    "a JSON web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a payment key": r"\b[sr]k_live_\w{16,}",
}
# NAME = "value", "name": "value", NAME=value, name: value
GIVEN = re.compile(
    r"""(?ix) ([\w-]*(?:secret|token|passw(?:or)?d|api_?key|access_?key|private_?key)[\w-]*) ["']? \s* [:=]>? \s*
        (?: "([^"\n]{8,})" | '([^'\n]{8,})' | ([^\s"'`<>|,;(){}\[\]]{8,}) )"""
)
IN_ADDRESS = re.compile(r"\b[a-z][a-z0-9+]*://[^\s/:@\"'<>]+:([^\s/@\"'<>]{8,})@")
# Bits in each character, from which on a value looks made by a machine.
RANDOM = 3.6
# Files that hold a secret by their very nature.
SECRET_FILES = re.compile(
    r"(?i)(^|/)(\.env(\..+)?|id_(rsa|dsa|ecdsa|ed25519)|secret-key|\.netrc|\.pgpass|.+\.(pem|key|p12|pfx|jks|kdbx|sqlite3?|dump))$"
)


def bits(value: str) -> float:
    """Shannon's entropy of the characters, in bits for each of them."""
    counts = Counter(value)
    return -sum(count / len(value) * math.log2(count / len(value)) for count in counts.values())


def looks_made_by_a_machine(value: str) -> bool:
    """Long, of one piece, of letters and digits mixed, without a pattern; words of people are none of it."""
    is_one_piece = re.fullmatch(r"[\w+/=.~-]{16,}", value) is not None
    is_mixed = bool(re.search(r"\d", value) and re.search(r"[A-Za-z]", value))
    # Words joined by dots, hyphens or underscores: names of settings, modules, addresses.
    is_of_words = all(re.fullmatch(r"[A-Za-z]*\d{0,2}|\d+", part) for part in re.split(r"[._/-]", value))
    return is_one_piece and is_mixed and not is_of_words and bits(value) >= RANDOM


def secrets_in(text: str) -> list[str]:
    """What kind of secret a text seems to hold, one for each place."""
    found = [kind for kind, shape in SHAPES.items() for _match in re.finditer(shape, text)]
    for match in GIVEN.finditer(text):
        value = next(part for part in match.groups()[1:] if part)
        if value not in KNOWN_EXAMPLES and looks_made_by_a_machine(value):
            found.append(f"a value of {match[1]}")
    for match in IN_ADDRESS.finditer(text):
        if match[1] not in KNOWN_EXAMPLES and looks_made_by_a_machine(match[1]):
            found.append("a password in an address")
    return found


def committed_files() -> Iterator[Path]:
    """What git knows, and what it would take in at the next commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    for name in listed.decode().split("\0"):
        if name and (ROOT / name).is_file():
            yield ROOT / name


def test_no_file_that_git_knows_holds_a_secret() -> None:
    found, count = [], 0
    for path in committed_files():
        count += 1
        if path == Path(__file__).resolve():
            continue
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}: {kind}" for kind in secrets_in(path.read_bytes().decode("latin-1"))]
        if SECRET_FILES.search(name):
            found.append(f"{name}: a file of that kind is never committed")
    assert found == []
    assert count > 300


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----", "a private key"),
        ("key = AKIAIOSFODNN7EXAMPLQ", "an AWS key"),
        ("ghp_" + "a1B2" * 9, "a GitHub token"),
        ('SECRET_KEY = "q3v9Zk1xN7pTw0YbR5sLd8Hj"', "a value of SECRET_KEY"),
        ("SECRET_KEY=q3v9Zk1xN7pTw0YbR5sLd8Hj", "a value of SECRET_KEY"),
        ('{"api_key": "q3v9Zk1xN7pTw0YbR5sLd8Hj"}', "a value of api_key"),
        ("password: 'q3v9Zk1xN7pTw0YbR5sLd8Hj'", "a value of password"),
        ("MEDIA_SECRET_ACCESS_KEY = q3v9Zk1xN7p/Tw0YbR5s+Ld8Hj", "a value of MEDIA_SECRET_ACCESS_KEY"),
        ("postgres://portal:q3v9Zk1xN7pTw0YbR5sLd8Hj@db/x", "a password in an address"),
    ],
)
def test_each_kind_of_secret_is_recognised(text: str, kind: str) -> None:
    assert secrets_in(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "postgres://user:password@host/name",
        'SECRET_KEY = env("SECRET_KEY")',
        'PASSWORD = "rambutan perahu 7 jendela"',
        "csrf_token: the-token-of-the-form",
        'AUTH_PASSWORD_VALIDATORS = "django.contrib.auth.password_validation.MinimumLengthValidator2"',
        'name="csrfmiddlewaretoken"',
        "django-otp==1.7.5",
    ],
)
def test_words_of_people_are_no_secret(text: str) -> None:
    assert secrets_in(text) == []


@pytest.mark.parametrize(
    "name", [".env", "a/.env.local", "id_ed25519", "var/secret-key", "x.pem", "a/db.sqlite3"]
)
def test_a_file_that_is_a_secret_by_nature_is_recognised(name: str) -> None:
    assert SECRET_FILES.search(name)


def test_what_an_installation_writes_is_kept_out_of_git() -> None:
    ignored = subprocess.run(
        ["git", "check-ignore", "var/secret-key", "var/tanjung-barat.sqlite3", ".env"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert ignored == ["var/secret-key", "var/tanjung-barat.sqlite3", ".env"]
