"""Pages of tokens."""

from django.urls import path

from jimu.api import views

app_name = "tokens"
urlpatterns = [
    path("", views.index, name="index"),
    path("<uuid:token_id>/revoke/", views.revoke, name="revoke"),
]
