"""A consultation as tests need it: open for two weeks, with a document in two parts and two questions."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from outreach import uploads
from outreach.models import Consultation, ConsultationPaper
from portal.shared.history import recorded
from tests.builders import EVENT_AT, PUBLISHED_AT, WHO, kept, make_event, make_organization, unique


def make_consultation(
    title: str = "Jam buka loket pagi",
    *,
    is_published: bool = True,
    services: Iterable[Any] = (),
    events: Iterable[Any] = (),
    **changes: Any,
) -> Consultation:
    """Open for two weeks from the day of `EVENT_AT`, with two sections and two questions: a choice, and words."""
    given = {
        "title": title,
        "slug": unique(title),
        "changes": "Buka lebih pagi.\nTutup lebih sore.",
        "who": "Semua warga boleh ikut.",
        "use": "Dibaca lurah, diputuskan bulan depan.",
        "opens_at": EVENT_AT,
        "closes_at": EVENT_AT + timedelta(days=14),
    } | changes
    given["unit"] = given.get("unit") or make_organization()
    consultation = Consultation(**given)
    with recorded(consultation, verb="create", by=WHO, at=PUBLISHED_AT):
        consultation.save()
        consultation.services.set(services)
        consultation.events.set(events)
        for number, text in enumerate(("Pasal satu: jam buka.", "Pasal dua: jam tutup."), start=1):
            consultation.sections.create(position=number, title=f"Bagian {number}", text=text)
        consultation.questions.create(position=1, text="Setujukah Anda?", choices="Setuju\nTidak setuju")
        consultation.questions.create(position=2, text="Apa yang kurang?")
        consultation.save()
    if is_published:
        consultation.publish(by=WHO, at=PUBLISHED_AT)
    return consultation


def public_world(at: datetime) -> dict[str, dict[str, str]]:
    """What fills each public address of questions and consultations: one with its result and a paper."""
    taken = uploads.keep_paper(SimpleUploadedFile("naskah.pdf", b"%PDF-1.7\nnaskah contoh\n%%EOF"))
    consultation = make_consultation(
        opens_at=at - timedelta(days=20), closes_at=at - timedelta(days=5), result="Jam buka dimajukan."
    )
    facts = {"file": taken.name, "size": taken.size, "is_public": True}
    paper = kept(
        ConsultationPaper(consultation=consultation, kind="document", title="Naskah contoh", **facts)
    )
    consultation.publish_result(by=WHO, at=at)
    slug = {"slug": consultation.slug}
    return {
        "outreach:asked": {"slug": make_event().slug},
        "outreach:opinion_thanks": {"slug": make_event().slug},
        "outreach:consultation": slug,
        "outreach:consultation_result": slug,
        "outreach:said": slug,
        "outreach:consultation_paper": {"pk": str(paper.pk)},
    }
