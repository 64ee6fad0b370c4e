"""Pages of the brick."""

from django.urls import URLPattern

app_name = "command"
urlpatterns: list[URLPattern] = []
