"""Pages of the brick: the desk's, the handler's own, and the residents', which need no account."""

from django.urls import path

from jimu.field.needs import acting_views, own_list_views, public_views, views

app_name = "needs"
urlpatterns = [
    path("", views.index, name="index"),
    path("report.xlsx", views.report_xlsx, name="report_xlsx"),
    path("new/", views.new, name="new"),
    path("mine/", views.mine, name="mine"),
    path("doors/", views.doors, name="doors"),
    path("doors/open/", views.open_door, name="open_door"),
    path("doors/<uuid:door_id>/", views.poster, name="poster"),
    path("doors/<uuid:door_id>/close/", views.close_door, name="close_door"),
    path("of-unit/<uuid:unit_id>/", views.unit_panel, name="unit_panel"),
    path("<uuid:need_id>/", views.show, name="show"),
    path("<uuid:need_id>/assign/", acting_views.assign, name="assign"),
    path("<uuid:need_id>/merge/", acting_views.merge, name="merge"),
    path("<uuid:need_id>/reveal/", acting_views.reveal, name="reveal"),
    path("<uuid:need_id>/link/revoke/", acting_views.revoke_link, name="revoke_link"),
    path("<uuid:need_id>/do/<slug:act>/", acting_views.do, name="do"),
    path("help/<slug:code>/", public_views.form, name="form"),
    path("receipt/<slug:receipt>/", public_views.receipt, name="receipt"),
    path("ours/<str:word>/", own_list_views.ours, name="ours"),
    path("ours/<str:word>/collect/", own_list_views.collect, name="collect"),
    path("ours/<str:word>/renew/", own_list_views.renew, name="renew"),
    path("ours/<str:word>/forget/", own_list_views.forget, name="forget"),
    path("ours/<str:word>/<uuid:need_id>/<slug:act>/", own_list_views.say, name="say_ours"),
    path("receipt/<slug:receipt>/<slug:act>/", public_views.say, name="say"),
]
