from django.urls import path

from feedback.views import answers, correct, photo, statistics, survey, survey_results

app_name = "feedback"

urlpatterns = [
    path("jawaban/", answers.answer_list, name="answers"),
    path("jawaban/perubahan/", answers.improvement_list, name="improvements"),
    path("jawaban/foto/<slug:name>.jpg", photo.released_photo, {"kind": "jpeg"}, name="photo_jpeg"),
    path("jawaban/foto/<slug:name>.webp", photo.released_photo, {"kind": "webp"}, name="photo_webp"),
    path("jawaban/<slug:number>/", answers.answer, name="answer"),
    path("suara/keliru/", correct.correct, name="correct"),
    path("kinerja/suara/", statistics.statistics, name="statistics"),
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
