"""Every address the portal knows, filled with a row of tests/desk.py's world."""

from django.urls import NoReverseMatch, reverse

from services import share_image
from services.models import PortalProfile, Service
from tests.grid import GRID, SPELLED_OUT
from tests.test_public_urls import known_addresses


def every_address() -> dict[str, str]:
    """Every address by its name, filled with a row that exists; the permission grid says which."""
    found = {name: address for name, (address, _rule) in SPELLED_OUT.items()}
    for place in known_addresses():
        fill = GRID[place.name].fill() if place.name in GRID else {}
        try:
            found.setdefault(place.name, reverse(place.name, kwargs=fill) if place.name else "/admin/x/")
        except NoReverseMatch:
            # Not in the grid yet, which tests/test_permission_grid.py says.
            continue
    service, profile = Service.objects.published().last(), PortalProfile.objects.get()
    assert service is not None
    found["services:share_image"] = reverse(
        "services:share_image", args=[service.slug, share_image.fingerprint(service, profile)]
    )
    return found
