"""The satisfaction index: exact, graded on two decimals, and the same from a file on the command line."""

import io
import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from feedback import satisfaction
from feedback.questionnaire import AS_ASKED, AS_LISTED, band_of_age
from feedback.satisfaction import (
    LIST_ORDER,
    QUESTIONNAIRE_ORDER,
    Result,
    Tally,
    band_of,
    half_up,
    result_of,
    sample_target,
)

pytestmark = pytest.mark.any_engine

# GASPUL, third quarter, 29 respondents: how often 4, 3 and 2 were given, in the order of the questionnaire.
GASPUL = (
    *((18, 11, 0), (14, 15, 0), (15, 12, 2), (29, 0, 0), (15, 14, 0)),
    *((18, 11, 0), (19, 10, 0), (18, 11, 0), (28, 1, 0)),
)
NUMBERED = "U1;U2;U3;U4;U5;U6;U7;U8;U9"


def gaspul() -> Result:
    return Result(
        29,
        {
            key: Tally(29, 4 * four + 3 * three + 2 * two)
            for key, (four, three, two) in zip(QUESTIONNAIRE_ORDER, GASPUL, strict=True)
        },
    )


def of_all(value: int, n: int) -> Result:
    return result_of([dict.fromkeys(LIST_ORDER, value)] * n)


# The arithmetic -------------------------------------------------------------------------------------------


def test_a_published_table_is_computed_exactly() -> None:
    result = gaspul()
    assert result.exact_index == Fraction(955, 29 * 9) * 25
    assert result.index == Decimal("91.48")
    assert (result.grade, result.performance) == ("A", "Sangat baik")
    shown = {key: str(half_up(mean, 4)) for key, mean in result.means.items() if mean is not None}
    assert shown["requirements"] == "3.6207"
    assert shown["time"] == "3.4483"
    assert shown["cost"] == "4.0000"
    assert (shown["facilities"], shown["complaints"]) == ("3.6207", "3.9655")
    assert result.weakest_first[0][0] == "time"


@pytest.mark.parametrize(("weight", "index"), [("0.111", "91.38"), ("0.11", "90.56")])
def test_rounded_weights_would_give_what_faulty_reports_print(weight: str, index: str) -> None:
    means = [mean for mean in gaspul().means.values() if mean is not None]
    # Reports that print 90.56 also round each weighted mean; without that the same weight is within a hundredth.
    wrong = sum(means) * Fraction(weight) * 25
    assert abs(half_up(wrong, 2) - Decimal(index)) <= Decimal("0.01")
    assert half_up(wrong, 2) != gaspul().index


def test_a_ninth_makes_a_hundred_where_0_111_does_not() -> None:
    assert of_all(4, 29).index == Decimal("100.00")
    assert sum(Fraction("0.111") * 4 for _key in LIST_ORDER) * 25 == Fraction("99.9")


@pytest.mark.parametrize(
    ("value", "index", "grade", "performance"),
    [(1, "25.00", "D", "Tidak baik"), (4, "100.00", "A", "Sangat baik"), (3, "75.00", "C", "Kurang baik")],
)
def test_the_ends_of_the_scale(value: int, index: str, grade: str, performance: str) -> None:
    result = of_all(value, 10)
    assert (result.index, result.grade, result.performance) == (Decimal(index), grade, performance)


def test_nobody_is_no_index_and_not_zero() -> None:
    nobody = result_of([])
    assert (nobody.n, nobody.value, nobody.index, nobody.grade) == (0, None, None, None)


@pytest.mark.parametrize(("n", "grade"), [(1, None), (9, None), (10, "A")])
def test_few_respondents_get_an_index_and_no_grade(n: int, grade: str | None) -> None:
    assert of_all(4, n).index == Decimal("100.00")
    assert of_all(4, n).grade == grade


def test_an_unanswered_element_is_divided_by_those_who_answered_it() -> None:
    skipped = dict.fromkeys(LIST_ORDER, 4) | {"time": None}
    answered = dict.fromkeys(LIST_ORDER, 4) | {"time": 1}
    result = result_of([skipped, skipped, answered])
    assert result.n == 3
    assert result.tallies["time"] == Tally(1, 1)
    assert result.means["time"] == 1
    assert result.value == Fraction(8 * 4 + 1, 9)


