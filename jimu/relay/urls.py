"""Pages of the brick."""

from django.urls import path

from jimu.relay import handover_views

app_name = "relay"
urlpatterns = [
    path("", handover_views.index, name="index"),
    path("at/<uuid:unit_id>/", handover_views.choose, name="choose"),
    path("at/<uuid:unit_id>/open/", handover_views.open_one, name="open"),
    path("handovers/<uuid:handover_id>/", handover_views.show, name="handover"),
    path("handovers/<uuid:handover_id>/print/", handover_views.printed, name="handover_print"),
    path("handovers/<uuid:handover_id>/add/", handover_views.add, name="add"),
    path("handovers/<uuid:handover_id>/hand/", handover_views.hand, name="hand"),
    path("handovers/<uuid:handover_id>/accept/", handover_views.accept, name="accept"),
    path("items/<uuid:item_id>/answer/", handover_views.answer, name="answer"),
    path("items/<uuid:item_id>/reveal/", handover_views.reveal, name="reveal"),
    path("policy/<uuid:incident_id>/", handover_views.set_policy, name="set_policy"),
    path("of-unit/<uuid:unit_id>/", handover_views.unit_panel, name="unit_panel"),
]
