"""What a phone needs to install the portal (W3C Web Application Manifest)."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language, gettext

from services.models import PortalProfile

# The paper of every page, and the deep colour of its header: portal/styles/tokens.scss.
PAPER = "#fbf8f2"
DEEP = {"daun": "#073d31", "kali": "#0a3352"}
# Name, side and purpose of each picture in static/, drawn by `icons.py`.
ICONS = (
    ("192", 192, "any"),
    ("512", 512, "any"),
    ("maskable", 512, "maskable"),
    ("monochrome", 512, "monochrome"),
)
SVG_NAMES = {"agency": "mark-agency.svg", "village": "mark.svg"}


def manifest_of(portal: PortalProfile | None) -> dict[str, Any]:
    """In the language of the moment; both languages are one app, by the same identity."""
    kind = "agency" if portal and portal.kind == PortalProfile.Kind.AGENCY else "village"
    name = portal.name if portal else "Balai Warga"
    return {
        "id": "/",
        "name": name,
        "short_name": portal.short_name if portal else name,
        "description": gettext(
            "What to bring, what it costs and how long it takes; and a way to tell the office. Also without signal."
        ),
        "lang": get_language() or settings.LANGUAGE_CODE,
        "dir": "ltr",
        "start_url": reverse("home"),
        "scope": "/",
        "display": "standalone",
        "theme_color": DEEP[portal.theme if portal else "daun"],
        "background_color": PAPER,
        "categories": ["government"],
        "icons": icons(kind),
        "shortcuts": [
            {"name": words, "url": reverse(address)}
            for words, address in (
                (gettext("Tell us something"), "feedback:tell"),
                (gettext("Services"), "services:list"),
                (gettext("Emergency numbers"), "services:emergency"),
                (gettext("Open what you sent"), "feedback:track"),
            )
        ],
    }


def icons(kind: str) -> list[dict[str, str]]:
    return [
        *(
            {
                "src": static(f"app-{kind}-{name}.png"),
                "sizes": f"{side}x{side}",
                "type": "image/png",
                "purpose": purpose,
            }
            for name, side, purpose in ICONS
        ),
        {"src": static(SVG_NAMES[kind]), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
    ]
