from django.urls import path

from outreach.views import officer_questions, opinion, opinion_paper, questions

app_name = "outreach"

urlpatterns = [
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
    path("petugas/kegiatan/<int:pk>/pertanyaan/", officer_questions.officer_questions, name="officer_questions"),
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
]
