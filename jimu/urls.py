"""Addresses: each brick's own pages under its prefix, the JSON API under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path

from jimu.api.mount import api
from jimu.bricks import bricks
from jimu.core.shell import home, set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("language/", set_language, name="set_language"),
    path("api/v1/", api.urls),
    *[path(brick.prefix, include(f"jimu.{brick.name}.urls")) for brick in bricks() if brick.prefix is not None],
]

handler404 = "jimu.core.answers.not_found"
handler500 = "jimu.core.answers.server_error"
