from django.urls import path, register_converter

from feedback.open311 import views


class Extension:
    """The two formats of the standard, which are part of every address."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Extension, "extension")

app_name = "open311"

urlpatterns = [
    path("discovery.json", views.discovery, name="discovery"),
    path("v2/services.<extension:extension>", views.services, name="services"),
    path("v2/services/<slug:code>.<extension:extension>", views.service, name="service"),
    path("v2/requests.<extension:extension>", views.requests, name="requests"),
    path("v2/requests/<str:number>.<extension:extension>", views.one_request, name="request"),
    path("v2/tokens/<slug:token>.<extension:extension>", views.token, name="token"),
]
