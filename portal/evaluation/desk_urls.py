"""Results for staff, under /admin/kinerja/."""

from django.urls import URLPattern

app_name = "evaluation_desk"

urlpatterns: list[URLPattern] = []
