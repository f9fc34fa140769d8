"""Addresses of what is printed and of the pictures that are shared."""

from django.urls import path

from outreach.views import printing, share_images
from services.flyer import FLYER, POSTER

urlpatterns = [
    path("kegiatan/<slug:slug>/selebaran.pdf", printing.event_sheet, {"form": FLYER}, name="event_flyer"),
    path("kegiatan/<slug:slug>/poster.pdf", printing.event_sheet, {"form": POSTER}, name="event_poster"),
    path(
        "kampanye/<slug:slug>/selebaran.pdf", printing.campaign_sheet, {"form": FLYER}, name="campaign_flyer"
    ),
    path(
        "kampanye/<slug:slug>/poster.pdf", printing.campaign_sheet, {"form": POSTER}, name="campaign_poster"
    ),
    path(
        "kegiatan/<slug:slug>/bagikan/<slug:shape>/<slug:fingerprint>.jpg",
        share_images.event_picture,
        name="event_picture",
    ),
    path(
        "kampanye/<slug:slug>/bagikan/<slug:shape>/<slug:fingerprint>.jpg",
        share_images.campaign_picture,
        name="campaign_picture",
    ),
]
