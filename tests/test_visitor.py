"""Whose address a request came from, and over which scheme, when anybody may write any header."""

from typing import Any

import pytest
from django.test import Client, RequestFactory
from gunicorn.config import Config

from portal.shared.visitor import client_address
from tests.test_server_settings import settings_of

NGINX = "127.0.0.1"


def address(settings: Any, proxies: int, forwarded: str | None, direct: str = NGINX) -> str:
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=direct, **headers))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, NGINX),
        (0, "203.0.113.9", NGINX),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, " 203.0.113.9 ", "203.0.113.9"),
        # Further left stands what the visitor wrote.
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (1, "x,,'--, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 192.0.2.7", "203.0.113.9"),
        (2, "203.0.113.9, 192.0.2.7", "203.0.113.9"),
        # Fewer hops than proxies: this request did not come through all of them.
        (2, "203.0.113.9", NGINX),
        (1, None, NGINX),
        (1, "", NGINX),
        # Ports, brackets, zones and mapped addresses are one visitor, not many.
        (1, "203.0.113.9:51234", "203.0.113.9"),
        (1, "[2001:db8::1]:443", "2001:db8::1"),
        (1, "[2001:db8::1]", "2001:db8::1"),
        (1, "2001:DB8:0:0::1", "2001:db8::1"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
        # What is no address is nobody's.
        (1, "unknown", NGINX),
        (1, "203.0.113.999", NGINX),
        (1, "203.0.113.9; drop", NGINX),
        (1, "203.0.113.9,", NGINX),
        (1, "[::1", NGINX),
        (1, "[]", NGINX),
        (1, "_hidden", NGINX),
        (1, "٢٠٣.0.113.9", NGINX),
    ],
)
def test_the_visitor_is_as_far_from_the_right_as_there_are_proxies_of_ours(
    settings: Any, proxies: int, forwarded: str | None, expected: str
) -> None:
    assert address(settings, proxies, forwarded) == expected


def test_behind_a_unix_socket_nobody_is_named_unless_the_proxy_does(settings: Any) -> None:
    assert address(settings, 1, None, direct="") == ""
    assert address(settings, 1, "203.0.113.9", direct="") == "203.0.113.9"


def test_a_thousand_forged_hops_change_nothing(settings: Any) -> None:
    assert address(settings, 1, "1.1.1.1, " * 1000 + "203.0.113.9") == "203.0.113.9"


# Scheme and host -----------------------------------------------------------------------------------------


def test_the_server_itself_believes_no_header_about_the_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config()
    config.set("secure_scheme_headers", settings_of(monkeypatch)["secure_scheme_headers"])
    assert config.secure_scheme_headers == {}


@pytest.mark.django_db
def test_a_forged_host_header_is_not_the_host(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    page = Client().get("/admin", HTTP_X_FORWARDED_HOST="jahat.example", HTTP_X_FORWARDED_PORT="444")
    assert "jahat" not in page.headers.get("Location", "") + page.content.decode()
    assert "444" not in page.headers.get("Location", "")


@pytest.mark.django_db
def test_without_a_proxy_of_ours_nobody_can_claim_to_have_come_by_https(settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/", HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith("https://")
