"""What a search means, how hits are ordered, and that the index follows every change on both engines."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from django.template import Context, Template
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.shared import search
from portal.shared.fulltext import CreateFulltextIndex, missing_fulltext_indexes
from portal.shared.indonesian import stems
from portal.shared.ranking import NEAR_IN_TITLE, Query, Vocabulary, parse, score
from portal.shared.search import SearchWord, index_documents, vocabulary
from portal.shared.templatetags.highlighting import highlight
from services.models import Organization, Service
from tests.builders import make_category, make_organization, make_service

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


@pytest.mark.parametrize("typed", ["lapor", "kpt", "kk1", "xyzzy", "kelulusan"])
def test_other_words_abbreviations_and_codes_are_not_taken_for_slips(typed: str) -> None:
    assert parse(typed, (), KNOWN).corrections == ()


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


# The index follows every change -----------------------------------------------------------------------------


def codes(text: str, rows: Any = None, pairs: Any = ()) -> list[str]:
    return [service.code for service in (rows if rows is not None else Service.objects).matching(text, pairs)]


@pytest.mark.django_db
def test_a_saved_service_is_found_by_title_text_and_word_forms() -> None:
    service = make_service("Mengganti KTP yang hilang", requirements=["Surat kehilangan dari kepolisian"])
    for words in ("ktp", "penggantian", "ilang", "polisi", "KTP-el hilang"):
        assert codes(words) == [service.code], words


@pytest.mark.django_db
def test_an_edit_is_found_by_its_new_words_and_no_longer_by_the_old() -> None:
    service = make_service("Mengganti KTP yang hilang")
    service.name, service.short_name = "Pengasapan nyamuk", ""
    service.save()
    assert codes("nyamuk") == [service.code]
    assert codes("hilang") == []


@pytest.mark.django_db
def test_a_deleted_service_is_not_found() -> None:
    make_service("Mengganti KTP yang hilang").delete()
    assert codes("hilang") == []


@pytest.mark.django_db
def test_rows_written_in_bulk_are_found() -> None:
    many = [Organization(name=f"Sekolah nomor {number}", slug=f"sekolah-{number}") for number in range(3)]
    index_documents(many)
    Organization.objects.bulk_create(many)
    assert Organization.objects.matching("sekolah").count() == 3
    Organization.objects.filter(slug="sekolah-1").update(search_title="pasar", search_text="")
    assert Organization.objects.matching("sekolah").count() == 2


@pytest.mark.django_db
def test_saving_some_fields_keeps_the_index_in_step() -> None:
    organization = make_organization("Kelurahan")
    organization.name = "Puskesmas"
    organization.save(update_fields=["name"])
    assert list(Organization.objects.matching("puskesmas")) == [organization]


@pytest.mark.django_db
def test_every_searchable_table_has_its_index_after_migrating() -> None:
    assert missing_fulltext_indexes(connection) == []
    assert [
        one for one in run_checks(tags=[Tags.database], databases=["default"]) if one.id == "shared.W001"
    ] == []


@pytest.mark.django_db
def test_a_lost_index_is_noticed_and_the_operation_brings_it_back() -> None:
    """Django rebuilds a table on SQLite to alter it, and the triggers go with the old one."""
    service = make_service("Mengganti KTP yang hilang")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX services_service_search_vector")
        else:
            cursor.execute("DROP TRIGGER services_service_fts_update")
        service.name = service.short_name = "Pengasapan nyamuk"
        service.save()
        assert missing_fulltext_indexes(connection) == ["services_service"]
        (warning,) = (one for one in run_checks(databases=["default"]) if one.id == "shared.W001")
        assert 'CreateFulltextIndex("services_service")' in warning.hint

        connection.check_constraints()  # as after a commit: PostgreSQL alters no table with checks outstanding
        editor: Any = SimpleNamespace(connection=connection, execute=cursor.execute)
        CreateFulltextIndex("services_service").database_forwards("services", editor, None, None)
    assert missing_fulltext_indexes(connection) == []
    assert codes("nyamuk") == [service.code]
    assert codes("hilang") == []


@pytest.mark.django_db
def test_the_operation_can_be_taken_back() -> None:
    with connection.cursor() as cursor:
        editor: Any = SimpleNamespace(connection=connection, execute=cursor.execute)
        CreateFulltextIndex("services_service").database_backwards("services", editor, None, None)
    assert missing_fulltext_indexes(connection) == ["services_service"]
    # Without its triggers the table can still be written.
    make_service("Mengganti KTP yang hilang")


# Hits -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_filters_set_before_are_kept_and_related_rows_come_along() -> None:
    shown = make_service("KTP hilang", category=make_category("Kependudukan"))
    make_service("KTP hilang juga", is_published=False)
    found = (
        Service.objects.published()
        .select_related("category")
        .prefetch_related("requirements")
        .matching("ktp")
    )
    assert [service.pk for service in found] == [shown.pk]
    assert found[0].category.name == "Kependudukan"
    assert found.hits.count == 1


@pytest.mark.django_db
def test_hits_come_by_rank_then_name_then_key_and_stay_so_on_pages() -> None:
    first = make_organization("Kantor KTP")
    same = [make_organization("Loket KTP") for _ in range(3)]
    text = make_organization("Aula", about="urusan KTP")
    expected = [one.pk for one in (first, *same, text)]
    found = Organization.objects.matching("ktp")
    assert list(found.values_list("pk", flat=True)) == expected
    assert [one.pk for one in (*found[:2], *found[2:4], *found[4:])] == expected
    assert found.hits.pks == tuple(expected)


@pytest.mark.django_db
def test_a_weak_hit_beside_a_good_one_is_left_out() -> None:
    good = make_organization("Perpanjangan makam")
    for number in range(4):
        make_organization(f"Loket {number}", about="perpanjangan")
    assert list(Organization.objects.matching("perpanjang makam")) == [good]


@pytest.mark.django_db
def test_the_list_is_bounded_and_says_so() -> None:
    many = [Organization(name=f"Sekolah {number:03d}", slug=f"sekolah-{number}") for number in range(110)]
    index_documents(many)
    Organization.objects.bulk_create(many)
    found = Organization.objects.matching("sekolah")
    assert found.count() == found.hits.count == search.HIT_LIMIT
    assert found.hits.is_count_capped
    assert not Organization.objects.matching("109").hits.is_count_capped


@pytest.fixture
def few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue of ten rows becomes a large one."""
    monkeypatch.setattr(search, "CANDIDATE_LIMIT", 2)


