"""Examples for Kelurahan Tanjung Barat beside health: small businesses, and the Friday round against mosquitoes."""

from datetime import timedelta
from typing import Any

from outreach.models import Event
from portal.demo.making import WHO, Maker
from services.models import Area, Audience, Location, Organization, Service

Kind = Event.Kind


def small_business(maker: Maker, office: Organization) -> None:
    """A workshop that is full, with a waiting list, and one that was cancelled."""
    today = maker.today
    campaign = maker.campaign(
        "Usaha kecil naik kelas",
        slug="usaha-kecil-naik-kelas",
        summary="Pedagang dan perajin Tanjung Barat punya izin usaha dan bisa menjual lewat HP.",
        goal="Empat puluh usaha kecil punya nomor induk berusaha dan tahu cara memakainya.",
        starts=today - timedelta(days=15),
        ends=today + timedelta(days=60),
        unit=office,
        targets=[("came", 60), ("events", 3)],
        audiences=maker.rows(Audience, "pelaku-usaha-kecil perempuan"),
        services=maker.rows(Service, "jakpreneur"),
    )
    shared: dict[str, Any] = {
        "unit": office,
        "campaign": campaign,
        "category": maker.topic("usaha-kecil"),
        "audiences": maker.rows(Audience, "pelaku-usaha-kecil perempuan"),
        "services": maker.rows(Service, "jakpreneur"),
        "location": maker.one(Location, "kantor-kelurahan-tanjung-barat"),
    }
    workshop = maker.event(
        "Lokakarya: foto produk dengan HP",
        slug="lokakarya-foto-produk",
        day=maker.day(1, 2),
        clock=("13:00", "16:00"),
        kind=Kind.WORKSHOP,
        summary="Pulang dengan lima foto produk yang siap dipasang. Gratis.",
        capacity=12,
        bring="HP berkamera\nSatu atau dua produk Anda",
        has_step_free_access=True,
        agenda=[("Cahaya dan latar", 45), ("Praktik", 90), ("Saling melihat hasil", 30)],
        speakers=[("Pelatih usaha kecil (contoh)", "Suku Dinas PPKUKM")],
        **shared,
    )
    maker.parties(workshop, [1, 2, 1, 1, 2, 1, 1, 1, 2, 1, 1])
    maker.event(
        "Jemput bola: urus izin usaha di kelurahan",
        slug="jemput-bola-izin-usaha",
        day=maker.day(3, 3),
        clock=("09:00", "12:00"),
        kind=Kind.MOBILE_SERVICE,
        summary="Petugas membantu mengisi NIB di tempat. Bawa HP dan KTP.",
        bring="KTP\nHP dengan kuota",
        takes_registrations=False,
        has_step_free_access=True,
        **shared,
    )
    called_off = maker.event(
        "Bazar kecil Jumat pagi",
        slug="bazar-kecil-jumat",
        day=maker.day(1, 4),
        clock=("07:00", "10:00"),
        kind=Kind.BRIEFING,
        summary="Menjual bersama di halaman kelurahan.",
        **shared,
    )
    called_off.cancel(
        "Halaman kelurahan sedang diperbaiki. Tanggal baru menyusul. (contoh)", by=WHO, at=maker.now
    )


def mosquitoes(maker: Maker, office: Organization, rw: Area) -> None:
    """Every Friday: homes are looked at for larvae, residents learn how."""
    for number, week in enumerate((0, 1, 2)):
        maker.event(
            "Jumat keliling: rumah bebas jentik",
            slug=f"jumat-bebas-jentik-{number + 1}",
            day=maker.day(week, 4),
            clock=("07:30", "09:30"),
            kind=Kind.FRIDAY_ROUND,
            unit=office,
            category=maker.topic("nyamuk"),
            summary="Kader dan warga memeriksa bak mandi dan pot bersama. Siapa pun boleh ikut.",
            place_words="Mulai dari Pos RW 03 (contoh)",
            takes_registrations=False,
            audiences=maker.rows(Audience, "semua-warga komunitas"),
            areas=[rw],
            services=maker.rows(Service, "jentik"),
        )
