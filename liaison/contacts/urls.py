"""Routes of this room: the record in an identity slot, the brands' pages outside."""

from __future__ import annotations

from django.urls import path

from liaison.contacts.pages import channels, digest, escalation, gate, reachability, record, support, verification

urlpatterns = [
    path("contact-information/", record.contact_information, name="contact_information"),
    path("contact-information/required/", gate.gate, name="gate"),
    path("contact-information/confirmation/", record.confirm, name="confirm_contact_information"),
    path("contact-information/draft/discard/", record.discard_draft, name="discard_contact_draft"),
    path("contact-information/channels/", channels.channels, name="contact_channels"),
    path("contact-information/channels/new/", channels.add_endpoint, name="add_endpoint"),
    path("endpoints/<slug:public_id>/name/", channels.rename_endpoint, name="rename_endpoint"),
    path("endpoints/<slug:public_id>/secret/", channels.rotate_endpoint_secret, name="rotate_endpoint_secret"),
    path("endpoints/<slug:public_id>/topics/", channels.choose_endpoint_topics, name="choose_endpoint_topics"),
    path("endpoints/<slug:public_id>/disable/", channels.disable_endpoint, name="disable_endpoint"),
    path("endpoints/<slug:public_id>/enable/", channels.enable_endpoint, name="enable_endpoint"),
    path("endpoints/<slug:public_id>/remove/", channels.remove_endpoint, name="remove_endpoint"),
    path("contact-information/escalation/", escalation.escalation, name="contact_escalation"),
    path("contact-information/digest/", digest.digest, name="contact_digest"),
    path("contact-information/reachability/", reachability.reachability, name="contact_reachability"),
    path("contact-information/verification/", reachability.send, name="send_verification"),
    path("contact-information/verification/code/", reachability.enter_code, name="enter_verification_code"),
    path("contacts/verify/<str:token>/", verification.verify, name="verify_contact"),
    path("contacts/decline/<str:token>/", verification.decline, name="decline_contact"),
    path("contacts/left/<str:token>/", verification.left, name="leave_contact"),
    path("contacts/code/", verification.code, name="verify_contact_by_code"),
    path("contact-information/history/", record.contact_history, name="contact_history"),
    path(
        "accounts/<slug:slug>/contact-information/",
        record.account_contact_information,
        name="account_contact_information",
    ),
    path(
        "accounts/<slug:slug>/contact-information/channels/",
        channels.account_channels,
        name="account_contact_channels",
    ),
    path(
        "accounts/<slug:slug>/contact-information/history/",
        record.account_contact_history,
        name="account_contact_history",
    ),
    path(
        "accounts/<slug:slug>/contact-information/escalation/",
        escalation.account_escalation,
        name="account_contact_escalation",
    ),
    path(
        "accounts/<slug:slug>/contact-information/digest/",
        digest.account_digest,
        name="account_contact_digest",
    ),
    path(
        "accounts/<slug:slug>/contact-information/reachability/",
        reachability.account_reachability,
        name="account_contact_reachability",
    ),
    path("brands/<slug:slug>/support", support.brand_support, name="brand_support"),
    path("brands/<slug:slug>/support.json", support.brand_support_json, name="brand_support_json"),
]
