"""Under which licence the portal gives its data away."""

from dataclasses import dataclass

from django.conf import settings


@dataclass(frozen=True)
class Licence:
    """An open licence by its SPDX name, with its title and its text's address."""

    code: str
    title: str
    url: str


LICENCES = {
    one.code: one
    for one in (
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            "CC0-1.0",
            "Creative Commons Zero 1.0 Universal",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ),
        Licence(
            "ODbL-1.0",
            "Open Data Commons Open Database License 1.0",
            "https://opendatacommons.org/licenses/odbl/1-0/",
        ),
    )
}
# Names and codes of areas come from a data set under this one, whatever the portal chooses for its own.
OF_AREAS = LICENCES["ODbL-1.0"]


def licence() -> Licence:
    return LICENCES[settings.DATA_LICENCE]
