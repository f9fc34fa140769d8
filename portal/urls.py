"""Every address of the portal. Public addresses are Indonesian words; English lives under ``/en/``."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from outreach.views.short_links import short_link
from portal import health, search_engines, views
from portal.finding.views.search import search_page
from portal.open_data import views as open_data
from portal.web_app.views import worker

urlpatterns = [
    path("en", RedirectView.as_view(url="/en/", permanent=True), name="english"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("data/hsds/", include("portal.hsds.views")),
    path("data/", include("portal.open_data.urls")),
    path("open311/", include("feedback.open311.urls")),
    path("sw.js", worker, name="worker"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", search_engines.sitemap_part, name="sitemap_part"),
    *i18n_patterns(
        path("", views.home, name="home"),
        path("admin/", include("portal.accounts.urls")),
        path("admin/kinerja/", include("portal.evaluation.desk_urls")),
        path("admin/dicari/", include("portal.finding.desk_urls")),
        path("admin/", admin.site.urls),
        path("l/<slug:code>", short_link, name="short_link"),
        path("cari/", search_page, name="search"),
        path("tentang/", views.about, name="about"),
        path("privasi/", views.privacy, name="privacy"),
        path("aksesibilitas/", views.accessibility, name="accessibility"),
        path("maklumat/", views.charter, name="charter"),
        path("data/", open_data.data, name="data"),
        path("data/<slug:name>/", open_data.data_set, name="data_set"),
        path("opensearch.xml", search_engines.opensearch, name="opensearch"),
        path("kinerja/", include("portal.evaluation.urls")),
        path("langganan/", include("portal.subscriptions.urls")),
        path("petugas/lapangan/", include("portal.field.urls")),
        path("", include("portal.web_app.urls")),
        path("", include("feedback.urls")),
        path("", include("outreach.urls")),
        path("", include("services.urls")),
        prefix_default_language=False,
    ),
]

handler400 = views.bad_request
handler403 = views.forbidden
handler404 = views.not_found
handler500 = views.server_error
