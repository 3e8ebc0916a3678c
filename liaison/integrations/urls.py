from __future__ import annotations

from django.urls import path

from liaison.integrations.pages import brands, integrations, keys, pauses

urlpatterns = [
    path("account/integrations/", integrations.account_integrations, name="account_integrations"),
    path("accounts/<slug:slug>/integrations/", integrations.account_integrations, name="integrations_of_account"),
    path("accounts/<slug:slug>/integrations/new/", integrations.create, name="create_integration"),
    path("integrations/<slug:public_id>/pause/", pauses.pauses, name="pause_integration"),
    path("integrations/<slug:public_id>/resume/", pauses.resume, name="resume_integration"),
    path("pauses/<slug:public_id>/extend/", pauses.extend_pause, name="extend_pause"),
    path("pauses/<slug:public_id>/change/", pauses.change_pause, name="change_pause"),
    path("pauses/<slug:public_id>/cancel/", pauses.cancel_pause, name="cancel_pause"),
    path("integrations/<slug:public_id>/stage/", integrations.advance, name="advance_integration"),
    path("integrations/<slug:public_id>/disable/", integrations.disable, name="disable_integration"),
    path("integrations/<slug:public_id>/restore/", integrations.restore, name="restore_integration"),
    path("integrations/<slug:public_id>/keys/", keys.intake_keys, name="intake_keys"),
    path("intake-keys/<slug:public_id>/revoke/", keys.revoke_key, name="revoke_intake_key"),
    path("account/brands/", brands.brands, name="account_brands"),
    path("accounts/<slug:slug>/brands/", brands.brands, name="brands_of_account"),
    path("account/brands/<slug:public_id>/rename/", brands.rename_brand, name="rename_brand"),
    path("account/brands/<slug:public_id>/delete/", brands.delete_brand, name="delete_brand"),
]
