"""Addresses of the installed app in two languages; the worker itself (`/sw.js`) has one, in portal/urls.py."""

from django.urls import path

from portal.web_app import phone_news, views

urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("tanpa-sinyal/", views.offline, name="offline"),
    path("pasang/", views.install, name="install"),
    path("kabar-di-hp/", phone_news.phone_news, name="phone_news"),
    path("kabar-di-hp/berhenti/", phone_news.stop, name="stop_phone_news"),
    path("kabar-di-hp/pindah/", phone_news.moved, name="move_phone_news"),
]
