"""Routes of this room, all in an identity slot and for the operator's staff."""

from __future__ import annotations

from django.urls import path

from liaison.calendars.pages import holidays, layers, overrides, rotas, swaps

urlpatterns = [
    path("calendars/rotas/", rotas.rotas, name="rotas"),
    path("calendars/rotas/new/", rotas.create_rota, name="create_rota"),
    path("calendars/rotas/<slug:public_id>/", rotas.rota, name="rota"),
    path("calendars/rotas/<slug:public_id>/change/", rotas.change_rota, name="change_rota"),
    path("calendars/rotas/<slug:public_id>/delete/", rotas.delete_rota, name="delete_rota"),
    path("calendars/rotas/<slug:public_id>/layers/new/", layers.add_layer, name="add_layer"),
    path("calendars/rotas/<slug:public_id>/swap/", swaps.ask_for_swap, name="ask_for_swap"),
    path("calendars/layers/<slug:public_id>/", layers.change_layer, name="change_layer"),
    path("calendars/layers/<slug:public_id>/delete/", layers.delete_layer, name="delete_layer"),
    path("calendars/layers/<slug:public_id>/overrides/new/", overrides.add_override, name="add_override"),
    path("calendars/layers/<slug:public_id>/take-over/", overrides.take_over, name="take_over"),
    path("calendars/overrides/<slug:public_id>/remove/", overrides.remove_override, name="remove_override"),
    path("calendars/swaps/<slug:public_id>/", swaps.swap, name="swap"),
    path("calendars/holidays/", holidays.holidays, name="holidays"),
    path("calendars/holidays/<str:region>/days/new/", holidays.correct_holiday, name="correct_holiday"),
    path("calendars/holidays/<str:region>/import/", holidays.import_holidays, name="import_holidays"),
    path("calendars/holidays/days/<slug:public_id>/remove/", holidays.remove_correction, name="remove_correction"),
]
