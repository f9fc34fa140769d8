from django.urls import path

from outreach import door_urls, print_urls
from outreach.views import (
    agenda,
    campaigns,
    event,
    feeds,
    keepsakes,
    officer_questions,
    opinion,
    opinion_paper,
    promises,
    questions,
)

app_name = "outreach"

urlpatterns = [
    # The door: attendance
    *door_urls.urlpatterns,
    # The agenda: fixed words first, an activity takes any other
    path("kegiatan/", agenda.event_list, name="events"),
    path("kegiatan/lewat/", agenda.past_list, name="past_events"),
    path("kegiatan/kalender/", agenda.calendar, name="calendar"),
    path("kegiatan/kalender.ics", feeds.feed, name="feed"),
    path("kegiatan/atom.xml", feeds.atom, name="atom"),
    path("kegiatan/janji/", promises.commitment_list, name="commitments"),
    path("kegiatan/foto/<slug:name>.jpg", keepsakes.event_photo, {"kind": "jpg"}, name="event_photo_jpg"),
    path("kegiatan/foto/<slug:name>.webp", keepsakes.event_photo, {"kind": "webp"}, name="event_photo_webp"),
    path("kegiatan/berkas/<int:pk>.pdf", keepsakes.event_paper, name="event_paper"),
    path("kampanye/", campaigns.campaign_list, name="campaigns"),
    path("kampanye/<slug:slug>/", campaigns.campaign_detail, name="campaign"),
    path("mitra/", campaigns.partner_list, name="partners"),
    path("mitra/<slug:slug>/", campaigns.partner_detail, name="partner"),
    path("kegiatan/<slug:slug>/kalender.ics", feeds.event_file, name="event_file"),
    # Paper and pictures
    *print_urls.urlpatterns,
    # What people say about an activity
    path("kegiatan/<slug:slug>/nilai/", opinion.rate, name="rate"),
    path("kegiatan/<slug:slug>/soal/<slug:phase>/", opinion.fill_in_sheet, name="fill_in_sheet"),
    path("kegiatan/<slug:slug>/manfaat/", opinion.say_whether_used, name="say_whether_used"),
    path("kegiatan/<slug:slug>/terima-kasih/", opinion.opinion_thanks, name="opinion_thanks"),
    path("petugas/kegiatan/<int:pk>/nilai/", opinion_paper.opinions, name="opinions"),
    path("petugas/kegiatan/<int:pk>/nilai/lembar/", opinion_paper.opinion_sheet, name="opinion_sheet"),
    # Questions
    path("kegiatan/<slug:slug>/tanya/", questions.ask_event, name="ask"),
    path("kegiatan/<slug:slug>/tanya/terima-kasih/", questions.asked, name="asked"),
    path("kegiatan/<slug:slug>/pertanyaan/", questions.questions, name="questions"),
    path("petugas/kegiatan/<int:pk>/pertanyaan/", officer_questions.officer_questions, name="event_questions"),
    path(
        "petugas/kegiatan/<int:pk>/pertanyaan/layar/",
        officer_questions.officer_questions_screen,
        name="officer_questions_screen",
    ),
    path(
        "petugas/kegiatan/<int:pk>/pertanyaan/tulis/",
        officer_questions.officer_question_aloud,
        name="officer_question_aloud",
    ),
    path(
        "petugas/kegiatan/<int:pk>/pertanyaan/<int:question>/",
        officer_questions.officer_question,
        name="officer_question",
    ),
    # One activity, after every fixed word
    path("kegiatan/<slug:slug>/", event.event_detail, name="event"),
]
