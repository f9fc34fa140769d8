"""A neighbourhood with something of every kind to be found: what the everyday questions over all kinds are asked of.

Each document has a short name, by which `tests/data/everyday_everything.csv` says what is meant.
"""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from outreach.models import Consultation, Question
from portal.shared import content_version
from portal.shared.search import vocabulary
from services.models import News, Organization
from tests.builders import (
    EVENT_AT,
    PUBLISHED_AT,
    RECEIVED_AT,
    make_campaign,
    make_event,
    make_public_work,
    make_released,
)

# The Thursday on which people ask.
ASKED_AT = RECEIVED_AT + timedelta(days=1)

EVENTS = {
    "cek-kesehatan": ("Cek kesehatan gratis di RW 03", "Periksa tekanan darah dan gula, gratis."),
    "posyandu": ("Posyandu balita RW 05", "Timbang badan, ukur tinggi, dan vitamin A untuk balita."),
    "ktp-keliling": ("Jemput bola perekaman KTP di RPTRA", "Rekam data KTP tanpa ke kantor."),
    "umkm": ("Pelatihan pemasaran daring", "Usaha kecil belajar jual online lewat foto dari telepon."),
    "kerja-bakti": ("Kerja bakti berantas sarang nyamuk", "Bersama membersihkan talang dan bak air."),
    "musrenbang": ("Musrenbang kelurahan untuk tahun depan", "Usulan RW dibahas dan dipilih bersama."),
    "donor": ("Donor darah di kantor kelurahan", "Bersama PMI, ada sarapan untuk pendonor."),
    "senam": ("Senam pagi untuk lansia", "Gerakan ringan bersama kader, boleh sambil duduk."),
    "hidroponik": ("Menanam hidroponik di gang sempit", "Belajar menanam sayur tanpa tanah."),
    "bank-sampah": ("Pengenalan bank sampah", "Botol dan kardus ditimbang jadi tabungan."),
    "banjir": ("Latihan siaga banjir", "Ke mana lari dan apa yang dibawa kalau air naik."),
}
OVER = {"banjir"}
QUESTIONS = {
    "kia": ("Anak yang belum punya KIA boleh ikut periksa?", "Boleh. Bawa KK saja, KIA bisa menyusul."),
    "puasa": ("Jam berapa loket buka waktu puasa?", "Loket buka pukul 08.00 sampai 14.00 selama puasa."),
    "air": ("Kenapa air PAM sering mati malam hari?", "Pipa utama sedang diganti sampai akhir bulan."),
    "parkir": (
        "Boleh parkir mobil di halaman kelurahan?",
        "Boleh selama mengurus surat, paling lama dua jam.",
    ),
    "nib": ("Apakah warung kecil perlu NIB?", "Perlu, dan gratis. Petugas membantu mengisinya."),
}
ANSWERS = {
    "lampu": ("Lampu di Gang Masjid mati", "Lampunya sudah diganti hari Selasa."),
    "jalan": ("Jalan Nangka bolong di depan warung", "Lubangnya sudah ditambal sementara."),
    "antre": ("Antre di loket terlalu lama", "Kami menambah satu petugas pada jam ramai."),
    "anjing": ("Anjing liar berkeliaran di RW 04", "Petugas sudah menjemputnya untuk divaksin."),
    "karaoke": ("Karaoke berisik sampai tengah malam", "Pemiliknya sepakat berhenti pukul 22.00."),
    "tiang": ("Tiang listrik miring di Gang Mawar", "PLN menegakkannya pada hari Rabu."),
    "got": ("Got meluap di depan sekolah", "Pasukan oranye mengangkat sampah dari got."),
    "calo": ("Ada calo surat tanah di depan kantor", "Layanan ini gratis. Kami memasang spanduk."),
}
CONSULTATIONS = {
    "sabtu": ("Loket buka hari Sabtu", "Loket buka dua kali sebulan pada hari Sabtu."),
    "trotoar": ("Rencana trotoar Jalan TB Simatupang", "Trotoar dilebarkan, parkir dipindah."),
    "sampah": ("Rancangan iuran sampah baru", "Iuran naik untuk usaha, tetap untuk rumah."),
}
WORKS = {
    "saluran": ("Perbaikan saluran air Gang Remidi", "drainage"),
    "aspal": ("Pengaspalan Jalan Nangka", "road"),
    "taman": ("Taman bermain RW 06", "park"),
    "lampu": ("Lampu penerangan Jalan Rancho Indah", "lighting"),
    "sumur": ("Sumur resapan RW 01", "drainage"),
}
NEWS = {
    "tutup": ("Loket Dukcapil tutup hari Jumat", "Jaringan listrik diperbaiki. Buka lagi Senin."),
    "sim": ("Jadwal SIM keliling bulan ini", "Setiap Sabtu di halaman kecamatan."),
    "banjir": ("Waspada banjir kiriman malam ini", "Pintu air siaga dua. Pindahkan kendaraan."),
    "beras": ("Pembagian beras mulai Senin", "Bawa KTP dan undangan dari RT."),
    "puasa": ("Jam layanan selama puasa", "Loket tutup lebih cepat satu jam."),
}
CAMPAIGNS = {
    "dbd": ("Gerakan bebas demam berdarah", "Satu rumah satu pemantau jentik."),
    "imunisasi": ("Kejar imunisasi anak", "Melengkapi imunisasi yang tertinggal, campak juga."),
    "pilah": ("Ayo pilah sampah dari rumah", "Sampah basah dan kering dipisah sejak dapur."),
}

