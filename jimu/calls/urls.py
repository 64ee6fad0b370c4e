"""Pages of the brick."""

from django.urls import path, register_converter

from jimu.calls import own_views, second_views, views


class Verb:
    """How a call is steered."""

    regex = "pause|go-on|next|stop"

    def to_python(self, value: str) -> str:
        """As it stands in the address."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands in the address."""
        return value


register_converter(Verb, "callverb")
app_name = "calls"
urlpatterns = [
    path("", views.index, name="index"),
    path("begin/", views.begin, name="begin"),
    path("a/<str:token>/", own_views.answer, name="answer"),
    path("o/<str:token>/", second_views.organisation, name="organisation"),
    path("organisations/<uuid:ask_id>/answer/", second_views.answer_organisation, name="answer_organisation"),
    path("mine/<uuid:offer_id>/", own_views.answer_own, name="answer_own"),
    path("offers/<uuid:offer_id>/answer/", views.answer_for, name="answer_for"),
    path("of-unit/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    path("<uuid:call_id>/", views.show, name="show"),
    path("<uuid:call_id>/pick/", views.pick, name="pick"),
    path("<uuid:call_id>/<callverb:verb>/", views.steer, name="steer"),
]
