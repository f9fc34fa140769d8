"""The provinces by the first two digits of the Kemendagri code (Kepmendagri 100.1.1-6117/2022 and its changes)."""

from collections.abc import Iterator

from services.models.area import Area

PROVINCES = {
    "11": "Aceh",
    "12": "Sumatera Utara",
    "13": "Sumatera Barat",
    "14": "Riau",
    "15": "Jambi",
    "16": "Sumatera Selatan",
    "17": "Bengkulu",
    "18": "Lampung",
    "19": "Kepulauan Bangka Belitung",
    "21": "Kepulauan Riau",
    "31": "DKI Jakarta",
    "32": "Jawa Barat",
    "33": "Jawa Tengah",
    "34": "DI Yogyakarta",
    "35": "Jawa Timur",
    "36": "Banten",
    "51": "Bali",
    "52": "Nusa Tenggara Barat",
    "53": "Nusa Tenggara Timur",
    "61": "Kalimantan Barat",
    "62": "Kalimantan Tengah",
    "63": "Kalimantan Selatan",
    "64": "Kalimantan Timur",
    "65": "Kalimantan Utara",
    "71": "Sulawesi Utara",
    "72": "Sulawesi Tengah",
    "73": "Sulawesi Selatan",
    "74": "Sulawesi Tenggara",
    "75": "Gorontalo",
    "76": "Sulawesi Barat",
    "81": "Maluku",
    "82": "Maluku Utara",
    "91": "Papua",
    "92": "Papua Barat",
    "93": "Papua Selatan",
    "94": "Papua Tengah",
    "95": "Papua Pegunungan",
    "96": "Papua Barat Daya",
}
# Regency, district, village, RW, RT and a province above them.
DEEPEST = 6


def upwards(area: Area | None) -> Iterator[Area]:
    """The area and every area it is part of, from the smallest up; asks for each parent not yet read."""
    for _level in range(DEEPEST):
        if area is None:
            return
        yield area
        area = area.parent


def city_of(area: Area | None) -> str:
    """The city or regency an area lies in; empty when the tree does not say."""
    levels = {Area.Level.CITY, Area.Level.REGENCY}
    return next((one.long_name for one in upwards(area) if one.level in levels), "")


def province_of(area: Area | None) -> str:
    """The province, by the tree or else by the code; empty when neither tells."""
    for one in upwards(area):
        if one.level == Area.Level.PROVINCE:
            return one.name
        if name := PROVINCES.get(one.kemendagri_code[:2]):
            return name
    return ""


def postcode_of(postcode: str, area: Area | None) -> str:
    """A place's own postcode, else that of its village."""
    return postcode or next((one.postcode for one in upwards(area) if one.postcode), "")
