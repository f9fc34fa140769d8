"""Results for staff, under /admin/kinerja/."""

from django.urls import path

from portal.evaluation.views import desk, reports

app_name = "evaluation_desk"

urlpatterns = [
    path("", desk.office, name="office"),
    path("hitung/", desk.count_now, name="count_now"),
    path("kampanye/<slug:slug>/", desk.campaign, name="campaign"),
    path("laporan/", reports.reports, name="reports"),
    path("laporan/baru/", reports.ask_report, name="ask"),
    path("laporan/<int:pk>/", reports.report, name="report"),
    path("laporan/<int:pk>/lagi/", reports.again, name="again"),
    path("laporan/<int:pk>/berkas.pdf", reports.report_file, name="report_file"),
]
