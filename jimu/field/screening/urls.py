"""Pages of the brick."""

from django.urls import path

from jimu.field.screening import people_views, site_views, tube_views, views

ROUND = "rounds/<uuid:round_id>/"
AT = ROUND + "sites/<uuid:site_id>/"
app_name = "screening"
urlpatterns = [
    path("", views.index, name="index"),
    path("sites/", views.sites, name="sites"),
    path("sites/<uuid:site_id>/", views.change_site, name="change_site"),
    path("new/<uuid:unit_id>/", views.new, name="new"),
    path(ROUND, views.show, name="round"),
    path(ROUND + "now/", views.now, name="now"),
    path(ROUND + "begin/", views.turn, {"to": "begin"}, name="begin"),
    path(ROUND + "close/", views.turn, {"to": "close"}, name="close"),
    path(ROUND + "plan/", views.plan, name="plan"),
    path(ROUND + "callers/", views.callers, name="callers"),
    path(ROUND + "report/", views.report, name="report"),
    path(ROUND + "report.xlsx", views.report_xlsx, name="report_xlsx"),
    path(AT, site_views.show, name="site"),
    path(AT + "queue/", site_views.queue, name="queue"),
    path(AT + "desk/", site_views.desk, name="desk"),
    path(AT + "paper/", site_views.sheet, name="sheet"),
    path("slots/<uuid:slot_id>/call/", site_views.call, name="call"),
    path(ROUND + "tubes/", tube_views.tubes, name="tubes"),
    path(ROUND + "pack/", tube_views.pack, name="pack"),
    path("tubes/<uuid:tube_id>/", tube_views.tube, name="tube"),
    path("tubes/<uuid:tube_id>/recall/", tube_views.call_back, name="recall"),
    path("batches/<uuid:batch_id>/hand/", tube_views.sign, {"act": "hand"}, name="hand"),
    path("batches/<uuid:batch_id>/receive/", tube_views.sign, {"act": "receive"}, name="receive"),
    path(ROUND + "results/", tube_views.result, name="results"),
    path(ROUND + "look/", tube_views.look, name="look"),
    path(ROUND + "match/", tube_views.match, name="match"),
    path(ROUND + "left/", people_views.left, name="left"),
    path(ROUND + "left/<uuid:unit_id>/", people_views.building, name="building"),
    path(ROUND + "left/<uuid:unit_id>/excuse/", people_views.excuse, name="excuse"),
    path("codes/<uuid:unit_id>/", people_views.codes, name="codes"),
]
