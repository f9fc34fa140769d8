"""What people looked for in vain, for those who keep the words of the catalogue; under /admin/dicari/."""

from django.contrib import admin
from django.urls import path

from portal.finding.views import desk

app_name = "finding_desk"

urlpatterns = [path("", admin.site.admin_view(desk.sought_words), name="sought")]
