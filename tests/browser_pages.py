"""One address of every type of page, with the words of the real data sets."""

from dataclasses import dataclass

NOT_A_WORD = "xyzzyqq"


@dataclass(frozen=True)
class PageType:
    """An address of one of the two portals; `status` is what it answers with."""

    address: str
    portal: str = "tanjung_barat"
    status: int = 200


PAGES = {
    "home": PageType("/"),
    "catalogue": PageType("/layanan/"),
    "catalogue, last page": PageType("/layanan/?hal=3"),
    "catalogue, filtered": PageType("/layanan/?bidang=administrasi&topik=ktp-kk&untuk=semua-warga"),
    "catalogue, filters without a service": PageType("/layanan/?bidang=administrasi&untuk=lansia&buka=1"),
    "catalogue, words without a service": PageType(f"/layanan/?q={NOT_A_WORD}"),
    "A to Z": PageType("/layanan/a-z/"),
    "A to Z, one letter": PageType("/layanan/a-z/?huruf=K"),
    "search, nothing asked": PageType("/cari/"),
    "search, found": PageType("/cari/?q=ktp+ilang"),
    "search, services and places found": PageType("/cari/?q=puskesmas"),
    "search, nothing found": PageType(f"/cari/?q={NOT_A_WORD}"),
    "service": PageType("/layanan/ktp-hilang/"),
    "service, long": PageType("/layanan/riwayat-tanah/"),
    "service, confirmed": PageType("/layanan/akta-lahir/"),
    "service, closed for a while": PageType("/layanan/pindah/"),
    "service, for print": PageType("/layanan/nikah/?cetak=1"),
    "organizations": PageType("/instansi/"),
    "organization": PageType("/instansi/kelurahan-tanjung-barat/"),
    "places": PageType("/tempat/"),
    "places, filtered": PageType("/tempat/?jenis=school_primary&wilayah=tanjung-barat"),
    "places, nothing found": PageType(f"/tempat/?q={NOT_A_WORD}"),
    "place": PageType("/tempat/kantor-kelurahan-tanjung-barat/"),
    "place with a map": PageType("/tempat/puskesmas-jagakarsa/"),
    "areas": PageType("/wilayah/"),
    "area": PageType("/wilayah/tanjung-barat/"),
    "public works": PageType("/pekerjaan/"),
    "public work": PageType("/pekerjaan/saluran-contoh/"),
    "emergency": PageType("/darurat/"),
    "about": PageType("/tentang/"),
    "privacy": PageType("/privasi/"),
    "accessibility": PageType("/aksesibilitas/"),
    "charter": PageType("/maklumat/"),
    "data": PageType("/data/"),
    "to install": PageType("/pasang/"),
    "without signal": PageType("/tanpa-sinyal/"),
    "400": PageType("/keliru/400/", status=400),
    "403": PageType("/keliru/403/", status=403),
    "404": PageType("/keliru/404/", status=404),
    "429": PageType("/keliru/429/", status=429),
    "500": PageType("/keliru/500/", status=500),
    "503": PageType("/keliru/503/", status=503),
    "home of an agency": PageType("/", "labura"),
    "catalogue of an agency": PageType("/layanan/", "labura"),
    "service of an agency": PageType("/layanan/spmb-sd/", "labura"),
    "many places": PageType("/tempat/?hal=2", "labura"),
    "school": PageType("/tempat/sd-negeri-112304-panigoran/", "labura"),
    "areas of a regency": PageType("/wilayah/", "labura"),
    "no public work yet": PageType("/pekerjaan/", "labura"),
}

# What residents meet most; every text of theirs exists in both languages.
MAIN = ("home", "catalogue", "search, found", "search, nothing found", "service", "service, confirmed")
MAIN += ("places", "place", "public work", "emergency", "about", "404")
ENGLISH = {
    f"{name}, in English": PageType("/en" + PAGES[name].address, status=PAGES[name].status) for name in MAIN
}
EVERY_PAGE = PAGES | ENGLISH
# Pages that stand without the portal's own style sheet and header.
ON_THEIR_OWN = ("500", "503")
