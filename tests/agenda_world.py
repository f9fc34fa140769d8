"""Activities with everything their public pages can show, files included."""

from datetime import date, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from outreach import uploads
from outreach.models import Campaign, Commitment, Event, EventDocument, EventPhoto, Minutes, Partnership
from tests.builders import PUBLISHED_AT, kept, make_campaign, make_event, make_organization
from tests.photo_files import saved

PAPER = b"%PDF-1.7\nlembar contoh\n%%EOF"


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_photo_of(event: Event, **changes: Any) -> EventPhoto:
    taken = uploads.keep_photo(upload("foto.png", saved("PNG")))
    given = {"alt": "Petugas memeriksa bak (contoh)", "consent": "Semua setuju.", "added_at": PUBLISHED_AT}
    given |= {"file": taken.name, "width": taken.width, "height": taken.height}
    return kept(EventPhoto(event=event, **given | changes))


def make_paper_of(event: Event, **changes: Any) -> EventDocument:
    taken = uploads.keep_paper(upload("lembar.pdf", PAPER))
    given = {"title": "Lembar contoh", "file": taken.name, "size": taken.size, "added_at": PUBLISHED_AT}
    return kept(EventDocument(event=event, **given | changes))


def make_promise(what: str, event: Event | None = None, *, by_when: date, **changes: Any) -> Commitment:
    unit = changes.pop("unit", None) or (event.unit if event else make_organization())
    promise = kept(Commitment(what=what, unit=unit, by_when=by_when, event=event, **changes))
    promise.publish(by="tests", at=PUBLISHED_AT)
    return promise


def make_held(at: datetime, **changes: Any) -> Event:
    """An activity that was held a week before, with report, photo, paper, minutes and a promise."""
    given = {"report": "Lima puluh warga datang."} | changes
    event = make_event("Penyuluhan demam berdarah", starts_at=at - timedelta(days=7), **given)
    event.close(by="tests", at=at)
    make_photo_of(event)
    make_paper_of(event)
    minutes = kept(Minutes(event=event, text="Diperiksa tiap Jumat.", signed_by="Lurah (contoh)"))
    minutes.publish(by="tests", at=at)
    make_promise("Bubuk abate dibagikan", event, by_when=(at + timedelta(days=30)).date())
    return event


def agenda_world(at: datetime) -> dict[str, dict[str, str]]:
    """What fills each public address of the agenda."""
    campaign: Campaign = make_campaign()
    partner = make_organization("Yayasan Contoh")
    kept(Partnership(campaign=campaign, organization=partner, role="expert"))
    event = make_held(at, campaign=campaign)
    photo, paper = event.photos.get(), event.documents.get()
    name = {"name": photo.file.name.rpartition("/")[2].removesuffix(".jpg")}
    slug, of_campaign = {"slug": event.slug}, {"slug": campaign.slug}
    return {
        "outreach:event": slug,
        "outreach:event_file": slug,
        "outreach:campaign": of_campaign,
        "outreach:partner": {"slug": partner.slug},
        "outreach:event_photo_avif": name,
        "outreach:event_photo_jpg": name,
        "outreach:event_photo_webp": name,
        "outreach:event_paper": {"pk": str(paper.pk)},
    }
