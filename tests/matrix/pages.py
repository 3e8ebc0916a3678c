"""The pages, the intake, and what is for everybody: which verbs each calls, and what it needs."""

from __future__ import annotations

from typing import Final

from liaison.accounts import actions as accounts
from liaison.accounts.rights import Privilege
from liaison.calendars import actions as calendars
from liaison.cases import actions as cases
from liaison.cases import drafts, opening, presence
from liaison.cases.lists import taking as case_lists
from liaison.cases.lists import views as case_views
from liaison.contacts import actions as contacts
from liaison.desk import actions as desk
from liaison.detection import actions as detection
from liaison.drills import actions as drills
from liaison.expectations import actions as expectations
from liaison.feeds import actions as feeds
from liaison.files import actions as files
from liaison.filing import actions as filing
from liaison.health import acknowledging
from liaison.health import actions as health
from liaison.helpcentre import actions as helpcentre
from liaison.integrations import actions as integrations
from liaison.ledger import actions as ledger
from liaison.mail import actions as mail
from liaison.notices import actions as notices
from liaison.probes import actions as probes
from liaison.signals import actions as signals
from liaison.support import actions as support
from tests.matrix.access import ACCESS_PAGES
from tests.matrix.customers import CUSTOMER_PAGES
from tests.matrix.vocabulary import Anybody, Read, Route, Thing, Why, page

_SETUP: Final = "account/integrations/<slug:public_id>/signs-of-life/<slug:environment>/"
_MONITORING: Final = (Privilege.MANAGE_MONITORING, Privilege.STAFF_MANAGE_INTEGRATIONS)
_USERS: Final = (Privilege.MANAGE_USERS, Privilege.STAFF_MANAGE_ACCOUNTS)
_STAFF_INTEGRATIONS: Final = Privilege.STAFF_MANAGE_INTEGRATIONS
_LAUNCH: Final = (Privilege.STAFF_MANAGE_INTEGRATIONS, Privilege.STAFF_LAUNCH_ASSIGNED)
_CHANGES_PAUSES: Final = (Privilege.PAUSE_INTEGRATIONS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_KEYS: Final = (Privilege.MANAGE_INTAKE_KEYS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_BRANDS: Final = (Privilege.EDIT_BRANDS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_SEES_CONTACTS: Final = (Privilege.VIEW_CONTACTS, Privilege.STAFF_VIEW_CONTACTS)
_SEES_INCIDENTS: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_INCIDENTS)
_TAKES_INCIDENTS: Final = (Privilege.EDIT_CONTACTS, Privilege.STAFF_TAKE_INCIDENTS)
_SEES_ACCOUNT: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_ALL, Privilege.STAFF_VIEW_ASSIGNED)
_EDIT_ACCOUNT: Final = (Privilege.EDIT_ACCOUNT, Privilege.STAFF_MANAGE_ACCOUNTS)
_ACCOUNTS: Final = Privilege.STAFF_MANAGE_ACCOUNTS
_CALENDARS: Final = Privilege.STAFF_MANAGE_CALENDARS
_IS_CALLED: Final = (Privilege.STAFF_TAKE_INCIDENTS, Privilege.STAFF_MANAGE_CALENDARS)
_WORKS_ON_INCIDENTS: Final = (Privilege.EDIT_CONTACTS, Privilege.STAFF_TAKE_INCIDENTS)
_SENDS_NOW: Final = (Privilege.STAFF_SEND_AGAIN, Privilege.EDIT_ACCOUNT)
_SEES_NOTICES: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_CONTACTS)
_WRITES_NOTICES: Final = Privilege.STAFF_RAISE_NOTICES
_ENDPOINT: Final = "endpoints/<slug:public_id>"
_DRILLS: Final = (Privilege.EDIT_CONTACTS, Privilege.STAFF_RUN_DRILLS)
_FORM: Final = (
    Read.READ,
    contacts.submit_contact_information,
    contacts.save_draft,
    contacts.discard_draft,
)
_ATTACHMENT: Final = "cases/<str:number>/attachments/<slug:public_id>"
_SEES_CASES: Final = (Privilege.VIEW_CASES, Privilege.STAFF_VIEW_CASES)
_CHANGES_CASES: Final = (Privilege.WRITE_CASES, Privilege.STAFF_WORK_CASES)
_SIGN_IN: Final = (accounts.note_sign_in,)
_WRITES_HELP: Final = (Privilege.STAFF_WRITE_HELP, Privilege.STAFF_PUBLISH_HELP)
_HELP_TEXT: Final = "desk/help/<slug:slug>/<slug:language>"
_FILES_CASES: Final = (Privilege.WRITE_CASES, Privilege.STAFF_WORK_CASES)

