"""A service of which everything is known, and how to ask for it in HSDS."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from services.models import Area, Channel, Service
from tests.builders import (
    make_area,
    make_audience,
    make_category,
    make_hours,
    make_location,
    make_organization,
    make_service,
)

HSDS = "/data/hsds/"
LISTS = {
    "services": "service",
    "organizations": "organization",
    "service_at_locations": "service_at_location",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
Ask = Callable[..., Any]


def asking(client: Client) -> Ask:
    """What the API answers to a path and a query, in JSON with the status expected."""

    def asked(path: str = "", status: int = 200, **query: Any) -> Any:
        response = client.get(HSDS + path, query)
        assert response.status_code == status, response.content[:300]
        assert response["Content-Type"] == "application/json"
        return response.json()

    return asked


def full_service(**changes: Any) -> Service:
    """A service of which everything is known."""
    city = Area.objects.filter(kemendagri_code="31.74").first()
    city = city or make_area("Jakarta Selatan", level=Area.Level.CITY, kemendagri_code="31.74")
    village = make_area("Tanjung Contoh", parent=city, postcode="12530")
    parent = make_organization("Kota")
    office = make_organization(
        "Kelurahan", parent=parent, phone="021-1", whatsapp="0812", email="k@contoh.id"
    )
    hall = make_location(
        organization=office,
        area=village,
        address="Jl. Contoh 1",
        latitude="-6.3",
        longitude="106.8",
        phone="021-2",
        step_free=True,
        accessible_toilet=False,
        hours=[("12345", "07:30", "12:00"), ("12345", "13:00", "16:00")],
    )
    given: dict[str, Any] = {
        "organization": office,
        "category": make_category("KTP", parent=make_category("Kependudukan")),
        "audiences": [make_audience("Remaja")],
        "areas": [village],
        "requirements": ["Kartu keluarga", "Surat kehilangan"],
        "steps": ["Datang", "Ambil"],
        "counters": [hall],
        "channels": [
            {"kind": Channel.Kind.PHONE, "label": "Telepon", "value": "021-3", "note": "jam kerja"},
            {"kind": Channel.Kind.WHATSAPP, "label": "WA", "value": "0813"},
            {"kind": Channel.Kind.EMAIL, "label": "Surel", "value": "ktp@contoh.id"},
            {"kind": Channel.Kind.WEBSITE, "label": "Situs", "value": "https://contoh.id/ktp"},
        ],
        "source": "Perda 1",
        "caution": "Tanyakan dulu",
        "fee_amount": 0,
        "output": "KTP",
    }
    service = make_service("Mengganti KTP", **(given | changes))
    make_hours("6", "08:00", "00:00", service_at_location=service.counters.get())
    return service