Names = dict[tuple[str, int], str]


@transaction.atomic
def make_everything(unit: Organization) -> Names:
    """Makes them all; says the short name of each by kind (as in an address of the search) and key."""
    names: Names = {}
    for name, (title, summary) in EVENTS.items():
        starts = EVENT_AT - timedelta(days=20) if name in OVER else EVENT_AT
        event = make_event(title, summary=summary, starts_at=starts, unit=unit, place_words="Balai warga")
        names["kegiatan", event.pk] = f"event:{name}"
    for name, row in questions(event).items():
        names["tanya-jawab", row.pk] = f"question:{name}"
    for name, (title, answer) in ANSWERS.items():
        case = make_released(title, public_story=f"{title}.", public_answer=answer, unit=unit)
        names["jawaban", case.pk] = f"answer:{name}"
    for name, row in consultations(unit).items():
        names["konsultasi", row.pk] = f"consultation:{name}"
    for name, (title, kind) in WORKS.items():
        names["pekerjaan", make_public_work(title, kind=kind).pk] = f"work:{name}"
    for name, row in news(unit).items():
        names["kabar", row.pk] = f"news:{name}"
    for name, (title, summary) in CAMPAIGNS.items():
        campaign = make_campaign(title, summary=summary, unit=unit, ends_on=date(2026, 12, 31))
        names["kampanye", campaign.pk] = f"campaign:{name}"
    content_version.bump()
    vocabulary.forget()  # type: ignore[attr-defined]
    return names


def questions(event: Any) -> dict[str, Question]:
    return stored(
        Question,
        {
            name: {
                "event": event,
                "text": text,
                "shown": text,
                "state": Question.State.ANSWERED,
                "answer": answer,
                "answered_by": "Seksi Pemerintahan",
                "answered_at": RECEIVED_AT,
                "asked_at": PUBLISHED_AT,
                "form_key_hash": name,
            }
            for name, (text, answer) in QUESTIONS.items()
        },
    )


def consultations(unit: Organization) -> dict[str, Consultation]:
    return stored(
        Consultation,
        {
            name: {
                "title": title,
                "slug": slugify(title),
                "changes": changes,
                "unit": unit,
                "opens_at": PUBLISHED_AT,
                "closes_at": EVENT_AT,
                "published_at": PUBLISHED_AT,
            }
            for name, (title, changes) in CONSULTATIONS.items()
        },
    )


def news(unit: Organization) -> dict[str, News]:
    return stored(
        News,
        {
            name: {
                "title": title,
                "slug": slugify(title),
                "text": text,
                "unit": unit,
                "shown_from": RECEIVED_AT - timedelta(days=1),
                "published_at": RECEIVED_AT - timedelta(days=1),
            }
            for name, (title, text) in NEWS.items()
        },
    )


def stored(model: Any, rows: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Rows as their verbs leave them, without their histories: what they are found by is what matters here."""
    made = {name: model(**row) for name, row in rows.items()}
    for one in made.values():
        one.save()
    return made
