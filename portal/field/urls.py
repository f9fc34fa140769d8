"""Addresses of officers' work without signal."""

from django.urls import path

from portal.field import views
from portal.field.shell import shell

app_name = "field"
urlpatterns = [
    path("", shell, name="shell"),
    path("muat/", views.take_along, name="take_along"),
    path("kirim/", views.send, name="send"),
    path("keluar/", views.leave, name="leave"),
    path("lepas/", views.release, name="release"),
]