def test_an_element_nobody_answered_leaves_no_index() -> None:
    result = result_of([dict.fromkeys(LIST_ORDER, 4) | {"time": None}] * 12)
    assert (result.n, result.means["time"], result.index, result.grade) == (12, None, None, None)


def test_whoever_answered_nothing_is_no_respondent() -> None:
    assert result_of([dict.fromkeys(LIST_ORDER, None), dict.fromkeys(LIST_ORDER, 4)]).n == 1


def test_an_answer_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="5 is not"):
        result_of([{"time": 5}])


@pytest.mark.parametrize(
    ("index", "grade"),
    [
        *[("25", "D"), ("64.99", "D"), ("64.994", "D"), ("64.9949999", "D"), ("64.995", "C"), ("65.00", "C")],
        *[("76.60", "C"), ("76.604", "C"), ("76.605", "B"), ("76.61", "B"), ("78.04", "B")],
        *[("88.30", "B"), ("88.304", "B"), ("88.305", "A"), ("88.31", "A"), ("100", "A")],
    ],
)
def test_the_grade_follows_from_the_value_rounded_half_up(index: str, grade: str) -> None:
    assert band_of(Fraction(index)).grade == grade
    assert band_of(Decimal(index)).grade == grade


def test_a_half_goes_up_where_the_machine_would_go_down() -> None:
    assert half_up(Fraction("0.125"), 2) == Decimal("0.13")
    assert half_up(Fraction("2.675"), 2) == Decimal("2.68")
    assert round(2.675, 2) == 2.67


def test_8_and_9_change_places_between_list_and_questionnaire() -> None:
    assert LIST_ORDER[7:] == ("complaints", "facilities")
    assert QUESTIONNAIRE_ORDER[7:] == ("facilities", "complaints")
    assert LIST_ORDER[:7] == QUESTIONNAIRE_ORDER[:7]
    assert [one.key for one in AS_LISTED] == list(LIST_ORDER)
    assert [one.key for one in AS_ASKED] == list(QUESTIONNAIRE_ORDER)


@pytest.mark.parametrize(
    ("population", "sample"),
    [
        *[(10, 10), (15, 14), (20, 19), (30, 28), (50, 44), (75, 63), (100, 80), (150, 108), (200, 132)],
        *[(220, 140), (300, 169), (400, 196), (500, 217), (700, 248), (1000, 278), (1500, 306), (2000, 322)],
        *[(2800, 338), (3000, 341), (5000, 357), (9000, 368), (10000, 370), (50000, 381), (1000000, 384)],
    ],
)
def test_the_target_is_that_of_krejcie_and_morgan(population: int, sample: int) -> None:
    assert sample_target(population) == sample


def test_one_user_is_asked() -> None:
    assert sample_target(1) == 1


@pytest.mark.parametrize(
    ("age", "band"), [(16, "-17"), (17, "17-25"), (25, "17-25"), (26, "26-35"), (56, "56-")]
)
def test_ages_fall_into_bands(age: int, band: str) -> None:
    assert band_of_age(age) == band


# The command ----------------------------------------------------------------------------------------------


def ask(folder: Path, text: str | bytes, *arguments: str) -> dict[str, Any]:
    file = folder / "jawaban.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out = io.StringIO()
    call_command("satisfaction_index", str(file), *arguments, stdout=out)
    told: dict[str, Any] = json.loads(out.getvalue())
    assert list(told) == ["n", "means", "index", "grade", "performance"]
    assert list(told["means"]) == list(LIST_ORDER)
    return told


def test_the_command_reads_rows_and_keeps_8_and_9_apart(tmp_path: Path) -> None:
    text = f"No;{NUMBERED}\n" + "".join(f"{n};4;4;4;4;4;4;4;1;3\n" for n in range(12))
    listed = ask(tmp_path, text, "--order", "list")
    assert (listed["n"], listed["index"], listed["grade"], listed["performance"]) == (
        12,
        88.89,
        "A",
        "Sangat baik",
    )
    assert (listed["means"]["complaints"], listed["means"]["facilities"]) == (1, 3)
    asked = ask(tmp_path, text, "--order", "questionnaire")
    assert (asked["means"]["complaints"], asked["means"]["facilities"]) == (3, 1)
    assert asked["index"] == listed["index"]


