"""Money, dates, times and numbers as residents of Indonesia write them, in the language of the page.

Every function is also usable from Python. A missing value gives an empty text, never a zero: the template
says in words that a fact is not stated.
"""

import re
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext

register = template.Library()

COUNTRY_CODE: Final = "62"
# Short codes (112, 119, 1500567) are dialled as they are; a number this long carries its country.
SHORTEST_INTERNATIONAL: Final = 10
EXTENSION: Final = re.compile(r"(?:ext|ekst|pesawat|psw)\.?\s*(\d{1,6})", re.IGNORECASE)
NEXT_NUMBER: Final = re.compile(r"[/,;]|\batau\b|\bor\b", re.IGNORECASE)


def is_english() -> bool:
    """Whether the active language is English; every other page of the portal is Indonesian."""
    return (get_language() or "").startswith("en")


def _with_separators(number: Decimal) -> str:
    """Every digit of the number, thousands grouped; a Decimal is formatted without rounding."""
    text = f"{number:,f}"
    return text if is_english() else text.translate(str.maketrans(",.", ".,"))


@register.filter
def rupiah(amount: Decimal | int | Literal[""] | None) -> str:
    """Exact amount: "Rp25.000", in English "Rp25,000"; sen only where there are any. Null is not zero: ""."""
    if amount is None or amount == "":  # a template hands over "" for a name it does not know
        return ""
    if isinstance(amount, bool) or not isinstance(amount, Decimal | int):
        raise TypeError("An amount of money is a Decimal or an int; a float would lose sen.")
    value = Decimal(amount)
    if not value.is_finite():
        raise ValueError("An amount of money is a finite number.")
    sign = "-" if value < 0 else ""
    whole = value == value.to_integral_value()
    value = abs(value).quantize(Decimal(1)) if whole else abs(value)
    if not whole and -int(value.as_tuple().exponent) < 2:
        value = value.quantize(Decimal("0.01"))
    return f"{sign}Rp{_with_separators(value)}"


@register.filter
def percent(value: Decimal | int | float | Literal[""] | None, digits: int = 1) -> str:
    """A share already counted per hundred: 45 → "45%", 45.5 → "45,5%"; rounded half up, no trailing zeros."""
    if value is None or value == "":
        return ""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-int(digits)), rounding=ROUND_HALF_UP)
    if rounded == rounded.to_integral_value():
        rounded = rounded.quantize(Decimal(1))
    return f"{_with_separators(rounded)}%"


def _local(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


@register.filter
def long_date(day: date | datetime | None) -> str:
    """As "Jumat, 27 November 2026"; an aware moment gives the day it is in the portal's own time zone."""
    return date_format(_local(day), "l, j F Y") if day else ""


@register.filter
def short_date(day: date | datetime | None) -> str:
    """As "3 Nov 2026", for lists and tables."""
    return date_format(_local(day), "j M Y") if day else ""


@register.filter
def how_long(days: int) -> str:
    """Days as people count them: "5 tahun" for 1825, "90 hari" for 90."""
    years, rest = divmod(days, 365)
    if years and not rest:
        return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": _with_separators(Decimal(days))}


@register.filter
def weekday(day: date | datetime | None) -> str:
    """As "Jumat", for a day within the coming week."""
    return date_format(_local(day), "l") if day else ""


@register.filter
def clock(moment: time | datetime | Literal[""] | None) -> str:
    """Hours and minutes, "07.30" in Indonesian and "07:30" in English, in the portal's own time zone."""
    if moment is None or moment == "":
        return ""
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment) if timezone.is_aware(moment) else moment
    return moment.strftime("%H:%M" if is_english() else "%H.%M")


def international(number: str) -> str:
    """The first number in the text: digits with country code, or the bare digits of a short code."""
    first = NEXT_NUMBER.split(EXTENSION.split(number or "")[0])[0]
    digits = re.sub(r"\D", "", first)
    if first.strip().startswith("+"):
        return re.sub(rf"^{COUNTRY_CODE}0", COUNTRY_CODE, digits)  # "+62 (0)21" keeps a zero nobody dials
    if digits.startswith("00"):
        return digits[2:]
    if digits.startswith("0"):
        return COUNTRY_CODE + digits[1:]
    return digits


def _has_country_code(digits: str) -> bool:
    return len(digits) >= SHORTEST_INTERNATIONAL


@register.filter
def phone_link(number: str | None) -> str:
    """Address for a link that dials: "tel:+6281112119119", "tel:112"; "" when there is no number."""
    digits = international(number or "")
    if not digits:
        return ""
    extension = EXTENSION.search(NEXT_NUMBER.split(number or "")[0])
    prefix = "+" if _has_country_code(digits) else ""
    return f"tel:{prefix}{digits}" + (f";ext={extension[1]}" if extension else "")


@register.filter
def whatsapp_link(number: str | None) -> str:
    """Address of a WhatsApp chat, "https://wa.me/62…"; "" for short codes, which WhatsApp cannot reach."""
    digits = international(number or "")
    return f"https://wa.me/{digits}" if _has_country_code(digits) else ""