@pytest.mark.django_db
@pytest.mark.usefixtures("few_candidates")
def test_among_very_many_rows_those_with_all_words_in_the_title_are_still_first() -> None:
    for number in range(6):
        make_organization(f"Surat {number}", about="Kartu warga")
    wanted = make_organization("Kartu surat")
    assert next(iter(Organization.objects.matching("kartu surat"))) == wanted


@pytest.mark.django_db
@pytest.mark.usefixtures("few_candidates")
def test_among_very_many_rows_the_rarest_word_finds_what_no_row_answers_wholly() -> None:
    for number in range(12):
        make_organization(f"Surat {number}")
    wanted = make_organization("Girik")
    found = Organization.objects.matching("surat girik")
    assert next(iter(found)) == wanted


@pytest.mark.django_db
def test_a_search_asks_the_engine_once_and_reads_the_rows_once(django_assert_num_queries: Any) -> None:
    make_service("KTP hilang")
    codes("ktp")  # the vocabulary is read once for each version of the content
    with django_assert_num_queries(2):
        list(Service.objects.published().matching("ktp hilang rusak gimana"))


@pytest.mark.django_db
@pytest.mark.usefixtures("few_candidates")
def test_even_among_very_many_rows_the_engine_is_asked_at_most_three_times(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        make_organization(f"Surat kartu {number}")
    list(Organization.objects.matching("surat kartu"))
    for text in ("surat kartu", "surat girik", "surat", "kartu surat girik 11"):
        with django_assert_max_num_queries(4):
            list(Organization.objects.matching(text))


@pytest.mark.django_db
def test_a_mended_slip_and_a_synonym_are_told_to_the_page() -> None:
    service = make_service("Membuat Kartu Keluarga")
    found = Service.objects.matching("kartu kluarga", [("kk", "kartu keluarga")])
    assert [one.pk for one in found] == [service.pk]
    assert found.hits.corrected_text == "kartu keluarga"
    assert found.hits.corrections == (("kluarga", "keluarga"),)
    assert set(stems("kartu keluarga")) <= found.hits.stems
    assert found.filter(pk=service.pk).hits == found.hits


@pytest.mark.django_db
def test_names_that_look_like_the_question_are_offered_when_nothing_matches() -> None:
    near = make_service("Imunisasi dasar bayi")
    make_service("Akta kematian")
    make_service("Imunisasi rahasia", is_published=False)
    assert not Service.objects.published().matching("imnusasio")
    assert Service.objects.published().near_names("imnusasio") == [near]
    assert Service.objects.published().near_names("zzzz") == []
    assert Service.objects.published().near_names("") == []


# The vocabulary ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_word_counts_once_for_each_document_however_often_it_is_saved() -> None:
    one, _ = make_organization("Loket pajak"), make_organization("Kantor pajak", about="pajak")
    one.save()
    assert SearchWord.objects.get(word="pajak").count == 2
    assert SearchWord.objects.get(word="pajak").is_in_title
    assert vocabulary().count(stems("pajak")[0]) == 2


@pytest.mark.django_db
def test_a_word_first_seen_in_a_text_is_later_known_from_a_title() -> None:
    make_organization("Loket", about="pajak")
    assert "pajak" not in vocabulary().titles
    make_organization("Pajak")
    assert "pajak" in vocabulary().titles


@pytest.mark.django_db
def test_stop_words_and_endless_numbers_do_not_fill_the_vocabulary() -> None:
    make_organization("Loket untuk 1234567890 dan n1")
    learned = set(SearchWord.objects.values_list("word", flat=True))
    assert {"loket", "n1"} <= learned
    assert not learned & {"untuk", "dan", "1234567890"}


@pytest.mark.django_db
def test_a_vocabulary_larger_than_what_is_kept_is_marked_incomplete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "VOCABULARY_LIMIT", 3)
    make_organization("Satu dua tiga lima enam")
    assert len(vocabulary().words) == 3
    assert not vocabulary().is_complete
    assert Organization.objects.matching("enam tiga dua satu lima").count() == 1


# Strange input ----------------------------------------------------------------------------------------------

OPERATORS = """ktp hilang " ' * ( ) AND OR NOT NEAR( - ^ : \\ % _ | & ! <-> :* search_title: { } \0 😀 -- ; %s é
DROP TABLE services_service"""
odd_text = st.one_of(
    st.lists(st.sampled_from(OPERATORS.split()), max_size=20).map(" ".join), st.text(max_size=60)
)


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=odd_text)
@example(text="ktp " * 2500)
@example(text="x" * 10_000)
@example(text="\0")
@example(text="\ud800 ktp")
@example(text="' OR 1=1 --")
def test_no_text_is_too_strange_to_search_for(text: str) -> None:
    if not Organization.objects.exists():
        make_organization("Loket KTP hilang")
    found = Organization.objects.matching(text, [("ktp", "hilang"), (text, "ktp"), ("ktp", text)])
    assert len(found) <= 1
    assert len(Organization.objects.near_names(text)) <= 1
    highlight(text, text)


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
