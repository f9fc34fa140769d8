from django.urls import path

from services.flyer import POSTER
from services.views import catalogue, news, places, service, works

app_name = "services"

urlpatterns = [
    path("layanan/", catalogue.service_list, name="list"),
    path("layanan/a-z/", catalogue.a_to_z, name="a_to_z"),
    path("layanan/<slug:slug>/", service.detail, name="detail"),
    path("layanan/<slug:slug>/selebaran.pdf", service.service_flyer, name="flyer"),
    path("layanan/<slug:slug>/poster.pdf", service.service_flyer, {"form": POSTER}, name="poster"),
    path(
        "layanan/<slug:slug>/bagikan-<slug:fingerprint>.jpg", service.service_share_image, name="share_image"
    ),
    path(
        "layanan/<slug:slug>/bagikan/<slug:shape>/<slug:fingerprint>.jpg",
        service.service_share_image,
        name="share_picture",
    ),
    path("instansi/", places.organization_list, name="organization_list"),
    path("instansi/<slug:slug>/", places.organization, name="organization"),
    path("tempat/", places.place_list, name="place_list"),
    path("tempat/<slug:slug>/", places.place, name="place"),
    path("wilayah/", places.area_list, name="area_list"),
    path("wilayah/<slug:slug>/", places.area, name="area"),
    path("pekerjaan/", works.public_work_list, name="public_work_list"),
    path("pekerjaan/<slug:slug>/", works.public_work, name="public_work"),
    path("kabar/", news.news_list, name="news_list"),
    path("kabar/atom.xml", news.atom, name="news_atom"),
    path("kabar/<slug:slug>/", news.news, name="news"),
    path("darurat/", works.emergency, name="emergency"),
]
