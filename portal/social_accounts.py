"""Looks at the accounts of social media for the settings: half an account is a fault that is named at the start."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from portal import environment, safety

NUMBER = re.compile(r"[1-9]\d{4,30}")
# Country code and number, digits alone, as the API takes it.
WHATSAPP_NUMBER = re.compile(r"[1-9]\d{7,14}")
TEMPLATE = re.compile(r"[a-z0-9_]{1,512}(:[a-z]{2,3}(_[A-Z]{2})?)?")


def check(settings: dict[str, Any]) -> None:
    """Notes a fault for whatever would only be found out when the first post is to go out."""
    check_account(settings, "FACEBOOK_PAGE_ID", "FACEBOOK_TOKEN", ("FACEBOOK_TOKEN",))
    check_account(settings, "INSTAGRAM_USER_ID", "INSTAGRAM_TOKEN", ("INSTAGRAM_TOKEN", "FACEBOOK_TOKEN"))
    check_account(settings, "WHATSAPP_PHONE_ID", "WHATSAPP_TOKEN", ("WHATSAPP_TOKEN",))
    if settings["WHATSAPP_PHONE_ID"]:
        if not TEMPLATE.fullmatch(settings["WHATSAPP_TEMPLATE"]):
            environment.fault(
                "WHATSAPP_TEMPLATE",
                "It is no name of a message template.",
                "Write name and language of an approved one, for example kabar_kelurahan:id.",
            )
        if not settings["WHATSAPP_RECEIVERS"]:
            environment.fault(
                "WHATSAPP_RECEIVERS",
                "Nobody would get a post.",
                "Write the numbers that agreed to get them, separated by commas, for example 6281234567890.",
            )
    for number in settings["WHATSAPP_RECEIVERS"]:
        if not WHATSAPP_NUMBER.fullmatch(number):
            environment.fault(
                "WHATSAPP_RECEIVERS",
                f"“{number[:4]}…” is no number with country code.",
                "Write digits alone, beginning with the country code, for example 6281234567890.",
            )
    api = urlsplit(settings["META_API_URL"])
    if api.scheme != "https" and not safety.is_local(api.hostname or ""):
        environment.fault(
            "META_API_URL",
            "The tokens would travel in the open.",
            "Write an https address, for example https://graph.facebook.com/v25.0.",
        )


def check_account(settings: dict[str, Any], account: str, name: str, tokens: Collection[str]) -> None:
    number = settings[account]
    if number and not NUMBER.fullmatch(number):
        environment.fault(account, "It is no number of an account.", "Write the digits Meta shows for it.")
    if number and not any(settings[token] for token in tokens):
        environment.fault(name, f"{account} has no token.", "Write the token, or leave both empty.")
