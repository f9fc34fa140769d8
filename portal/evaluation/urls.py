"""Results for everybody, under /kinerja/."""

from django.urls import URLPattern

app_name = "evaluation"

urlpatterns: list[URLPattern] = []
