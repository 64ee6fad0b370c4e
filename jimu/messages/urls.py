"""Pages of messages."""

from django.urls import path

from jimu.messages import views

app_name = "messages"
urlpatterns = [
    path("", views.index, name="index"),
    path("settle/", views.settle, name="settle"),
    path("paper/", views.paper, name="paper"),
    path("mine/", views.mine, name="mine"),
    path("channels/", views.channels, name="channels"),
    path("channels/<uuid:channel_id>/test/", views.test, name="test"),
    path("channels/<uuid:channel_id>/close/", views.close, name="close"),
    path("channels/<uuid:channel_id>/kept/", views.kept, name="kept"),
]
