"""Money, dates, times and numbers as they are written in both languages of the portal."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from portal.shared.templatetags.indonesia import (
    clock,
    how_long,
    long_date,
    percent,
    phone_link,
    rupiah,
    short_date,
    weekday,
    whatsapp_link,
)

pytestmark = pytest.mark.any_engine

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("amount", "indonesian", "english"),
    [
        (0, "Rp0", "Rp0"),
        (Decimal("0.00"), "Rp0", "Rp0"),
        (500, "Rp500", "Rp500"),
        (Decimal("25000"), "Rp25.000", "Rp25,000"),
        (Decimal("25000.00"), "Rp25.000", "Rp25,000"),
        (Decimal("2.5E+4"), "Rp25.000", "Rp25,000"),
        (1_500_000, "Rp1.500.000", "Rp1,500,000"),
        (Decimal("1250.5"), "Rp1.250,50", "Rp1,250.50"),
        (Decimal("0.05"), "Rp0,05", "Rp0.05"),
        (-25000, "-Rp25.000", "-Rp25,000"),
        # more digits than a float can hold
        (
            Decimal("12345678901234567890.01"),
            "Rp12.345.678.901.234.567.890,01",
            "Rp12,345,678,901,234,567,890.01",
        ),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_money_is_written_exactly_in_both_languages(
    amount: Decimal | int, indonesian: str, english: str
) -> None:
    with translation.override("id"):
        assert rupiah(amount) == indonesian
    with translation.override("en"):
        assert rupiah(amount) == english


@pytest.mark.parametrize("amount", [25000.0, True, "25000"])
def test_money_that_is_not_exact_is_refused(amount: object) -> None:
    with pytest.raises(TypeError):
        rupiah(amount)  # type: ignore[arg-type]


def test_an_endless_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        rupiah(Decimal("Infinity"))


@pytest.mark.parametrize(
    ("day", "indonesian", "english"),
    [
        (FRIDAY, "Jumat, 27 November 2026", "Friday, 27 November 2026"),
        (date(2026, 8, 17), "Senin, 17 Agustus 2026", "Monday, 17 August 2026"),
        (date(2026, 3, 1), "Minggu, 1 Maret 2026", "Sunday, 1 March 2026"),
        (None, "", ""),
    ],
)
def test_a_long_date_names_the_weekday(day: date | None, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert long_date(day) == indonesian
    with translation.override("en"):
        assert long_date(day) == english


@pytest.mark.parametrize(
    ("month", "indonesian", "english"),
    [(5, "3 Mei 2026", "3 May 2026"), (8, "3 Agu 2026", "3 Aug 2026"), (11, "3 Nov 2026", "3 Nov 2026")],
)
def test_a_short_date_shortens_the_month(month: int, indonesian: str, english: str) -> None:
    with translation.override("id"):
        assert short_date(date(2026, month, 3)) == indonesian
    with translation.override("en"):
        assert short_date(date(2026, month, 3)) == english


def test_a_weekday_alone_is_translated() -> None:
    with translation.override("id"):
        assert weekday(FRIDAY) == "Jumat"
    with translation.override("en"):
        assert weekday(FRIDAY) == "Friday"


def test_a_time_has_a_point_in_indonesian_and_a_colon_in_english() -> None:
    with translation.override("id"):
        assert clock(time(7, 30)) == "07.30"
        assert clock(time(0, 0)) == "00.00"
        assert clock(None) == ""
    with translation.override("en"):
        assert clock(time(7, 30)) == "07:30"


def test_a_moment_is_shown_in_the_time_zone_of_the_portal() -> None:
    one_minute_before_midnight = datetime(2026, 11, 26, 16, 59, tzinfo=UTC)
    midnight = datetime(2026, 11, 26, 17, 0, tzinfo=UTC)
    with timezone.override("Asia/Jakarta"), translation.override("id"):
        assert (clock(one_minute_before_midnight), long_date(one_minute_before_midnight)) == (
            "23.59",
            "Kamis, 26 November 2026",
        )
        assert (clock(midnight), long_date(midnight)) == ("00.00", "Jumat, 27 November 2026")
        assert (short_date(midnight), weekday(midnight)) == ("27 Nov 2026", "Jumat")
    with timezone.override("Asia/Jayapura"), translation.override("id"):
        assert clock(midnight) == "02.00"


@pytest.mark.parametrize(
    ("number", "phone", "whatsapp"),
    [
        ("0811-1211-9119", "tel:+6281112119119", "https://wa.me/6281112119119"),
        ("0812 3456 7890", "tel:+6281234567890", "https://wa.me/6281234567890"),
        ("+62 812-3456-7890", "tel:+6281234567890", "https://wa.me/6281234567890"),
        ("6281234567890", "tel:+6281234567890", "https://wa.me/6281234567890"),
        ("+62 (0)812 3456 7890", "tel:+6281234567890", "https://wa.me/6281234567890"),
        ("(021) 781-2345", "tel:+62217812345", "https://wa.me/62217812345"),
        ("(021) 781-2345 ext. 12", "tel:+62217812345;ext=12", "https://wa.me/62217812345"),
        ("(021) 781-2345 / 781-2346", "tel:+62217812345", "https://wa.me/62217812345"),
        ("0065 6123 4567", "tel:+6561234567", "https://wa.me/6561234567"),
        ("112", "tel:112", ""),
        ("1500567", "tel:1500567", ""),
        ("", "", ""),
        (None, "", ""),
        ("belum ada", "", ""),
    ],
)
def test_numbers_become_links_that_dial(number: str | None, phone: str, whatsapp: str) -> None:
    assert phone_link(number) == phone
    assert whatsapp_link(number) == whatsapp


@pytest.mark.parametrize(
    ("value", "digits", "indonesian", "english"),
    [
        (0, 1, "0%", "0%"),
        (45, 1, "45%", "45%"),
        (100, 1, "100%", "100%"),
        (Decimal("45.5"), 1, "45,5%", "45.5%"),
        (Decimal("45.25"), 1, "45,3%", "45.3%"),
        (Decimal("45.04"), 1, "45%", "45%"),
        (2 / 3 * 100, 2, "66,67%", "66.67%"),
        (1234, 0, "1.234%", "1,234%"),
        (None, 1, "", ""),
    ],
)
def test_shares_are_rounded_half_up_and_nothing_stays_nothing(
    value: Decimal | int | float | None, digits: int, indonesian: str, english: str
) -> None:
    with translation.override("id"):
        assert percent(value, digits) == indonesian
    with translation.override("en"):
        assert percent(value, digits) == english


def test_the_filters_work_in_a_template_and_stay_silent_about_unknown_names() -> None:
    template = Template(
        "{% load indonesia %}{{ fee|rupiah }} {{ day|long_date }} {{ opens|clock }} {{ share|percent }}"
        "|{{ nothing|rupiah }}{{ nothing|long_date }}{{ nothing|clock }}{{ nothing|percent }}"
        "{{ nothing|phone_link }}{{ nothing|whatsapp_link }}"
    )
    context = Context({"fee": Decimal("25000.00"), "day": FRIDAY, "opens": time(7, 30), "share": 45})
    with translation.override("id"):
        assert template.render(context) == "Rp25.000 Jumat, 27 November 2026 07.30 45%|"


@pytest.mark.parametrize(
    ("days", "indonesian", "english"),
    [
        (1825, "5 tahun", "5 years"),
        (365, "1 tahun", "1 year"),
        (90, "90 hari", "90 days"),
        (1000, "1.000 hari", "1,000 days"),
    ],
)
def test_periods_are_said_in_whole_years_where_they_are(days: int, indonesian: str, english: str) -> None:
    with translation.override("en"):
        assert how_long(days) == english
    with translation.override("id"):
        assert how_long(days) == indonesian
