from django.urls import path

from feedback.views import answers, correct, from_visit, photo, statistics, survey, survey_results, tell, track

app_name = "feedback"

urlpatterns = [
    path("jawaban/", answers.answer_list, name="answers"),
    path("jawaban/perubahan/", answers.improvement_list, name="improvements"),
    path("jawaban/foto/<slug:name>.jpg", photo.released_photo, {"kind": "jpeg"}, name="photo_jpeg"),
    path("jawaban/foto/<slug:name>.webp", photo.released_photo, {"kind": "webp"}, name="photo_webp"),
    path("jawaban/<slug:number>/", answers.answer, name="answer"),
    path("suara/", tell.tell, name="tell"),
    path("suara/cerita/", tell.tell_story, name="tell_story"),
    path("suara/tempat/", tell.tell_place, name="tell_place"),
    path("suara/kirim/", tell.tell_send, name="tell_send"),
    path("suara/tersimpan/", tell.tell_saved, name="tell_saved"),
    path("suara/hapus/", tell.tell_discard, name="tell_discard"),
    path("suara/tanda-terima/", tell.tell_receipt, name="tell_receipt"),
    path("suara/tutup/", tell.tell_close, name="tell_close"),
    path("suara/foto/<int:pk>.jpg", tell.tell_photo, name="tell_photo"),
    path("suara/keliru/", correct.correct, name="correct"),
    path("lacak/", track.track, name="track"),
    path("lacak/kiriman/", track.case, name="case"),
    path("lacak/kiriman/pesan/", track.case_message, name="case_message"),
    path("lacak/kiriman/nilai/", track.case_rating, name="case_rating"),
    path("lacak/kiriman/kontak/", track.case_contact, name="case_contact"),
    path("lacak/kiriman/salinan.json", track.case_copy, name="case_copy"),
    path("lacak/kiriman/salinan/", track.case_all, name="case_all"),
    path("lacak/kiriman/lupakan/", track.case_erase, name="case_erase"),
    path("lacak/kiriman/foto/<int:pk>.jpg", track.case_photo, name="case_photo"),
    path("lacak/tutup/", track.case_close, name="case_close"),
    path("kinerja/suara/", statistics.statistics, name="statistics"),
    path("petugas/kunjungan/<int:pk>/<int:area>/suara/", from_visit.from_visit, name="from_visit"),
    path("survei/", survey.survey, name="survey"),
    path("survei/isi/", survey.survey_answer, name="survey_answer"),
    path("survei/terima-kasih/", survey.survey_thanks, name="survey_thanks"),
    path("survei/loket/<slug:unit>/", survey.survey_counter, name="survey_counter"),
    path("survei/loket/<slug:unit>/<slug:service>/", survey.survey_counter, name="survey_counter_of_service"),
    path("survei/hasil/", survey_results.survey_results, name="survey_results"),
    path("survei/hasil/<slug:slug>/", survey_results.survey_result, name="survey_result"),
    path("survei/hasil/<slug:slug>/lembar/", survey_results.survey_sheet, name="survey_sheet"),
    path("survei/hasil/<slug:slug>/jawaban.csv", survey_results.survey_rows, name="survey_rows"),
]
