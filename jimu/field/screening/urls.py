"""Pages of the brick."""

from django.urls import URLPattern

app_name = "screening"
urlpatterns: list[URLPattern] = []
