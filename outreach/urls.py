from django.urls import path

from outreach.views import opinion, opinion_paper

app_name = "outreach"

urlpatterns = [
    # What people say about an activity
    path("kegiatan/<slug:slug>/nilai/", opinion.rate, name="rate"),
    path("kegiatan/<slug:slug>/soal/<slug:phase>/", opinion.fill_in_sheet, name="fill_in_sheet"),
    path("kegiatan/<slug:slug>/manfaat/", opinion.say_whether_used, name="say_whether_used"),
    path("kegiatan/<slug:slug>/terima-kasih/", opinion.opinion_thanks, name="opinion_thanks"),
    path("petugas/kegiatan/<int:pk>/nilai/", opinion_paper.opinions, name="opinions"),
    path("petugas/kegiatan/<int:pk>/nilai/lembar/", opinion_paper.opinion_sheet, name="opinion_sheet"),
]
