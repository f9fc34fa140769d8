"""Addresses of home visits, all of them for officers."""

from django.urls import path

from outreach.views import pass_by, visits, walk_sheets

urlpatterns = [
    path("petugas/", visits.officer_start, name="officer_start"),
    path("petugas/kunjungan/<int:pk>/", visits.visit_round, name="visit_round"),
    path("petugas/kunjungan/<int:pk>/angka/", visits.visit_coverage, name="visit_coverage"),
    path("petugas/kunjungan/<int:pk>/<int:area>/", visits.visit_area, name="visit_area"),
    path("petugas/kunjungan/<int:pk>/<int:area>/hitung/", visits.count_homes, name="count_homes"),
    path("petugas/kunjungan/<int:pk>/<int:area>/lewati/", pass_by.pass_by, name="pass_by"),
    path("petugas/kunjungan/lewati/<int:pk>/", pass_by.lift, name="lift_pass_by"),
    path("petugas/kunjungan/catatan/<int:pk>/", visits.visit, name="visit"),
    path("petugas/kunjungan/catatan/<int:pk>/batal/", visits.undo_visit, name="undo_visit"),
    path("petugas/kunjungan/<int:pk>/<int:area>/lembar/", walk_sheets.walk_sheets, name="walk_sheets"),
    path("petugas/kunjungan/<int:pk>/<int:area>/lembar.pdf", walk_sheets.walk_list_pdf, name="walk_list_pdf"),
    path(
        "petugas/kunjungan/<int:pk>/<int:area>/lembar/<int:number>/",
        walk_sheets.type_sheet,
        name="type_walk_sheet",
    ),
]
