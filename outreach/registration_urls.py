"""Addresses of registering and of one's own registration; before those of an event, whose word is never “kode”."""

from django.urls import path

from outreach.views import officer_registration, own_registration, phone_news, registration

urlpatterns = [
    path("kegiatan/kode/", own_registration.code, name="code"),
    path("kegiatan/kode/saya/", own_registration.my_registration, name="my_registration"),
    path("kegiatan/kode/jumlah/", own_registration.change_party, name="change_party"),
    path("kegiatan/kode/batal/", own_registration.give_up, name="give_up"),
    path("kegiatan/kode/lupakan/", own_registration.forget_me, name="forget_me"),
    path("kegiatan/kode/kabar/", phone_news.registration_news, name="registration_news"),
    path("kegiatan/kode/tutup/", own_registration.close, name="close_registration"),
    path("kegiatan/<slug:slug>/daftar/", registration.register_page, name="register"),
    path("petugas/kegiatan/<int:pk>/daftar/", officer_registration.register_for, name="register_for"),
    path("petugas/kegiatan/<int:pk>/pesan/", officer_registration.event_messages, name="messages"),
    path("petugas/kegiatan/<int:pk>/nomor/", officer_registration.event_numbers, name="numbers"),
]
