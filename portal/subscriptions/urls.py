from django.urls import path

from portal.subscriptions import views

app_name = "subscriptions"

urlpatterns = [
    path("", views.subscribe, name="subscribe"),
    path("terkirim/", views.asked, name="asked"),
    path("pasti/", views.confirm, name="confirm"),
    path("jadi/", views.confirmed, name="confirmed"),
    path("berhenti/<str:key>/", views.leave, name="leave"),
]
