"""The rules of the data files come in with both portals, and what staff made of them stays."""

from typing import Any

import pytest
from django.utils import timezone

from feedback.models import AnswerTemplate, DeadlineRule, SensitiveCategory, Submission, TriageRule
from feedback.seeding import FOLDER, seed
from feedback.triage import all_rules, suggest
from portal.shared.history import recorded
from services.data_files import DATA_DIR, numbered_rows
from services.models import Category, Organization
from tests.builders import WHO, make_category, make_organization

pytestmark = pytest.mark.django_db


def rows() -> dict[str, Any]:
    return {
        model.__name__: list(model.objects.order_by("pk").values())
        for model in (DeadlineRule, TriageRule, AnswerTemplate, SensitiveCategory)
    }


@pytest.fixture
def seeded() -> None:
    make_category(slug="sampah")
    make_category(slug="jalan-saluran")
    make_category(slug="perlindungan")
    make_organization(slug="ppsu-tanjung-barat")
    assert seed(at=timezone.now()).errors == []


def test_every_deadline_names_its_source(seeded: None) -> None:
    days = {rule.code: (rule.verify_days, rule.answer_days) for rule in DeadlineRule.objects.all()}
    assert days["pengaduan-biasa"] == (3, 14)
    assert days["pengaduan-pengawasan"] == (3, 60)
    assert days["permintaan-informasi"] == (3, 5)
    assert days["verifikasi"] == (3, None), "for a suggestion no limit was found, so none is promised"
    assert all(rule.source for rule in DeadlineRule.objects.all())


def test_a_second_time_changes_nothing(seeded: None) -> None:
    before = rows()
    report = seed(at=timezone.now())
    assert rows() == before
    assert not any(tally.added or tally.changed for tally in report.tallies.values())


def test_what_this_portal_does_not_have_is_left_out(seeded: None) -> None:
    rule = TriageRule.objects.get(code="sampah")
    assert (rule.category.slug, rule.unit.slug) == ("sampah", "ppsu-tanjung-barat")
    # Its unit is missing here, its topic is not.
    assert TriageRule.objects.get(code="sampah-besar").unit is None
    assert not TriageRule.objects.filter(code="ijazah").exists()
    assert SensitiveCategory.objects.get().category.slug == "perlindungan"


def test_a_clerks_change_outlives_the_next_load(seeded: None) -> None:
    rule = DeadlineRule.objects.get(code="pengaduan-biasa")
    with recorded(rule, verb="change", by=WHO):
        rule.answer_days = 10
        rule.save()
    seed(at=timezone.now())
    rule.refresh_from_db()
    assert rule.answer_days == 10


def test_what_a_clerk_deleted_stays_away(seeded: None) -> None:
    template = AnswerTemplate.objects.get(code="gawat")
    with recorded(template, verb="delete", by=WHO):
        template.delete()
    seed(at=timezone.now())
    assert not AnswerTemplate.objects.filter(code="gawat").exists()


def test_a_rule_of_ones_own_stands_in_for_ours() -> None:
    DeadlineRule.objects.create(
        kind="complaint", nature="ordinary", answer_days=7, source="SK Lurah (contoh)"
    )
    assert seed(at=timezone.now()).errors == []
    assert DeadlineRule.objects.get(kind="complaint", nature="ordinary").answer_days == 7


@pytest.mark.parametrize(
    ("data_set", "stories"),
    [
        (
            "tanjung-barat",
            {
                "Got di depan rumah mampet, airnya masuk kalau hujan.": (
                    "jalan-saluran",
                    "ppsu-tanjung-barat",
                ),
                "Ada tumpukan sampah bau busuk di ujung gang.": ("sampah", "ppsu-tanjung-barat"),
                "Blangko KTP habis terus, saya sudah tiga kali datang.": ("ktp-kk", "dukcapil-tanjung-barat"),
                "Tetangga saya sering dipukul suaminya.": ("perlindungan", "pppa-dki"),
                "Banyak nyamuk, dua anak kena DBD.": ("nyamuk", "puskesmas-jagakarsa"),
            },
        ),
        (
            "disdik-labura",
            {
                "Atap kelas anak saya bocor, murid basah.": ("pengaduan-pendidikan", "disdik-labura"),
                "Diminta uang seragam padahal katanya gratis.": ("pengaduan-pendidikan", "disdik-labura"),
                "Got di depan rumah mampet.": ("jalan-saluran", None),
            },
        ),
    ],
)
def test_the_delivered_rules_understand_everyday_stories(
    data_set: str, stories: dict[str, tuple[str, str | None]]
) -> None:
    names(data_set)
    assert seed(at=timezone.now()).errors == []
    rules = all_rules()
    # Topics are the same in all portals; units differ.
    assert len(rules) == len(list(numbered_rows(FOLDER / "triage_rules.csv")))
    assert all(rule.category for rule in rules)
    for story, (topic, unit) in stories.items():
        best = suggest(Submission(story=story), rules)[0]
        assert (best.category.slug, best.unit.slug if best.unit else None) == (topic, unit), story


def names(data_set: str) -> None:
    """The topics and units of a portal, without all the rest of it."""
    for model, path in (
        (Category, DATA_DIR / "common" / "categories.csv"),
        (Organization, DATA_DIR / data_set / "organizations.csv"),
    ):
        model.objects.bulk_create(
            model(slug=row["slug"], name=row["name"]) for _number, row in numbered_rows(path)
        )