PAGES: Final[tuple[Route, ...]] = (
    # For everybody.
    page("healthz", Read.READ, Why.OPERATION),
    page("readyz", Read.READ, Why.OPERATION),
    page("metrics", Read.READ, Why.OPERATION),
    page("theme.css", Read.READ, Why.LOOKS),
    page("icon.svg", Read.READ, Why.LOOKS),
    page("preferences/language", accounts.change_language, Why.PREFERENCES),
    page("preferences/theme", Read.LEAD, Why.PREFERENCES),
    page("brands/<slug:slug>/support", Read.READ, Why.END_USERS),
    page("brands/<slug:slug>/support.json", Read.READ, Why.END_USERS),
    page("help", Read.READ, Why.HELP),
    page("help/<slug:slug>", Read.READ, Why.HELP),
    page("help/<slug:slug>/feedback", (helpcentre.give_feedback, helpcentre.explain_feedback), Why.HELP),
    page("help/pictures/<slug:public_id>", Read.READ, Why.HELP),
    page("help/pictures/<slug:slug>/<slug:picture>.<slug:language>.<slug:mark>.png", Read.READ, Why.HELP),
    page("contact-support", Read.READ, Why.HELP),
    page("support", Read.READ, Why.HELP),
    page("support/interest", support.express_interest, Why.HELP),
    page("support/interest/sent", Read.READ, Why.HELP),
    page("support/interest/<str:token>/", support.confirm_interest, Why.MAILED_LINK),
    page("v2/enqueue", (health.receive_event, integrations.stamp_intake_key), Why.INTAKE_KEY),
    page("v2/change/enqueue", (health.set_mark_by_key, integrations.stamp_intake_key), Why.INTAKE_KEY),
    page("in/alertmanager", (health.receive_alerts, integrations.stamp_intake_key), Why.INTAKE_KEY),
    page("api/v1/docs", Read.READ, Why.DESCRIPTION),
    page("api/v1/openapi.json", Read.READ, Why.DESCRIPTION),
    page("api/v1/", Read.READ, Why.NOWHERE),
    page(r"^api/v1(?:/.*)?\Z", Read.READ, Why.NOWHERE),
    # Coming in and going out.
    page("go/", Read.LEAD, Why.SIGN_IN),
    page("go/<path:path>", Read.LEAD, Why.SIGN_IN),
    page("signin/", _SIGN_IN, Why.SIGN_IN),
    page("signout/", accounts.note_sign_out, Why.SIGN_IN),
    page("signout/all/", accounts.note_sign_out, Anybody.SIGNED_IN),
    page("signin/inactive/", Read.READ, Why.SIGN_IN),
    page("signin/password/reset/", accounts.ask_for_password_reset, Why.SIGN_IN),
    page("signin/password/reset/done/", Read.READ, Why.SIGN_IN),
    page(
        "^signin/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        accounts.change_password,
        Why.MAILED_LINK,
    ),
    page("signin/password/reset/key/done/", Read.READ, Why.SIGN_IN),
    page("signin/link/<str:token>/", (accounts.use_sign_in_link, *_SIGN_IN), Why.MAILED_LINK),
    page("invitations/<str:token>/", (accounts.accept_invitation, *_SIGN_IN), Why.MAILED_LINK),
    page("contacts/verify/<str:token>/", contacts.verify_contact, Why.MAILED_LINK),
    page("contacts/decline/<str:token>/", contacts.decline_contact, Why.MAILED_LINK),
    page("contacts/left/<str:token>/", contacts.leave_contact, Why.MAILED_LINK),
    page("contacts/code/", contacts.verify_contact_by_code, Why.MAILED_CODE),
    page("forwarding/<str:token>/", accounts.confirm_forwarding, Why.MAILED_LINK),
    page("mailbox/<str:token>/", accounts.confirm_mailbox, Why.MAILED_LINK),
    # Oneself.
    page("", Read.READ, Anybody.SIGNED_IN),
    page("files/uploads/", files.begin_upload, Anybody.SIGNED_IN),
    page("files/uploads/<slug:public_id>/", Read.READ, Anybody.SEES, Thing.UPLOAD),
    page("files/uploads/<slug:public_id>/piece/", files.append_piece, Anybody.SEES, Thing.UPLOAD),
    page("files/uploads/<slug:public_id>/finish/", files.finish_upload, Anybody.SEES, Thing.UPLOAD),
    page("files/uploads/<slug:public_id>/cancel/", files.cancel_upload, Anybody.SEES, Thing.UPLOAD),
    page("signin/confirm/", Read.LEAD, Anybody.SIGNED_IN),
    page("signin/password/change/", accounts.change_password, Anybody.SIGNED_IN),
    page("signin/password/set/", accounts.change_password, Anybody.SIGNED_IN),
    page("settings/", accounts.change_settings, Anybody.SIGNED_IN),
    page("settings/mailbox/", accounts.change_mailbox, Anybody.SIGNED_IN),
    page("settings/forwarding/", accounts.ask_to_forward, Anybody.SIGNED_IN),
    page("settings/forwarding/stop/", accounts.stop_forwarding, Anybody.SIGNED_IN),
    page("settings/quiet-hours/", accounts.change_quiet_hours, Anybody.SIGNED_IN),
    page("settings/mail/", accounts.change_mail_choices, Anybody.SIGNED_IN),
    page("settings/tokens/", accounts.create_api_token, Anybody.SIGNED_IN),
    page("settings/tokens/<str:public_id>/revoke/", accounts.revoke_api_token, Anybody.SIGNED_IN, Thing.TOKEN),
    page("settings/sessions/end/", accounts.sign_out_everywhere, Anybody.SIGNED_IN),
    # The account itself.
    page("account/settings/", (Read.READ, accounts.change_account), _EDIT_ACCOUNT),
    page("accounts/<slug:slug>/settings/", (Read.READ, accounts.change_account), _EDIT_ACCOUNT, Thing.ACCOUNT),
    # Filing a case. A draft is one's own: an address that is not is an empty form.
    page("cases/new", Read.READ, Anybody.SIGNED_IN),
    page("cases/new/<str:draft>", (filing.save_draft, filing.file_draft), _FILES_CASES),
    page("cases/new/<str:public_id>/discard", filing.discard_draft, Anybody.SIGNED_IN, Thing.CASE_DRAFT),
    page("cases/<str:number>/filed", Read.READ, Anybody.SEES, Thing.CASE),
    # A case.
    page("cases", Read.READ, Anybody.SIGNED_IN),
    page("cases/customers", Read.READ, Anybody.SIGNED_IN),
    page("cases/export", case_lists.export_cases, Anybody.SIGNED_IN),
    page("cases/close", cases.close_cases, _CHANGES_CASES),
    page("cases/views", (Read.READ, case_views.save_view), Anybody.SIGNED_IN),
    page("cases/views/<str:public_id>", case_views.rename_view, Anybody.SIGNED_IN, Thing.CASE_VIEW),
    page("cases/views/<str:public_id>/delete", case_views.delete_view, Anybody.SIGNED_IN, Thing.CASE_VIEW),
    page("cases/<str:number>", Read.READ, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/send", cases.send_update, _CHANGES_CASES, Thing.CASE),
    page("cases/<str:number>/reopen", cases.reopen_case, _CHANGES_CASES, Thing.CASE),
    page("cases/<str:number>/presence", presence.note_presence, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/draft", drafts.keep_draft, _CHANGES_CASES, Thing.CASE),
    page("cases/<str:number>/notes", cases.add_note, Privilege.STAFF_WORK_CASES, Thing.CASE),
    page("cases/<str:number>/notes/draft", drafts.keep_draft, Privilege.STAFF_WORK_CASES, Thing.CASE),
    page("cases/<str:number>/links", (cases.link_case, cases.link_incident), _CHANGES_CASES, Thing.CASE),
    page("cases/<str:number>/links/remove", (cases.unlink_case, cases.unlink_incident), _CHANGES_CASES, Thing.CASE),
    page(_ATTACHMENT, (Read.READ, opening.note_opened), _SEES_CASES, Thing.CASE_ATTACHMENT),
    page(f"{_ATTACHMENT}/delete", cases.delete_attachment, Privilege.STAFF_WORK_CASES, Thing.CASE_ATTACHMENT),
    # Who hears of a case.
    page("cases/mails/<str:token>/", cases.end_case_mails, Why.MAILED_LINK),
    page("cases/hand-over", (Read.READ, cases.hand_over_cases), _CHANGES_CASES),
    page("contact-links/hand-over/<str:token>/", (Read.READ, cases.hand_over_by_link), Why.MAILED_LINK),
    page("cases/<str:number>/take-back", cases.take_back_case, _CHANGES_CASES, Thing.CASE),
    page("cases/<str:number>/access", Read.READ, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/people", Read.READ, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/follow", cases.follow_case, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/unfollow", cases.unfollow_case, _SEES_CASES, Thing.CASE),
    page("cases/<str:number>/shares", (Read.READ, cases.share_case), _CHANGES_CASES, Thing.CASE),
    page("cases/shares/<str:public_id>", (Read.READ, cases.change_share), _CHANGES_CASES, Thing.SHARE),
    page("cases/shares/<str:public_id>/end", (Read.READ, cases.end_share), _CHANGES_CASES, Thing.SHARE),
    page("account/sharing/", (Read.READ, accounts.limit_sharing), Privilege.EDIT_ACCOUNT),
    # Users.
    page("users/groups/", Read.READ, Anybody.SIGNED_IN),
    page("users/groups/new/", accounts.create_group, _USERS),
    page("users/groups/<str:public_id>/", (Read.READ, accounts.change_group), Anybody.SEES, Thing.GROUP),
    page("users/groups/<str:public_id>/delete/", accounts.delete_group, _USERS, Thing.GROUP),
    page("accounts/<slug:slug>/users/groups/", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    page("accounts/<slug:slug>/users/groups/new/", accounts.create_group, _USERS, Thing.ACCOUNT),
    page("users/", Read.READ, Anybody.SIGNED_IN),
    page("users/invite/", accounts.invite_user, _USERS),
    page("users/nudge/", accounts.nudge_administrators, Anybody.SIGNED_IN),
    page("users/new/", accounts.create_identity, _USERS),
    page("users/invitations/<str:public_id>/revoke/", accounts.revoke_invitation, _USERS, Thing.INVITATION),
    page("accounts/<slug:slug>/users/", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    page("accounts/<slug:slug>/users/invite/", accounts.invite_user, _USERS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/users/new/", accounts.create_identity, _USERS, Thing.ACCOUNT),
    page("users/<str:public_id>/", Read.READ, Anybody.SEES, Thing.USER),
    page("users/<str:public_id>/role/", accounts.change_role, _USERS, Thing.USER),
    page("users/<str:public_id>/suspend/", accounts.suspend_identity, _USERS, Thing.USER),
    page("users/<str:public_id>/restore/", accounts.restore_identity, _USERS, Thing.USER),
    page("users/<str:public_id>/delete/", accounts.delete_identity, _USERS, Thing.USER),
    page("users/<str:public_id>/link/", accounts.create_sign_in_link, _USERS, Thing.USER),
    # Setting up monitoring.
    page(
        "account/integrations/<slug:public_id>/signs-of-life/",
        (Read.READ, probes.set_health_check),
        _SEES_ACCOUNT,
        Thing.INTEGRATION,
    ),
    page(_SETUP, (Read.READ, probes.set_health_check), _SEES_ACCOUNT, Thing.INTEGRATION),
    page(f"{_SETUP}try/", probes.ask_now, _MONITORING, Thing.INTEGRATION),
    page(f"{_SETUP}remove/", probes.remove_health_check, _MONITORING, Thing.INTEGRATION),
    page(f"{_SETUP}heartbeats/<str:heartbeat>/", probes.change_heartbeat, _MONITORING, Thing.INTEGRATION),
    page(f"{_SETUP}heartbeats/<str:heartbeat>/remove/", probes.remove_heartbeat, _MONITORING, Thing.INTEGRATION),
    page("feeds/<slug:feed_id>/", feeds.change_feed, _MONITORING, Thing.FEED),
    # Integrations, keys, brands.
    page("account/integrations/", Read.READ, _SEES_ACCOUNT),
    page("accounts/<slug:slug>/integrations/", Read.READ, _SEES_ACCOUNT, Thing.ACCOUNT),
    page("accounts/<slug:slug>/integrations/new/", integrations.create_integration, _STAFF_INTEGRATIONS, Thing.ACCOUNT),
    page(
        "integrations/<slug:public_id>/pause/",
        (Read.READ, integrations.pause_integration, integrations.schedule_pause),
        _SEES_ACCOUNT,
        Thing.INTEGRATION,
    ),
    page("pauses/<slug:public_id>/extend/", integrations.change_pause, _CHANGES_PAUSES, Thing.PAUSE),
    page("pauses/<slug:public_id>/change/", integrations.change_pause, _CHANGES_PAUSES, Thing.PAUSE),
    page("pauses/<slug:public_id>/cancel/", integrations.cancel_pause, _CHANGES_PAUSES, Thing.PAUSE),
    page(
        "integrations/<slug:public_id>/resume/",
        integrations.resume_integration,
        Privilege.PAUSE_INTEGRATIONS,
        Thing.INTEGRATION,
    ),
    page(
        "integrations/<slug:public_id>/stage/",
        (integrations.change_stage, integrations.launch_integration),
        _LAUNCH,
        Thing.INTEGRATION,
    ),
    page(
        "integrations/<slug:public_id>/disable/",
        integrations.disable_integration,
        _STAFF_INTEGRATIONS,
        Thing.INTEGRATION,
    ),
    page(
        "integrations/<slug:public_id>/restore/",
        integrations.restore_integration,
        _STAFF_INTEGRATIONS,
        Thing.INTEGRATION,
    ),
    page("integrations/<slug:public_id>/keys/", integrations.create_intake_key, _KEYS, Thing.INTEGRATION),
    page("intake-keys/<slug:public_id>/revoke/", integrations.revoke_intake_key, _KEYS, Thing.KEY),
    page("account/brands/", integrations.create_brand, _BRANDS),
    page("accounts/<slug:slug>/brands/", integrations.create_brand, _BRANDS, Thing.ACCOUNT),
    page("account/brands/<slug:public_id>/rename/", integrations.rename_brand, _BRANDS, Thing.BRAND),
    page("account/brands/<slug:public_id>/delete/", integrations.delete_brand, _BRANDS, Thing.BRAND),
    # Contact information.
    page("contact-information/", _FORM, _SEES_CONTACTS),
    page("contact-information/required/", _FORM, Anybody.SIGNED_IN),
    page("contact-information/confirmation/", contacts.confirm_contact_information, Privilege.EDIT_CONTACTS),
    page("contact-information/draft/discard/", contacts.discard_draft, Privilege.EDIT_CONTACTS),
    page("contact-information/escalation/", (Read.READ, contacts.change_escalation_pace), _SEES_CONTACTS),
    page("accounts/<slug:slug>/contact-information/escalation/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page("contact-information/digest/", (Read.READ, contacts.change_digest), _SEES_CONTACTS),
    page("accounts/<slug:slug>/contact-information/digest/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page("contact-information/reachability/", Read.READ, _SEES_CONTACTS),
    page("accounts/<slug:slug>/contact-information/reachability/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page("contact-information/verification/", contacts.send_verification, Privilege.EDIT_CONTACTS),
    page("contact-information/verification/code/", contacts.enter_verification_code, Privilege.EDIT_CONTACTS),
    page("contact-information/history/", Read.READ, _SEES_CONTACTS),
    page("contact-information/channels/", Read.READ, _SEES_CONTACTS),
    page("contact-information/channels/new/", contacts.add_endpoint, Privilege.EDIT_CONTACTS),
    page("accounts/<slug:slug>/contact-information/channels/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page(f"{_ENDPOINT}/name/", contacts.rename_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page(f"{_ENDPOINT}/secret/", contacts.rotate_endpoint_secret, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page(f"{_ENDPOINT}/topics/", contacts.choose_endpoint_topics, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page(f"{_ENDPOINT}/disable/", contacts.disable_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page(f"{_ENDPOINT}/enable/", contacts.enable_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page(f"{_ENDPOINT}/remove/", contacts.remove_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    page("accounts/<slug:slug>/contact-information/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/contact-information/history/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    # The desk.
    page("desk", Read.READ, Privilege.STAFF),
    page("desk/accounts/new", (desk.open_account, accounts.create_account, accounts.invite_user), _ACCOUNTS),
    page("desk/help-answers", Read.READ, Privilege.STAFF),
    page("desk/help-answers/<int:key>", helpcentre.deal_with_feedback, _WRITES_HELP, Thing.HELP_ANSWER),
    page("desk/help", Read.READ, _WRITES_HELP),
    page("desk/help/new", helpcentre.create_article, _WRITES_HELP),
    page("desk/help/<slug:slug>", Read.READ, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/help/<slug:slug>/move", helpcentre.move_article, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/help/<slug:slug>/hide", helpcentre.hide_article, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/help/<slug:slug>/show", helpcentre.show_article, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/help/<slug:slug>/pictures", helpcentre.add_picture, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/help/pictures/<slug:public_id>/remove", helpcentre.remove_picture, _WRITES_HELP, Thing.HELP_PICTURE),
    page(_HELP_TEXT, (helpcentre.save_draft, helpcentre.ask_for_review), _WRITES_HELP, Thing.HELP_ARTICLE),
    page(f"{_HELP_TEXT}/preview", Read.READ, _WRITES_HELP, Thing.HELP_ARTICLE),
    page(f"{_HELP_TEXT}/discard", helpcentre.discard_draft, _WRITES_HELP, Thing.HELP_ARTICLE),
    page(f"{_HELP_TEXT}/review", (helpcentre.publish_version, helpcentre.send_back), _WRITES_HELP, Thing.HELP_ARTICLE),
    page(f"{_HELP_TEXT}/versions", Read.READ, _WRITES_HELP, Thing.HELP_ARTICLE),
    page(f"{_HELP_TEXT}/withdraw", helpcentre.withdraw_article, _WRITES_HELP, Thing.HELP_ARTICLE),
    page("desk/interests", Read.READ, Privilege.STAFF_HANDLE_INTEREST),
    page("desk/interests/<slug:public_id>", Read.READ, Privilege.STAFF_HANDLE_INTEREST, Thing.INTEREST),
    page(
        "desk/interests/<slug:public_id>/accept",
        (
            support.accept_interest,
            accounts.create_account,
            accounts.invite_user,
            accounts.assign_partner_manager,
            integrations.create_integration,
        ),
        Privilege.STAFF_HANDLE_INTEREST,
        Thing.INTEREST,
    ),
    page(
        "desk/interests/<slug:public_id>/decline",
        support.decline_interest,
        Privilege.STAFF_HANDLE_INTEREST,
        Thing.INTEREST,
    ),
    page("desk/deliveries", Read.READ, Privilege.STAFF_VIEW_INCIDENTS),
    page("desk/deliveries/again", ledger.resend_failed_deliveries, Privilege.STAFF_SEND_AGAIN),
    page("accounts/<slug:slug>", Read.READ, Privilege.STAFF, Thing.ACCOUNT),
    page("accounts/<slug:slug>/partner-manager", accounts.assign_partner_manager, _ACCOUNTS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/support-tier", accounts.set_support_tier, _ACCOUNTS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/history", Read.READ, Privilege.STAFF_VIEW_AUDIT, Thing.ACCOUNT),
    # Customers.
    *CUSTOMER_PAGES,
    *ACCESS_PAGES,
    # Incidents.
    page("monitoring/", Read.READ, _SEES_ACCOUNT),
    page("monitoring/overview/", Read.READ, Privilege.STAFF_VIEW_INCIDENTS),
    page("accounts/<slug:slug>/monitoring/", Read.READ, _SEES_ACCOUNT, Thing.ACCOUNT),
    page("integrations/<slug:public_id>/monitoring/<slug:environment>/", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    page("rules/", Read.READ, Privilege.STAFF),
    page("rules/<slug:key>/", Read.READ, Privilege.STAFF, Thing.RULE),
    page("rules/<slug:key>/change/", detection.change_rule, Privilege.STAFF_MANAGE_RULES, Thing.RULE),
    page("rules/<slug:key>/try/", Read.READ, Privilege.STAFF_MANAGE_RULES, Thing.RULE),
    page("rules/<slug:key>/reset/", detection.reset_rule, Privilege.STAFF_MANAGE_RULES, Thing.RULE),
    page("integrations/<slug:public_id>/rules/", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    page("incidents/", Read.READ, _SEES_INCIDENTS),
    page("incidents/<slug:public_id>/", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    page("incidents/<slug:public_id>/comments/", health.comment_incident, _WORKS_ON_INCIDENTS, Thing.INCIDENT),
    page("incidents/<slug:public_id>/owner/", health.give_incident, _WORKS_ON_INCIDENTS, Thing.INCIDENT),
    page("incidents/<slug:public_id>/note/", health.write_note, _WORKS_ON_INCIDENTS, Thing.INCIDENT),
    # The ledger.
    page("deliveries/", Read.READ, _SEES_INCIDENTS),
    page("deliveries/export", ledger.export_deliveries, _SEES_INCIDENTS),
    page("deliveries/<slug:public_id>/", Read.READ, _SEES_INCIDENTS, Thing.DELIVERY),
    page("deliveries/<slug:public_id>/message", ledger.open_sent_message, _SEES_CONTACTS, Thing.DELIVERY),
    page("deliveries/<slug:public_id>/again", ledger.resend_delivery, Privilege.STAFF_SEND_AGAIN, Thing.DELIVERY),
    page("deliveries/<slug:public_id>/now", ledger.send_deferred_delivery, _SENDS_NOW, Thing.DELIVERY),
    page("deliveries/<slug:public_id>/seen", ledger.mark_delivery_seen, Privilege.STAFF_SEND_AGAIN, Thing.DELIVERY),
    # Incoming mail.
    page("incoming-mail/", Read.READ, Privilege.STAFF_HANDLE_MAIL),
    page("incoming-mail/<slug:public_id>/", Read.READ, Privilege.STAFF_HANDLE_MAIL, Thing.INCOMING_MAIL),
    page(
        "incoming-mail/<slug:public_id>/raw", mail.open_incoming_mail, Privilege.STAFF_HANDLE_MAIL, Thing.INCOMING_MAIL
    ),
    page(
        "incoming-mail/<slug:public_id>/again",
        mail.read_incoming_mail_again,
        Privilege.STAFF_HANDLE_MAIL,
        Thing.INCOMING_MAIL,
    ),
    # Escalations.
    page("escalations/<slug:public_id>/", Read.READ, _SEES_INCIDENTS, Thing.ESCALATION),
    page(
        "escalations/<slug:public_id>/acknowledge/",
        acknowledging.acknowledge_escalation,
        _TAKES_INCIDENTS,
        Thing.ESCALATION,
    ),
    page("acknowledge/<str:token>/", acknowledging.acknowledge_by_link, Why.MAILED_LINK),
    page("who-would-be-told/", Read.READ, _SEES_CONTACTS),
    # Tests and drills.
    page("drills/", Read.READ, _SEES_CONTACTS),
    page("drills/new/", drills.start_drill, _DRILLS),
    page("drills/schedule/", drills.change_drill_schedule, _DRILLS),
    page("drills/<slug:public_id>/", Read.READ, _SEES_CONTACTS, Thing.DRILL),
    page("drills/<slug:public_id>/end/", drills.end_drill, _DRILLS, Thing.DRILL),
    page("drills/<slug:public_id>/answer/", drills.answer_drill, _SEES_CONTACTS, Thing.DRILL),
    page("test-messages/", (Read.READ, drills.send_test_message), _SEES_CONTACTS),
    page("test-messages/<slug:public_id>/", Read.READ, _SEES_CONTACTS, Thing.TEST),
    page("accounts/<slug:slug>/drills/", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/drills/new/", drills.start_drill, _DRILLS, Thing.ACCOUNT),
    page("accounts/<slug:slug>/drills/schedule/", drills.change_drill_schedule, _DRILLS, Thing.ACCOUNT),
    page(
        "accounts/<slug:slug>/test-messages/",
        (Read.READ, drills.send_test_message),
        _SEES_CONTACTS,
        Thing.ACCOUNT,
    ),
    page("drill-answers/<str:token>/", drills.answer_drill_by_link, Why.MAILED_LINK),
    page("test-arrivals/<str:token>/", drills.confirm_test_message, Why.MAILED_LINK),
    # Rotas and holidays, of the operator's staff.
    page("calendars/rotas/", Read.READ, Privilege.STAFF),
    page("calendars/rotas/new/", calendars.create_rota, _CALENDARS),
    page("calendars/rotas/<slug:public_id>/", Read.READ, Privilege.STAFF, Thing.ROTA),
    page("calendars/rotas/<slug:public_id>/change/", calendars.change_rota, _CALENDARS, Thing.ROTA),
    page("calendars/rotas/<slug:public_id>/delete/", calendars.delete_rota, _CALENDARS, Thing.ROTA),
    page("calendars/rotas/<slug:public_id>/layers/new/", calendars.add_layer, _CALENDARS, Thing.ROTA),
    page("calendars/rotas/<slug:public_id>/swap/", calendars.ask_for_swap, Privilege.STAFF, Thing.ROTA),
    page("calendars/layers/<slug:public_id>/", calendars.change_layer, _CALENDARS, Thing.LAYER),
    page("calendars/layers/<slug:public_id>/delete/", calendars.delete_layer, _CALENDARS, Thing.LAYER),
    page("calendars/layers/<slug:public_id>/overrides/new/", calendars.add_override, _IS_CALLED, Thing.LAYER),
    page("calendars/layers/<slug:public_id>/take-over/", calendars.take_over, _IS_CALLED, Thing.LAYER),
    page("calendars/overrides/<slug:public_id>/remove/", calendars.remove_override, Privilege.STAFF, Thing.OVERRIDE),
    page(
        "calendars/swaps/<slug:public_id>/",
        (calendars.accept_swap, calendars.decline_swap, calendars.withdraw_swap),
        Privilege.STAFF,
        Thing.SWAP,
    ),
    page("signals/sources/", Read.READ, Privilege.STAFF_MANAGE_RULES),
    page("signals/sources/new/", signals.add_source, Privilege.STAFF_MANAGE_RULES),
    page("signals/sources/<slug:public_id>/", Read.READ, Privilege.STAFF_MANAGE_RULES, Thing.SIGNAL_SOURCE),
    page(
        "signals/sources/<slug:public_id>/switch/",
        signals.switch_source,
        Privilege.STAFF_MANAGE_RULES,
        Thing.SIGNAL_SOURCE,
    ),
    page(
        "signals/sources/<slug:public_id>/remove/",
        signals.remove_source,
        Privilege.STAFF_MANAGE_RULES,
        Thing.SIGNAL_SOURCE,
    ),
    page("calendars/holidays/", Read.READ, Privilege.STAFF),
    page("calendars/holidays/<str:region>/days/new/", calendars.correct_holiday, _CALENDARS),
    page("calendars/holidays/<str:region>/import/", calendars.import_holidays, _CALENDARS),
    page(
        "calendars/holidays/days/<slug:public_id>/remove/",
        calendars.remove_holiday_correction,
        _CALENDARS,
        Thing.HOLIDAY,
    ),
    # What is expected of partners.
    page("expectations/", Read.READ, _SEES_INCIDENTS),
    page("expectations/<slug:public_id>/", Read.READ, _SEES_INCIDENTS, Thing.EXPECTATION),
    page(
        "expectations/<slug:public_id>/answer/",
        expectations.answer_expectation,
        Privilege.EDIT_CONTACTS,
        Thing.EXPECTATION,
    ),
    page(
        "expectations/<slug:public_id>/change/",
        expectations.change_expectation,
        Privilege.STAFF_TAKE_INCIDENTS,
        Thing.EXPECTATION,
    ),
    page(
        "expectations/<slug:public_id>/close/",
        expectations.close_expectation,
        Privilege.STAFF_TAKE_INCIDENTS,
        Thing.EXPECTATION,
    ),
    page("expected/<str:token>/", expectations.answer_expectation_by_link, Why.MAILED_LINK),
    # Notices.
    page("notices/", Read.READ, _SEES_NOTICES),
    page("notices/<slug:public_id>/", Read.READ, _SEES_NOTICES, Thing.NOTICE),
    page("notices/<slug:public_id>/withdraw/", notices.withdraw_notice, _WRITES_NOTICES, Thing.NOTICE),
    page("accounts/<slug:slug>/notices/new/", notices.raise_notice, _WRITES_NOTICES, Thing.ACCOUNT),
)

DEMO_PAGES: Final[tuple[Route, ...]] = (
    page("demo/", Read.READ, Why.DEMO),
    page("demo/sign-in/<slug:key>", accounts.note_sign_in, Why.DEMO),
    page("demo/mailbox", Read.READ, Why.DEMO),
    page("demo/mailbox/<slug:key>", Read.READ, Why.DEMO),
    page("demo/mailbox/<slug:key>/html", Read.READ, Why.DEMO),
)
"""Routes that exist with LIAISON_DEMO alone."""