def test_the_command_reads_the_published_counts(tmp_path: Path) -> None:
    lines = [f"U{n},{a},{b},{c},0" for n, (a, b, c) in enumerate(GASPUL, start=1)]
    head = "element,count_score4,count_score3,count_score2,count_score1"
    told = ask(tmp_path, "\n".join([head, *lines]), "--order", "questionnaire")
    assert told["n"] == 29
    assert (told["index"], told["grade"]) == (91.48, "A")
    assert told["means"]["time"] == 3.4483
    assert told["means"]["complaints"] == 3.9655


@pytest.mark.parametrize(
    "head",
    [
        ",".join(LIST_ORDER),
        "\t".join(f" {key.upper()} " for key in LIST_ORDER),
        "Persyaratan;Prosedur;Waktu Penyelesaian;Biaya/Tarif;Produk;Kompetensi Pelaksana;Perilaku;"
        "Penanganan Pengaduan;Sarana dan Prasarana",
        "u1 persyaratan;u2 prosedur;u3 waktu;u4 biaya;u5 produk;u6 kompetensi;u7 perilaku;"
        "U9 Penanganan Pengaduan;U8 Sarana dan Prasarana",
    ],
)
def test_named_columns_need_no_order(head: str, tmp_path: Path) -> None:
    mark = next(sign for sign in ";\t," if sign in head)
    told = ask(tmp_path, f"\ufeff{head}\r\n{mark.join('444444412')}\r\n")
    assert (told["means"]["complaints"], told["means"]["facilities"]) == (1, 2)
    assert (told["n"], told["grade"], told["performance"]) == (1, None, None)


def test_what_was_skipped_is_empty_or_a_dash(tmp_path: Path) -> None:
    text = f"{NUMBERED}\n4;4;4;4;4;4;4;4;4\n;-;2;4,0;4.00;4;4;4\n;;;;;;;;\n-;;;;;;;;\n"
    told = ask(tmp_path, text, "--order", "list")
    assert told["n"] == 2
    assert told["means"]["time"] == 3
    assert told["means"]["requirements"] == 4


def test_a_table_without_rows_has_no_index(tmp_path: Path) -> None:
    told = ask(tmp_path, ",".join(LIST_ORDER) + "\n")
    assert told == {
        "n": 0,
        "means": dict.fromkeys(LIST_ORDER),
        "index": None,
        "grade": None,
        "performance": None,
    }


@pytest.mark.parametrize(
    ("text", "order", "words"),
    [
        ("", "list", "The file is empty"),
        (f"{NUMBERED}\n1;1;1;1;1;1;1;1;1\n", "", "list or questionnaire"),
        (f"{NUMBERED}\n1;1;1;1;1;5;1;1;1\n", "list", "Row 2, U6: “5” is not 1, 2, 3 or 4"),
        (f"{NUMBERED}\n1;1;1;1;1;0;1;1;1\n", "list", "“0” is not"),
        (f"{NUMBERED}\n1;1;1;1;1;=1;1;1;1\n", "list", "“=1” is not"),
        (f"{NUMBERED}\n1;1;1;1;1;1;1;1;1;1\n", "list", "more cells than the header"),
        ("U1;U2;U3\n1;1;1\n", "list", "Missing: cost, product"),
        (f"{NUMBERED};time\n1;1;1;1;1;1;1;1;1;1\n", "list", "Two columns hold the element “time”"),
        ("element,count_score4,count_score3\nU1,1,2\n", "list", "count_score1"),
        (
            "element,count_score4,count_score3,count_score2,count_score1\nU1,1,2,x,0\n",
            "list",
            "a count is a whole number",
        ),
        ("element,count_score4,count_score3,count_score2,count_score1\nU1,1,2,0,0\n", "list", "are missing"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(
    text: str, order: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=words.replace("(", r"\(")) as refusal:
        ask(tmp_path, text, *(["--order", order] if order else []))
    assert refusal.value.returncode == 1


def test_a_missing_file_and_a_binary_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("satisfaction_index", str(tmp_path / "tidak-ada.csv"))
    for content in (b"\x00\x01\x02", b"PK\x03\x04broken", b"\xff\xfeU"):
        with pytest.raises(CommandError):
            ask(tmp_path, content, "--order", "list")


def test_every_grade_has_bounds_without_a_gap() -> None:
    lowest = [band.lowest for band in satisfaction.BANDS]
    assert lowest == [Decimal("88.31"), Decimal("76.61"), Decimal("65.00"), Decimal("25.00")]
