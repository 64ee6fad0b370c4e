"""Addresses of the brick: what phones ask for, under /sync/; the app, under /app/."""

from django.urls import path

from jimu.sync import phone_views, shell_views, views

app_name = "sync"
urlpatterns = [
    path("sync/enrol", phone_views.enrol, name="enrol"),
    path("sync/heartbeat", phone_views.heartbeat, name="heartbeat"),
    path("sync/operations", phone_views.operations, name="operations"),
    path("sync/pack", phone_views.pack, name="pack"),
    path("sync/scan", phone_views.scan, name="scan"),
    path("sync/photos/<uuid:photo_id>/<int:number>", phone_views.photo, name="send_photo"),
    path("sync/photos/<uuid:photo_id>/", views.photo, name="photo"),
    path("sync/wiped", phone_views.wiped, name="wiped"),
    path("sync/devices/", views.devices, name="devices"),
    path("sync/devices/new/", views.new, name="new"),
    path("sync/devices/<uuid:device_id>/prolong/", views.prolong, name="prolong"),
    path("sync/devices/<uuid:device_id>/revoke/", views.revoke, name="revoke"),
    path("sync/looks/", views.looks, name="looks"),
    path("sync/looks/<uuid:conflict_id>/", views.look, name="look"),
    path("sync/looks/<uuid:conflict_id>/resolve/", views.resolve, name="resolve"),
    path("app/", shell_views.app, name="app"),
    path("app/sw.js", shell_views.worker, name="worker"),
    path("app/decoder.js", shell_views.decoder, name="decoder"),
    path("app/manifest.webmanifest", shell_views.manifest, name="manifest"),
]
