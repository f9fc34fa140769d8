"""Print runs and the places their copies go to: never more given than printed, each place with its own link."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from outreach.channels import Channel
from outreach.dropping import bring_back, plan_drop, printed_totals, put_out
from outreach.linking import codes_of, count_visit
from outreach.models import Drop, Material, PrintRun, ShortLink
from portal.shared.history import changes_of
from tests.builders import make_campaign, make_event, make_location, make_service, make_user
from tests.outreach_world import make_drop, make_material, make_print_run

pytestmark = pytest.mark.django_db

DAY = date(2026, 11, 12)


def test_three_hundred_flyers_in_four_places_are_counted_from_print_to_leftovers() -> None:
    campaign, officer = make_campaign("Cek kesehatan gratis RW 03"), make_user()
    run = make_print_run(300, material=make_material(campaign=campaign))
    places = ("Pos RW 03", "Posyandu Melati", "Warung RT 02", "Musala RT 05")
    drops = [plan_drop(run, place, 75, by=officer) for place in places]
    assert printed_totals(campaign) == {"printed": 300, "taken": 0, "returned": 0, "stayed": 0, "visits": 0}
    for drop in drops[:3]:
        put_out(drop, on=DAY, who="kader PKK", by=officer)
    bring_back(drops[0], 25, on=date(2026, 11, 29), by=officer)
    for _visit in range(2):
        count_visit(drops[1].link, DAY)
    assert printed_totals(campaign) == {
        "printed": 300,
        "taken": 225,
        "returned": 25,
        "stayed": 200,
        "visits": 2,
    }
    assert printed_totals(campaign, on=date(2026, 11, 11))["stayed"] == 0
    run.refresh_from_db()
    assert run.left == 25
    # What came back may go elsewhere, and no more than that.
    plan_drop(run, "Kantor kelurahan", 25, by=officer)
    with pytest.raises(ValidationError):
        plan_drop(run, "Pasar", 1, by=officer)
    assert run.drops.count() == 5
    verbs = changes_of(run).values_list("verb", flat=True)
    assert {"plan_drop", "put_out", "bring_back"} <= {*verbs}


def test_each_place_has_a_link_of_its_own_that_knows_channel_and_campaign() -> None:
    campaign = make_campaign()
    event = make_event(campaign=campaign)
    material = make_material(event=event, kind=Material.Kind.POSTER, campaign=campaign)
    run = make_print_run(material=material)
    one, other = (make_drop(place, 10, run=run) for place in ("Pos RW 01", "Pos RW 01"))
    assert one.link != other.link
    assert (one.link.channel, one.link.campaign, one.link.target) == (
        Channel.POSTER,
        campaign,
        f"/kegiatan/{event.slug}/",
    )
    assert "Pos RW 01" in one.link.label


def test_saying_twice_that_copies_are_there_changes_only_the_day() -> None:
    drop = make_drop(area=make_location(area=None).area)
    put_out(drop, on=DAY, who="kader", by=make_user())
    put_out(drop, on=date(2026, 11, 13), by=make_user())
    drop.refresh_from_db()
    assert (drop.dropped_on, drop.who, drop.stayed) == (date(2026, 11, 13), "kader", 40)


def test_more_cannot_come_back_than_went_nor_before_it_went() -> None:
    drop = make_drop(amount=40)
    with pytest.raises(ValidationError):
        bring_back(drop, 5, on=DAY)
    put_out(drop, on=DAY)
    with pytest.raises(ValidationError):
        bring_back(drop, 41, on=DAY)
    with pytest.raises(ValidationError):
        bring_back(drop, 5, on=date(2026, 11, 11))
    bring_back(drop, 40, on=DAY)
    bring_back(drop, 0, on=DAY)
    drop.refresh_from_db()
    assert (drop.returned, drop.returned_on) == (0, None)


def test_the_database_itself_refuses_what_must_never_be() -> None:
    drop = make_drop(amount=40)
    for rows, change in (
        (PrintRun.objects.filter(pk=drop.run_id), {"given": 101}),
        (Drop.objects.filter(pk=drop.pk), {"returned": 41, "dropped_on": DAY}),
        (Drop.objects.filter(pk=drop.pk), {"returned": 1}),
        (Material.objects.filter(pk=drop.run.material_id), {"campaign": None}),
        (ShortLink.objects.filter(pk=drop.link_id), {"target": "//lain.example/"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_publishing_gives_a_page_its_own_links_once() -> None:
    event = make_event()
    assert {*codes_of(event)} == {Channel.FLYER, Channel.POSTER, Channel.OTHER}
    before = codes_of(event)
    event.publish(by=make_user())
    assert codes_of(event) == before
    assert codes_of(make_event(is_published=False)) == {}


def test_a_headline_is_short_and_the_campaign_follows_the_activity() -> None:
    campaign = make_campaign()
    material = Material(
        event=make_event(campaign=campaign), unit=campaign.unit, headline="KTP hilang? Ganti gratis."
    )
    material.full_clean()
    assert material.campaign == campaign
    material.headline = "satu dua tiga empat lima enam tujuh delapan sembilan"
    with pytest.raises(ValidationError) as refusal:
        material.full_clean()
    assert "headline" in refusal.value.message_dict
    with pytest.raises(ValidationError):
        Material(event=material.event, service=make_service(), unit=campaign.unit).full_clean()
