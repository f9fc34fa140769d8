from django.urls import path

from outreach import door_urls, print_urls, registration_urls, visit_urls
from outreach.views import (
    agenda,
    campaigns,
    consultations,
    event,
    feeds,
    keepsakes,
    officer_consultations,
    officer_questions,
    opinion,
    opinion_paper,
    posts,
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
    path("kegiatan/foto/<slug:name>.avif", keepsakes.event_photo, {"kind": "avif"}, name="event_photo_avif"),
    path("kegiatan/foto/<slug:name>.webp", keepsakes.event_photo, {"kind": "webp"}, name="event_photo_webp"),
    path("kegiatan/berkas/<int:pk>.pdf", keepsakes.event_paper, name="event_paper"),
    path("kampanye/", campaigns.campaign_list, name="campaigns"),
    path("kampanye/<slug:slug>/", campaigns.campaign_detail, name="campaign"),
    path("mitra/", campaigns.partner_list, name="partners"),
    path("mitra/<slug:slug>/", campaigns.partner_detail, name="partner"),
    path("kegiatan/<slug:slug>/kalender.ics", feeds.event_file, name="event_file"),
    # Registering, and one's own registration
    *registration_urls.urlpatterns,
    # Paper and pictures
    *print_urls.urlpatterns,
    # Posts for programs that carry them on
    path("siaran/atom.xml", posts.post_feed, name="post_feed"),
    path(
        "siaran/<int:pk>/gambar/<slug:shape>/<slug:fingerprint>.jpg", posts.post_picture, name="post_picture"
    ),
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
    path(
        "petugas/kegiatan/<int:pk>/pertanyaan/", officer_questions.officer_questions, name="event_questions"
    ),
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
    # Consultations
    path("konsultasi/", consultations.consultation_list, name="consultations"),
    path("konsultasi/berkas/<int:pk>.pdf", consultations.consultation_paper, name="consultation_paper"),
    path("konsultasi/<slug:slug>/", consultations.consultation, name="consultation"),
    path("konsultasi/<slug:slug>/isi/", consultations.say, name="say"),
    path("konsultasi/<slug:slug>/terima-kasih/", consultations.said, name="said"),
    path("konsultasi/<slug:slug>/hasil/", consultations.consultation_result, name="consultation_result"),
    path(
        "petugas/konsultasi/<int:pk>/",
        officer_consultations.officer_consultation,
        name="officer_consultation",
    ),
    path("petugas/konsultasi/<int:pk>/tulis/", officer_consultations.officer_heard, name="officer_heard"),
    path(
        "petugas/konsultasi/<int:pk>/masukan/",
        officer_consultations.officer_comments,
        name="officer_comments",
    ),
    # Home visits
    *visit_urls.urlpatterns,
    # One activity, after every fixed word
    path("kegiatan/<slug:slug>/", event.event_detail, name="event"),
]
