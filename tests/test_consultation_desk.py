"""Consultations at the desk: one form, its papers, its buttons."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.builders import make_portal
from tests.consultation_world import make_consultation
from tests.desk import form_data, make_officer, signed_in

pytestmark = pytest.mark.django_db


def paper(**changes: Any) -> dict[str, Any]:
    given = {"papers-TOTAL_FORMS": "1", "papers-0-kind": "document", "papers-0-title": "Naskah contoh"}
    return given | {f"papers-0-{name}": value for name, value in changes.items()}


def test_a_forum_gets_its_usual_steps_and_its_papers_and_says_what_is_missing() -> None:
    make_portal()
    consultation = make_consultation()
    desk = signed_in(make_officer("coordinator"))
    address = f"/admin/outreach/consultation/{consultation.pk}/"
    page = desk.get(f"{address}change/")
    assert page.status_code == 200
    nowhere = desk.post(f"{address}change/", form_data(page, **paper()))
    assert nowhere.status_code == 200
    file = SimpleUploadedFile("naskah.pdf", b"%PDF-1.7\nnaskah contoh\n%%EOF")
    sent = form_data(page, is_forum="on", **paper(upload=file, is_public="on"))
    assert desk.post(f"{address}change/", sent).status_code == 302
    assert consultation.steps.count() == 7
    kept = consultation.papers.get()
    assert (kept.is_public, kept.size > 0) == (True, True)
    public = desk.get(f"/konsultasi/berkas/{kept.pk}.pdf")
    assert (public.status_code, public["Content-Type"]) == (200, "application/pdf")
    refused = desk.post(f"{address}verb/publish_result/", {}, follow=True)
    assert consultation.title in refused.content.decode()
    consultation.refresh_from_db()
    assert consultation.result_published_at is None
