"""Pages of orders, below those of incidents."""

from django.urls import path

from jimu.incidents import order_link_views, order_views

urlpatterns = [
    path("orders/", order_views.index, name="orders"),
    path("orders/new/", order_views.new, name="order_new"),
    path("orders/mine/", order_views.mine, name="orders_mine"),
    path("orders/answer/", order_views.answer, name="order_answer"),
    path("orders/readiness/", order_views.readiness, name="order_readiness"),
    path("orders/questions/<uuid:question_id>/", order_views.question, name="order_question"),
    path("orders/link/<str:token>/", order_link_views.show, name="order_link"),
    path("orders/<uuid:order_id>/", order_views.order, name="order"),
    path("orders/<uuid:order_id>/live/", order_views.live, name="order_live"),
    path("orders/<uuid:order_id>/units/<uuid:unit_id>/", order_views.unit, name="order_unit"),
    path("orders/<uuid:order_id>/stand-down/", order_views.stand_down, name="order_stand_down"),
]
