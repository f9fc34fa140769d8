"""Results for everybody, under /kinerja/."""

from django.urls import path

from portal.evaluation.views import board, public

app_name = "evaluation"

urlpatterns = [
    path("", public.overview, name="overview"),
    path("angka.csv", public.office_csv, name="office_csv"),
    path("layanan/", board.board, name="board"),
    path("layanan/<slug:slug>/", board.service, name="service"),
    path("kampanye/", public.campaign_list, name="campaigns"),
    path("kampanye/<slug:slug>/", public.campaign_detail, name="campaign"),
    path("kampanye/<slug:slug>/angka.csv", public.campaign_csv, name="campaign_csv"),
]
