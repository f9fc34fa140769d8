"""Addresses of the door: attendance on officers' phones and on paper, certificates."""

from django.urls import path

from outreach.views import certificates, check_in, door, head_count, sign_in_sheet

urlpatterns = [
    path("petugas/kegiatan/", door.my_events, name="door_events"),
    path("petugas/kegiatan/<int:pk>/", door.door, name="door"),
    path("petugas/kegiatan/<int:pk>/pindai/", check_in.scan, name="scan"),
    path("petugas/kegiatan/<int:pk>/daftar-hadir/", check_in.tick_list, name="tick_list"),
    path("petugas/kegiatan/<int:pk>/hadir/<int:entry_pk>/", door.entry, name="attendance_entry"),
    path("petugas/kegiatan/<int:pk>/jumlah/", head_count.head_count, name="head_count"),
    path("petugas/kegiatan/<int:pk>/lembar/", sign_in_sheet.sign_in_sheet, name="sign_in_sheet"),
    path("petugas/kegiatan/<int:pk>/lembar/ketik/", sign_in_sheet.type_sheet, name="type_sheet"),
    path("petugas/kegiatan/<int:pk>/sertifikat.pdf", certificates.certificates, name="certificates"),
    path("kegiatan/kode/sertifikat/", certificates.my_certificate, name="certificate"),
]
