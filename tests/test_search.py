"""Hits keep their filters and order on both engines, the index follows every change, no text is too strange."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.shared import search
from portal.shared.fulltext import CreateFulltextIndex, missing_fulltext_indexes
from portal.shared.indonesian import stems
from portal.shared.search import SearchWord, index_documents, vocabulary
from portal.shared.templatetags.highlighting import highlight
from services.models import Organization, Service
from tests.builders import make_category, make_organization, make_service

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
@pytest.mark.sqlite
def test_the_index_holds_exactly_what_the_table_does_after_every_kind_of_change() -> None:
    one, other = make_organization("Loket KTP"), make_organization("Loket KK")
    one.name = "Puskesmas"
    one.save()
    other.delete()
    Organization.objects.update(search_text="warga")
    with connection.cursor() as cursor:
        # Raises when index and table differ.
        cursor.execute(
            "INSERT INTO services_organization_fts (services_organization_fts, rank) VALUES ('integrity-check', 1)"
        )


@pytest.mark.django_db
def test_a_new_word_is_known_at_once_even_where_nobody_says_that_content_changed() -> None:
    make_organization("Loket")
    assert not vocabulary().knows("lampu")
    Organization.objects.create(name="Lampu", slug="lampu")
    assert vocabulary().knows("lampu")


@pytest.mark.django_db
def test_saving_some_fields_keeps_the_index_in_step() -> None:
    organization = make_organization("Kelurahan")
    organization.name = "Puskesmas"
    organization.save(update_fields=["name"])
    assert list(Organization.objects.matching("puskesmas")) == [organization]


@pytest.mark.django_db
def test_finding_rows_by_new_words_does_not_undo_what_others_wrote_meanwhile() -> None:
    unit = make_organization("Satuan Lama")
    service = make_service(organization=unit, fee_amount=5000)
    rows = Service.objects.with_words().filter(pk=service.pk)
    (stale,) = rows
    Service.objects.filter(pk=service.pk).update(fee_amount=7000)
    Organization.objects.filter(pk=unit.pk).update(name="Perpustakaan")
    stale.organization.refresh_from_db()
    stale.save(update_fields=["search_text"])
    service.refresh_from_db()
    assert service.fee_amount == 7000
    assert codes("perpustakaan") == [service.code]
    Organization.objects.filter(pk=unit.pk).update(name="Pemakaman")
    rows.reindex()
    assert codes("pemakaman") == [service.code]


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
def test_filters_set_before_are_kept_and_related_rows_come_along(django_assert_num_queries: Any) -> None:
    shown = make_service("KTP hilang", category=make_category("Kependudukan"))
    make_service("KTP hilang juga", is_published=False)
    rows = Service.objects.published().select_related("category").prefetch_related("requirements")
    (found,) = rows.matching("ktp")
    assert found == shown
    with django_assert_num_queries(0):
        assert found.category.name == "Kependudukan"
        assert list(found.requirements.all()) == []


@pytest.mark.django_db
def test_hits_come_by_rank_then_name_then_key_and_stay_so_on_pages() -> None:
    first = make_organization("Kantor KTP")
    *same, other = [make_organization(name) for name in ("Loket KTP", "Loket KTP", "Aula KTP")]
    text = make_organization("Aula", about="urusan KTP")
    expected = [one.pk for one in (other, first, *same, text)]
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
def test_among_very_many_rows_the_rarest_words_find_what_no_row_answers_wholly() -> None:
    for number in range(12):
        make_organization(f"Surat {number}")
    wanted = [make_organization("Girik"), make_organization("Sporadik")]
    assert list(Organization.objects.matching("surat girik sporadik")) == wanted


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
    assert found.filter(pk=service.pk).hits == replace(found.hits, is_narrowed=True)


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
