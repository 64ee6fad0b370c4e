"""Addresses of the brick: what phones ask for, under /sync/."""

from django.urls import path

from jimu.sync import phone_views

app_name = "sync"
urlpatterns = [
    path("sync/enrol", phone_views.enrol, name="enrol"),
    path("sync/heartbeat", phone_views.heartbeat, name="heartbeat"),
    path("sync/operations", phone_views.operations, name="operations"),
    path("sync/pack", phone_views.pack, name="pack"),
    path("sync/wiped", phone_views.wiped, name="wiped"),
]
