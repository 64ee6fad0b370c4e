"""Pages of the brick."""

from django.urls import path

from jimu.teams import allotment_views, loan_consent_views, loan_views, views

app_name = "teams"
urlpatterns = [
    path("", views.index, name="index"),
    path("incidents/<uuid:incident_id>/form/", views.form, name="form"),
    path("incidents/<uuid:incident_id>/forming/<uuid:job_id>/", views.watch, name="forming"),
    path("incidents/<uuid:incident_id>/units/<uuid:unit_id>/", views.cell, name="cell"),
    path("incidents/<uuid:incident_id>/units/<uuid:unit_id>/confirm/", views.confirm_cell, name="confirm_cell"),
    path("incidents/<uuid:incident_id>/allotment/", allotment_views.board, name="allotment"),
    path("incidents/<uuid:incident_id>/allotment/trial/", allotment_views.trial, name="allotment_trial"),
    path("incidents/<uuid:incident_id>/allotment/propose/", allotment_views.propose, name="allotment_propose"),
    path("incidents/<uuid:incident_id>/allotment/release-seats/", allotment_views.release_seats, name="allotment_release_seats"),
    path("allotments/<uuid:allotment_id>/", allotment_views.sheet, name="allotment_sheet"),
    path("allotments/<uuid:allotment_id>/in-force/", allotment_views.put_in_force, name="allotment_in_force"),
    path("allotments/<uuid:allotment_id>/end/", allotment_views.end, name="allotment_end"),
    path("allotments/<uuid:allotment_id>/people/<uuid:person_id>/", allotment_views.adjust, name="allotment_adjust"),
    path("loans/", loan_views.board, name="loans"),
    path("loans/ask/", loan_views.ask, name="loan_ask"),
    path("loans/requests/<uuid:request_id>/", loan_views.request_page, name="loan_request"),
    path("loans/requests/<uuid:request_id>/commit/", loan_views.commit, name="loan_commit"),
    path("loans/requests/<uuid:request_id>/close/", loan_views.close_request, name="loan_request_close"),
    path("loans/<uuid:loan_id>/answer/", loan_views.answer, name="loan_answer"),
    path("loans/consent/<str:token>/", loan_consent_views.consent, name="loan_consent"),
    path("loans/<uuid:loan_id>/home/", loan_views.bring_home, name="loan_home"),
    path("loans/units/<uuid:unit_id>/recall/", loan_views.recall_all, name="loan_recall_all"),
    path("units/<uuid:unit_id>/panel/", views.unit_panel, name="unit_panel"),
    path("seats/<uuid:seat_id>/people/", views.choices, name="choices"),
    path("seats/<uuid:seat_id>/claim/", views.claim, name="claim"),
    path("<uuid:team_id>/", views.team, name="team"),
    path("<uuid:team_id>/order/", views.order, name="order"),
    path("<uuid:team_id>/release/", views.release, name="release"),
    path("<uuid:team_id>/confirm/", views.confirm, name="confirm"),
    path("<uuid:team_id>/channel/", views.channel, name="channel"),
    path("<uuid:team_id>/dissolve/", views.dissolve, name="dissolve"),
]
