"""What a search means, how well a document answers it, and which words are marked: rules without a database."""

import pytest
from django.template import Context, Template

from portal.shared.indonesian import stems
from portal.shared.ranking import NEAR_IN_TITLE, Query, Vocabulary, parse, score
from portal.shared.templatetags.highlighting import highlight

pytestmark = pytest.mark.any_engine

TITLES = frozenset(
    ["mengurus", "ktp", "hilang", "kartu", "keluarga", "akta", "kelahiran", "surat", "keterangan", "mampu"]
)
KNOWN = Vocabulary(
    words={
        "mengurus": 40, "ktp": 20, "hilang": 5, "rusak": 4, "kartu": 9, "keluarga": 3, "akta": 4, "kelahiran": 2,
        "surat": 25, "keterangan": 12, "mampu": 1, "rapor": 2, "pendaftaran": 6, "puskesmas": 3, "antrean": 2,
    },
    titles=TITLES,
)  # fmt: skip


def alternatives(query: Query) -> list[list[tuple[str, ...]]]:
    return [[each.stems for each in group.alternatives] for group in query.groups]


# What a search means ----------------------------------------------------------------------------------------


def test_a_question_is_read_as_its_meaningful_words() -> None:
    query = parse("Bagaimana cara mengurus KTP saya yang ilang?", (), KNOWN)
    assert alternatives(query) == [[("urus",)], [("ktp",)], [("ilang",)]]
    assert query.corrections == ()


def test_a_phrase_of_several_words_also_finds_its_meaning_but_not_the_reverse() -> None:
    pairs = [("surat miskin", "keterangan tidak mampu")]
    there = parse("minta surat miskin", pairs, KNOWN)
    assert alternatives(there) == [[tuple(stems("keterangan mampu"))]]
    back = parse("keterangan mampu", pairs, KNOWN)
    assert alternatives(back) == [[(one,)] for one in stems("keterangan mampu")]


def test_the_longest_phrase_wins() -> None:
    pairs = [("surat", "akta"), ("surat hilang", "kartu")]
    assert alternatives(parse("surat hilang", pairs, KNOWN)) == [[("surat", "ilang"), ("artu",)]]


def test_a_word_of_a_meaning_that_no_document_has_does_not_hide_the_others() -> None:
    assert alternatives(parse("kendaraan jenazah", [("kendaraan jenazah", "kartu ambulans")], KNOWN)) == [
        [("artu",)]
    ]


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("kluarga", "keluarga"),
        ("kelaurga", "keluarga"),
        ("mapmu", "mampu"),
        ("akte", "akta"),
        ("keterngan", "keterangan"),
    ],
)
def test_a_slip_of_the_finger_is_mended(typed: str, read_as: str) -> None:
    query = parse(f"{typed} baru", (), KNOWN)
    assert query.corrections == ((typed, read_as),)
    assert query.corrected_text == f"{read_as} baru"
    assert query.groups[0].alternatives[-1].trust == NEAR_IN_TITLE


@pytest.mark.parametrize("typed", ["lapor", "kpt", "kk1", "ktpp", "xyzzy", "kelulusan"])
def test_other_words_abbreviations_and_codes_are_not_taken_for_slips(typed: str) -> None:
    assert KNOWN.near(typed) == []
    assert parse(typed, [("rapor", "surat")], KNOWN).corrections == ()


def test_two_slips_need_a_long_word() -> None:
    assert KNOWN.near("pendaftarn") == ["pendaftaran"]
    assert KNOWN.near("pendftarn") == ["pendaftaran"]
    assert KNOWN.near("pskemas") == []


def test_a_guess_at_a_word_that_is_in_no_title_is_used_but_not_shown() -> None:
    query = parse("antrian", (), KNOWN)
    assert alternatives(query) == [[(stems("antrean")[0],)]]
    assert query.corrected_text == ""


def test_a_slip_inside_a_synonyms_phrase_still_finds_its_meaning() -> None:
    query = parse("kasru bekas", [("kasur", "surat")], KNOWN)
    assert alternatives(query) == [[("surat",)]]
    assert query.corrections == (("kasru", "kasur"),)


@pytest.mark.parametrize("nothing", ["", "   ", "apa yang", "!!! ???", "😀", "xyzzy qwrty", "\0"])
def test_a_text_without_a_usable_word_asks_for_nothing(nothing: str) -> None:
    assert parse(nothing, (), KNOWN).groups == ()


def test_where_the_vocabulary_is_cut_off_an_unknown_word_may_still_be_found() -> None:
    cut = Vocabulary(words={"ktp": 3}, is_complete=False)
    assert alternatives(parse("ktp lampu", (), cut)) == [[("ktp",)], [("lampu",)]]


# How well a document answers --------------------------------------------------------------------------------


def points(question: str, title: str, text: str = "") -> float:
    query = parse(question, (), KNOWN)
    weights = {one: KNOWN.weight(one) for one in query.stems}
    return score(query, " ".join(stems(title)), " ".join(stems(text)), weights)


def test_a_hit_in_the_title_comes_before_one_in_the_text() -> None:
    assert points("ktp", "Mengurus KTP") > points("ktp", "Surat pindah", "fotokopi KTP")


def test_the_whole_question_answered_comes_before_half_of_it() -> None:
    assert points("ktp hilang", "KTP", "bila hilang") > points("ktp hilang", "KTP")


def test_words_side_by_side_come_before_words_apart() -> None:
    assert points("ktp hilang", "KTP hilang dan rusak") > points("ktp hilang", "KTP rusak dan hilang")


def test_a_short_title_comes_before_a_long_one() -> None:
    assert points("ktp", "KTP") > points("ktp", "KTP surat rapor kartu")


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert points("surat mampu", "Surat", "") < points("surat mampu", "Keterangan mampu", "")


def test_a_document_without_any_of_the_words_gets_nothing() -> None:
    assert points("ktp", "Posyandu", "bayi") == 0.0


# Marks ------------------------------------------------------------------------------------------------------


def test_words_found_are_marked_and_everything_is_escaped() -> None:
    marked = highlight("Mengurus <b>KTP</b> & surat kehilangan", "ktp ilang")
    assert marked == "Mengurus &lt;b&gt;<mark>KTP</mark>&lt;/b&gt; &amp; surat <mark>kehilangan</mark>"


def test_stems_of_a_search_mark_synonyms_too_and_stop_words_never() -> None:
    assert (
        highlight("Surat yang tidak mampu", frozenset(stems("mampu")))
        == "Surat yang tidak <mark>mampu</mark>"
    )
    assert highlight("yang di ke", "yang di ke") == "yang di ke"


def test_the_filter_works_in_a_template_without_marking_its_own_marks() -> None:
    template = Template("{% load highlighting %}{{ text|highlight:q }}")
    assert template.render(Context({"text": "mark KTP-el", "q": "mark e-ktp"})) == (
        "<mark>mark</mark> <mark>KTP</mark>-el"
    )
