"""What the year of each example portal is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.demo.making import Maker
from portal.demo.stories import Notice, Story, Topic, notices, stories, topics
from services.models import Area, Location, Organization


@dataclass(frozen=True)
class Plan:
    """What a year of one portal is made of."""

    office: Organization
    rws: Sequence[str]
    areas: Sequence[Area]
    place: Location | None
    stories: Sequence[Story]
    topics: Sequence[Topic]
    notices: Sequence[Notice]
    # The service a campaign of half a year ago was about, and what the campaign is called.
    better: str
    campaign_title: str
    campaign_summary: str
    improvements: Sequence[tuple[str, str, str]]
    cases_a_month: int = 30


def tanjung_barat(maker: Maker) -> Plan:
    """The year before today: what residents told, and the campaign after which one service was answered better."""
    ward = maker.one(Area, "tanjung-barat")
    numbers = ("01", "02", "03", "04", "05")
    return Plan(
        office=maker.one(Organization, "kelurahan-tanjung-barat"),
        rws=(*numbers, "03", "05", ""),
        areas=[maker.area(f"RW {number}", Area.Level.RW, ward) for number in ("05", "03", "01")],
        place=maker.one(Location, "kantor-kelurahan-tanjung-barat"),
        stories=stories("tanjung-barat"),
        topics=topics("tanjung-barat"),
        notices=notices("tanjung-barat"),
        better="cek-kesehatan",
        campaign_title="Sabtu sehat RW 05",
        campaign_summary="Warga RW 05 tahu kapan dan di mana cek kesehatan gratis diadakan.",
        improvements=(
            ("kk", "Antre Kartu Keluarga sampai dua jam.", "Loket kedua dibuka pukul 08.00–11.00. (contoh)"),
            (
                "cek-kesehatan",
                "Jadwal cek kesehatan sering pindah tanpa kabar.",
                "Jadwal ditempel di setiap pos RW. (contoh)",
            ),
            (
                "perbaikan-jalan",
                "Gang gelap dan berlubang.",
                "Dua puluh lampu diganti dan lubang ditambal. (contoh)",
            ),
            (
                "posyandu",
                "Posyandu mulai terlambat.",
                "Petugas hadir pukul 07.45 dan jamnya ditulis di grup RW. (contoh)",
            ),
        ),
        cases_a_month=70,
    )


def disdik_labura(maker: Maker) -> Plan:
    """The year before today: what residents told, and the campaign after which one service was answered better."""
    districts = ("kecamatan-kualuh-hulu", "kecamatan-marbau", "kecamatan-aek-natas")
    return Plan(
        office=maker.one(Organization, "disdik-labura"),
        # People of a regency name their village, not an RW.
        rws=("",),
        areas=[area for slug in districts if (area := maker.one(Area, slug))],
        place=maker.one(Location, "sd-negeri-112280-aek-kanopan"),
        stories=stories("disdik-labura"),
        topics=topics("disdik-labura"),
        notices=notices("disdik-labura"),
        better="legalisir-ijazah",
        campaign_title="Legalisir ijazah dekat rumah",
        campaign_summary="Warga tidak perlu jauh-jauh ke Aek Kanopan untuk legalisir ijazah.",
        improvements=(
            (
                "legalisir-ijazah",
                "Datang jauh, pejabatnya tidak ada.",
                "Pejabat pengganti ditunjuk dan harinya ditulis. (contoh)",
            ),
            (
                "spmb-sd",
                "Server pendaftaran lambat.",
                "Sekolah membantu mendaftar sampai pukul 14.00. (contoh)",
            ),
            (
                "dana-bos",
                "Masih diminta uang buku.",
                "Daftar yang boleh dan tidak boleh ditempel di setiap SD. (contoh)",
            ),
        ),
        cases_a_month=60,
    )
