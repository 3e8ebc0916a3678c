from __future__ import annotations

from django.urls import path

from liaison.integrations.pages import brands, integrations, keys

urlpatterns = [
    path("account/integrations/", integrations.account_integrations, name="account_integrations"),
    path("accounts/<slug:slug>/integrations/", integrations.account_integrations, name="integrations_of_account"),
    path("accounts/<slug:slug>/integrations/new/", integrations.create, name="create_integration"),
    path("integrations/<slug:public_id>/pause/", integrations.pause, name="pause_integration"),
    path("integrations/<slug:public_id>/resume/", integrations.resume, name="resume_integration"),
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
