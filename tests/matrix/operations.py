"""The operations of the API: which verb each calls, and what it needs."""

from __future__ import annotations

from typing import Final

from liaison.accounts import actions as accounts
from liaison.accounts.rights import Privilege
from liaison.calendars import actions as calendars
from liaison.cases import actions as cases
from liaison.contacts import actions as contacts
from liaison.detection import actions as detection
from liaison.drills import actions as drills
from liaison.expectations import actions as expectations
from liaison.feeds import actions as feeds
from liaison.files import actions as files
from liaison.health import acknowledging
from liaison.health import actions as health
from liaison.integrations import actions as integrations
from liaison.ledger import actions as ledger
from liaison.notices import actions as notices
from liaison.probes import actions as probes
from liaison.signals import actions as signals
from tests.matrix.access import ACCESS_OPERATIONS
from tests.matrix.customers import CUSTOMER_OPERATIONS
from tests.matrix.vocabulary import Anybody, Read, Route, Thing, Why, call

_SEES_NOTICES: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_CONTACTS)
_WRITES_NOTICES: Final = Privilege.STAFF_RAISE_NOTICES
_SEND_NOW: Final = (Privilege.STAFF_SEND_AGAIN, Privilege.EDIT_ACCOUNT)
_USERS: Final = (Privilege.MANAGE_USERS, Privilege.STAFF_MANAGE_ACCOUNTS)
_STAFF_INTEGRATIONS: Final = Privilege.STAFF_MANAGE_INTEGRATIONS
_IS_CALLED: Final = (Privilege.STAFF_TAKE_INCIDENTS, Privilege.STAFF_MANAGE_CALENDARS)
_SEND_AGAIN: Final = Privilege.STAFF_SEND_AGAIN
_LAUNCH: Final = (Privilege.STAFF_MANAGE_INTEGRATIONS, Privilege.STAFF_LAUNCH_ASSIGNED)
_PAUSE: Final = Privilege.PAUSE_INTEGRATIONS
_CHANGES_PAUSES: Final = (Privilege.PAUSE_INTEGRATIONS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_MONITORING: Final = (Privilege.MANAGE_MONITORING, Privilege.STAFF_MANAGE_INTEGRATIONS)
_KEYS: Final = (Privilege.MANAGE_INTAKE_KEYS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_BRANDS: Final = (Privilege.EDIT_BRANDS, Privilege.STAFF_MANAGE_INTEGRATIONS)
_SEES_CONTACTS: Final = (Privilege.VIEW_CONTACTS, Privilege.STAFF_VIEW_CONTACTS)
_SEES_INCIDENTS: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_INCIDENTS)
_SETS_MARKS: Final = (Privilege.MANAGE_MONITORING, Privilege.STAFF_TAKE_INCIDENTS)
_TAKES_INCIDENTS: Final = (Privilege.EDIT_CONTACTS, Privilege.STAFF_TAKE_INCIDENTS)
_SEES_ACCOUNT: Final = (Privilege.VIEW_ACCOUNT, Privilege.STAFF_VIEW_ALL, Privilege.STAFF_VIEW_ASSIGNED)
_ENVIRONMENT: Final = "integrations/<integration_id>/environments/<environment>"
_RECORD: Final = "accounts/<slug>/environments/<environment>/contact-information"
_EXPECTATION: Final = "expectations/<expectation_id>"
_ANSWERS: Final = Privilege.EDIT_CONTACTS
_ENDPOINT: Final = "endpoints/<endpoint_id>"
_DRILLS: Final = (Privilege.EDIT_CONTACTS, Privilege.STAFF_RUN_DRILLS)
_CONTACTS: Final = "accounts/<slug>/contact-information"
_SEES_CASES: Final = (Privilege.VIEW_CASES, Privilege.STAFF_VIEW_CASES)
_WORKS_CASES: Final = Privilege.STAFF_WORK_CASES
_READS_NOTES: Final = Privilege.STAFF_VIEW_CASES
_CHANGES_CASES: Final = (Privilege.WRITE_CASES, Privilege.STAFF_WORK_CASES)

OPERATIONS: Final[tuple[Route, ...]] = (
    call("GET", "me", Read.READ, Anybody.SIGNED_IN),
    call("PUT", "me", accounts.change_settings, Anybody.SIGNED_IN),
    call("PUT", "me/quiet-hours", accounts.change_quiet_hours, Anybody.SIGNED_IN),
    call("GET", "me/mail-choices", Read.READ, Anybody.SIGNED_IN),
    call("PUT", "me/mail-choices", accounts.change_mail_choices, Anybody.SIGNED_IN),
    call("PUT", "me/language", accounts.change_language, Anybody.SIGNED_IN),
    call("PUT", "me/mailbox", accounts.change_mailbox, Anybody.SIGNED_IN),
    call("DELETE", "me/sessions", accounts.sign_out_everywhere, Anybody.SIGNED_IN),
    call("POST", "me/nudges", accounts.nudge_administrators, Anybody.SIGNED_IN),
    call("GET", "me/tokens", Read.READ, Anybody.SIGNED_IN),
    call("POST", "me/tokens", accounts.create_api_token, Anybody.SIGNED_IN),
    call("DELETE", "tokens/<token_id>", accounts.revoke_api_token, (Anybody.SIGNED_IN, *_USERS), Thing.TOKEN),
    call("PUT", "me/forwarding", accounts.ask_to_forward, Anybody.SIGNED_IN),
    call("DELETE", "me/forwarding", accounts.stop_forwarding, Anybody.SIGNED_IN),
    call("POST", "forwarding-proofs", accounts.confirm_forwarding, Why.MAILED_LINK),
    call("POST", "mailbox-proofs", accounts.confirm_mailbox, Why.MAILED_LINK),
    call("POST", "invitation-acceptances", accounts.accept_invitation, Why.MAILED_LINK),
    call("POST", "files/uploads", files.begin_upload, Anybody.SIGNED_IN),
    call("GET", "files/uploads/<upload_id>", Read.READ, Anybody.SEES, Thing.UPLOAD),
    call("POST", "files/uploads/<upload_id>/pieces", files.append_piece, Anybody.SEES, Thing.UPLOAD),
    call("POST", "files/uploads/<upload_id>/finish", files.finish_upload, Anybody.SEES, Thing.UPLOAD),
    call("DELETE", "files/uploads/<upload_id>", files.cancel_upload, Anybody.SEES, Thing.UPLOAD),
    call("GET", "accounts", Read.READ, Anybody.SEES),
    call("POST", "accounts", accounts.create_account, Privilege.STAFF_MANAGE_ACCOUNTS),
    call("GET", "accounts/<slug>", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    call(
        "PUT",
        "accounts/<slug>",
        accounts.change_account,
        (Privilege.EDIT_ACCOUNT, Privilege.STAFF_MANAGE_ACCOUNTS),
        Thing.ACCOUNT,
    ),
    call(
        "PUT",
        "accounts/<slug>/partner-manager",
        accounts.assign_partner_manager,
        Privilege.STAFF_MANAGE_ACCOUNTS,
        Thing.ACCOUNT,
    ),
    call(
        "PUT",
        "accounts/<slug>/support-tier",
        accounts.set_support_tier,
        Privilege.STAFF_MANAGE_ACCOUNTS,
        Thing.ACCOUNT,
    ),
    *CUSTOMER_OPERATIONS,
    *ACCESS_OPERATIONS,
    call("GET", "accounts/<slug>/users", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/users", accounts.create_identity, _USERS, Thing.ACCOUNT),
    call("GET", "accounts/<slug>/groups", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/groups", accounts.create_group, _USERS, Thing.ACCOUNT),
    call("GET", "groups/<group_id>", Read.READ, Anybody.SEES, Thing.GROUP),
    call("PUT", "groups/<group_id>", accounts.change_group, _USERS, Thing.GROUP),
    call("DELETE", "groups/<group_id>", accounts.delete_group, _USERS, Thing.GROUP),
    call("GET", "accounts/<slug>/sharing-limits", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    call(
        "PUT",
        "accounts/<slug>/sharing-limits",
        accounts.limit_sharing,
        (Privilege.EDIT_ACCOUNT, Privilege.STAFF_MANAGE_ACCOUNTS),
        Thing.ACCOUNT,
    ),
    call("GET", "cases", Read.READ, _SEES_CASES),
    call("POST", "cases", cases.file_case, _CHANGES_CASES),
    call("GET", "cases/<number>", Read.READ, _SEES_CASES, Thing.CASE),
    call("GET", "cases/<number>/updates", Read.READ, _SEES_CASES, Thing.CASE),
    call("POST", "cases/<number>/updates", cases.send_update, _CHANGES_CASES, Thing.CASE),
    call("POST", "cases/<number>/reopening", cases.reopen_case, _CHANGES_CASES, Thing.CASE),
    call("POST", "case-closings", cases.close_cases, _CHANGES_CASES),
    call("GET", "cases/<number>/attachments", Read.READ, _SEES_CASES, Thing.CASE),
    call("GET", "case-attachments/<attachment_id>/content", Read.READ, _SEES_CASES, Thing.ATTACHMENT),
    call("POST", "case-attachments/<attachment_id>/deletion", cases.delete_attachment, _WORKS_CASES, Thing.ATTACHMENT),
    call("GET", "cases/<number>/notes", Read.READ, _READS_NOTES, Thing.CASE),
    call("POST", "cases/<number>/notes", cases.add_note, _WORKS_CASES, Thing.CASE),
    call("POST", "cases/<number>/links", (cases.link_case, cases.link_incident), _CHANGES_CASES, Thing.CASE),
    call("DELETE", "cases/<number>/links", (cases.unlink_case, cases.unlink_incident), _CHANGES_CASES, Thing.CASE),
    call("GET", "cases/<number>/shares", Read.READ, _SEES_CASES, Thing.CASE),
    call("POST", "cases/<number>/shares", cases.share_case, _CHANGES_CASES, Thing.CASE),
    call("PUT", "case-shares/<share_id>", cases.change_share, _CHANGES_CASES, Thing.SHARE),
    call("DELETE", "case-shares/<share_id>", cases.end_share, _CHANGES_CASES, Thing.SHARE),
    call("GET", "hand-overs", Read.READ, _CHANGES_CASES),
    call("POST", "hand-overs", cases.hand_over_cases, _CHANGES_CASES),
    call("DELETE", "cases/<number>/hand-overs/<account>", cases.take_back_case, _CHANGES_CASES, Thing.CASE),
    call("GET", "cases/<number>/access", Read.READ, _SEES_CASES, Thing.CASE),
    call("PUT", "cases/<number>/following", cases.follow_case, _SEES_CASES, Thing.CASE),
    call("DELETE", "cases/<number>/following", cases.unfollow_case, _SEES_CASES, Thing.CASE),
    call("GET", "accounts/<slug>/invitations", Read.READ, Anybody.SEES, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/invitations", accounts.invite_user, _USERS, Thing.ACCOUNT),
    call("DELETE", "invitations/<invitation_id>", accounts.revoke_invitation, _USERS, Thing.INVITATION),
    call("GET", "users/<user_id>", Read.READ, Anybody.SEES, Thing.USER),
    call("DELETE", "users/<user_id>", accounts.delete_identity, _USERS, Thing.USER),
    call("PUT", "users/<user_id>/role", accounts.change_role, _USERS, Thing.USER),
    call("PUT", "users/<user_id>/roles/<role>", accounts.give_role, _USERS, Thing.USER),
    call("DELETE", "users/<user_id>/roles/<role>", accounts.take_role, _USERS, Thing.USER),
    call("PUT", "users/<user_id>/suspension", accounts.suspend_identity, _USERS, Thing.USER),
    call("DELETE", "users/<user_id>/suspension", accounts.restore_identity, _USERS, Thing.USER),
    call("POST", "users/<user_id>/sign-in-links", accounts.create_sign_in_link, _USERS, Thing.USER),
    call("GET", _RECORD, Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("PUT", _RECORD, contacts.submit_contact_information, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("GET", f"{_CONTACTS}/completeness", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("GET", f"{_CONTACTS}/escalation", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("GET", f"{_CONTACTS}/digest", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("PUT", f"{_CONTACTS}/digest", contacts.change_digest, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("PUT", f"{_CONTACTS}/escalation", contacts.change_escalation_pace, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("GET", f"{_CONTACTS}/history", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call(
        "PUT",
        f"{_CONTACTS}/confirmation",
        contacts.confirm_contact_information,
        Privilege.EDIT_CONTACTS,
        Thing.ACCOUNT,
    ),
    call("GET", f"{_CONTACTS}/reachability", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("POST", f"{_CONTACTS}/verification-mails", contacts.send_verification, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call(
        "POST",
        f"{_CONTACTS}/verification-codes",
        contacts.enter_verification_code,
        Privilege.EDIT_CONTACTS,
        Thing.ACCOUNT,
    ),
    call("GET", f"{_CONTACTS}/draft", Read.READ, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("PUT", f"{_CONTACTS}/draft", contacts.save_draft, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("DELETE", f"{_CONTACTS}/draft", contacts.discard_draft, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("GET", "accounts/<slug>/endpoints", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/endpoints", contacts.add_endpoint, Privilege.EDIT_CONTACTS, Thing.ACCOUNT),
    call("GET", _ENDPOINT, Read.READ, _SEES_CONTACTS, Thing.ENDPOINT),
    call("PUT", f"{_ENDPOINT}/name", contacts.rename_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("POST", f"{_ENDPOINT}/secrets", contacts.rotate_endpoint_secret, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("PUT", f"{_ENDPOINT}/topics", contacts.choose_endpoint_topics, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("PUT", f"{_ENDPOINT}/disablement", contacts.disable_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("DELETE", f"{_ENDPOINT}/disablement", contacts.enable_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("DELETE", _ENDPOINT, contacts.remove_endpoint, Privilege.EDIT_CONTACTS, Thing.ENDPOINT),
    call("GET", "accounts/<slug>/integrations", Read.READ, _SEES_ACCOUNT, Thing.ACCOUNT),
    call(
        "POST",
        "accounts/<slug>/integrations",
        integrations.create_integration,
        _STAFF_INTEGRATIONS,
        Thing.ACCOUNT,
    ),
    call("GET", "integrations/<integration_id>", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call(
        "PUT",
        "integrations/<integration_id>/stage",
        (integrations.change_stage, integrations.launch_integration),
        _LAUNCH,
        Thing.INTEGRATION,
    ),
    call("PUT", "integrations/<integration_id>/pause", integrations.pause_integration, _PAUSE, Thing.INTEGRATION),
    call("DELETE", "integrations/<integration_id>/pause", integrations.resume_integration, _PAUSE, Thing.INTEGRATION),
    call("GET", "integrations/<integration_id>/pauses", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call(
        "POST",
        "integrations/<integration_id>/pauses",
        (integrations.pause_integration, integrations.schedule_pause),
        _PAUSE,
        Thing.INTEGRATION,
    ),
    call("GET", "pauses/<pause_id>", Read.READ, _SEES_ACCOUNT, Thing.PAUSE),
    call("PUT", "pauses/<pause_id>", integrations.change_pause, _CHANGES_PAUSES, Thing.PAUSE),
    call("DELETE", "pauses/<pause_id>", integrations.cancel_pause, _CHANGES_PAUSES, Thing.PAUSE),
    call(
        "PUT",
        "integrations/<integration_id>/disablement",
        integrations.disable_integration,
        _STAFF_INTEGRATIONS,
        Thing.INTEGRATION,
    ),
    call(
        "DELETE",
        "integrations/<integration_id>/disablement",
        integrations.restore_integration,
        _STAFF_INTEGRATIONS,
        Thing.INTEGRATION,
    ),
    call("GET", f"{_ENVIRONMENT}/intake-keys", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("POST", f"{_ENVIRONMENT}/intake-keys", integrations.create_intake_key, _KEYS, Thing.INTEGRATION),
    call("DELETE", "intake-keys/<key_id>", integrations.revoke_intake_key, _KEYS, Thing.KEY),
    call("GET", "accounts/<slug>/brands", Read.READ, _SEES_ACCOUNT, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/brands", integrations.create_brand, _BRANDS, Thing.ACCOUNT),
    call("GET", "brands/<brand_id>", Read.READ, _SEES_ACCOUNT, Thing.BRAND),
    call("PUT", "brands/<brand_id>/name", integrations.rename_brand, _BRANDS, Thing.BRAND),
    call("DELETE", "brands/<brand_id>", integrations.delete_brand, _BRANDS, Thing.BRAND),
    call("GET", "monitoring", Read.READ, _SEES_ACCOUNT),
    call("GET", f"{_ENVIRONMENT}/monitoring", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("GET", "integrations/<integration_id>/rules", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("GET", "rules/<rule>", Read.READ, Privilege.STAFF, Thing.RULE),
    call("PUT", "rules/<rule>/changes/<place>", detection.change_rule, Privilege.STAFF_MANAGE_RULES, Thing.RULE),
    call("DELETE", "rules/<rule>/changes/<place>", detection.reset_rule, Privilege.STAFF_MANAGE_RULES, Thing.RULE),
    call("GET", "incidents", Read.READ, _SEES_INCIDENTS),
    call("GET", "accounts/<slug>/incidents", Read.READ, _SEES_INCIDENTS, Thing.ACCOUNT),
    call("GET", "incidents/<incident_id>", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    call("GET", "incidents/<incident_id>/announcements", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    call("GET", "incidents/<incident_id>/timeline", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    call("GET", "incidents/<incident_id>/comments", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    call("POST", "incidents/<incident_id>/comments", health.comment_incident, _TAKES_INCIDENTS, Thing.INCIDENT),
    call("PUT", "incidents/<incident_id>/owner", health.give_incident, _TAKES_INCIDENTS, Thing.INCIDENT),
    call("PUT", "incidents/<incident_id>/note", health.write_note, _TAKES_INCIDENTS, Thing.INCIDENT),
    call("GET", "marks", Read.READ, _SEES_INCIDENTS),
    call("POST", "marks", (health.set_mark, health.set_mark_by_key), _SETS_MARKS),
    call("GET", "deliveries", Read.READ, _SEES_INCIDENTS),
    call("GET", "incidents/<incident_id>/escalation", Read.READ, _SEES_INCIDENTS, Thing.INCIDENT),
    call(
        "POST",
        "incidents/<incident_id>/acknowledgement",
        acknowledging.acknowledge_incident,
        _TAKES_INCIDENTS,
        Thing.INCIDENT,
    ),
    call("GET", "accounts/<slug>/drills", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/drills", drills.start_drill, _DRILLS, Thing.ACCOUNT),
    call("GET", "drills/<drill_id>", Read.READ, _SEES_CONTACTS, Thing.DRILL),
    call("POST", "drills/<drill_id>/stop", drills.end_drill, _DRILLS, Thing.DRILL),
    call("POST", "drills/<drill_id>/answer", drills.answer_drill, _SEES_CONTACTS, Thing.DRILL),
    call("GET", "accounts/<slug>/drill-schedule", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("PUT", "accounts/<slug>/drill-schedule", drills.change_drill_schedule, _DRILLS, Thing.ACCOUNT),
    call("POST", "accounts/<slug>/test-messages", drills.send_test_message, _DRILLS, Thing.ACCOUNT),
    call("GET", "test-messages/<test_id>", Read.READ, _SEES_CONTACTS, Thing.TEST),
    call("GET", "integrations/<integration_id>/escalation", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call(
        "POST",
        "integrations/<integration_id>/acknowledgement",
        acknowledging.acknowledge_disabled_integration,
        _TAKES_INCIDENTS,
        Thing.INTEGRATION,
    ),
    call("GET", "deliveries/<delivery_id>", Read.READ, _SEES_INCIDENTS, Thing.DELIVERY),
    call("GET", "deliveries/<delivery_id>/message", ledger.open_sent_message, _SEES_CONTACTS, Thing.DELIVERY),
    call("POST", "deliveries/<delivery_id>/again", ledger.resend_delivery, _SEND_AGAIN, Thing.DELIVERY),
    call("POST", "deliveries/<delivery_id>/now", ledger.send_deferred_delivery, _SEND_NOW, Thing.DELIVERY),
    call("PUT", "deliveries/<delivery_id>/review", ledger.mark_delivery_seen, _SEND_AGAIN, Thing.DELIVERY),
    call("GET", "on-call", Read.READ, Privilege.STAFF),
    call("GET", "rotas", Read.READ, Privilege.STAFF),
    call("GET", "rotas/<rota_id>/shifts", Read.READ, Privilege.STAFF, Thing.ROTA),
    call("GET", "rotas/<rota_id>/overrides", Read.READ, Privilege.STAFF, Thing.ROTA),
    call("POST", "layers/<layer_id>/overrides", calendars.add_override, _IS_CALLED, Thing.LAYER),
    call("DELETE", "overrides/<override_id>", calendars.remove_override, Privilege.STAFF, Thing.OVERRIDE),
    call("GET", "holidays/<region>/<year>", Read.READ, Privilege.STAFF),
    call("GET", "expectations", Read.READ, _SEES_INCIDENTS),
    call("GET", _EXPECTATION, Read.READ, _SEES_INCIDENTS, Thing.EXPECTATION),
    call("POST", f"{_EXPECTATION}/answers", expectations.answer_expectation, _ANSWERS, Thing.EXPECTATION),
    call("PUT", _EXPECTATION, expectations.change_expectation, Privilege.STAFF_TAKE_INCIDENTS, Thing.EXPECTATION),
    call(
        "PUT",
        f"{_EXPECTATION}/closure",
        expectations.close_expectation,
        Privilege.STAFF_TAKE_INCIDENTS,
        Thing.EXPECTATION,
    ),
    call("GET", "help/articles", Read.READ, Why.HELP),
    call("GET", "help/articles/<slug>", Read.READ, Why.HELP),
    call("GET", "help/search", Read.READ, Why.HELP),
    call("GET", "notices", Read.READ, _SEES_NOTICES),
    call("GET", "notices/<notice_id>", Read.READ, _SEES_NOTICES, Thing.NOTICE),
    call("GET", "notices/<notice_id>/announcements", Read.READ, _SEES_NOTICES, Thing.NOTICE),
    call("POST", "notices", notices.raise_notice, _WRITES_NOTICES),
    call("POST", "notices/plan", Read.READ, _WRITES_NOTICES),
    call("PUT", "notices/<notice_id>/withdrawal", notices.withdraw_notice, _WRITES_NOTICES, Thing.NOTICE),
    call("POST", "resendings", ledger.resend_failed_deliveries, _SEND_AGAIN),
    call("GET", "accounts/<slug>/plan", Read.READ, _SEES_CONTACTS, Thing.ACCOUNT),
    call("POST", "signals", signals.record_signals, Privilege.STAFF_SEND_SIGNALS),
    call("POST", "feeds/runs", feeds.report_run, Privilege.STAFF_SEND_SIGNALS),
    call("GET", f"{_ENVIRONMENT}/feeds", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("GET", "feeds/<feed_id>/runs", Read.READ, _SEES_ACCOUNT, Thing.FEED),
    call("PUT", "feeds/<feed_id>", feeds.change_feed, _MONITORING, Thing.FEED),
    call("GET", f"{_ENVIRONMENT}/health-check", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("PUT", f"{_ENVIRONMENT}/health-check", probes.set_health_check, _MONITORING, Thing.INTEGRATION),
    call("DELETE", f"{_ENVIRONMENT}/health-check", probes.remove_health_check, _MONITORING, Thing.INTEGRATION),
    call("GET", f"{_ENVIRONMENT}/health-check/results", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("POST", f"{_ENVIRONMENT}/health-check/tries", probes.ask_now, _MONITORING, Thing.INTEGRATION),
    call("POST", "heartbeats/<name>", probes.note_heartbeat, Privilege.STAFF_SEND_SIGNALS),
    call("GET", f"{_ENVIRONMENT}/heartbeats", Read.READ, _SEES_ACCOUNT, Thing.INTEGRATION),
    call("PUT", f"{_ENVIRONMENT}/heartbeats/<name>", probes.change_heartbeat, _MONITORING, Thing.INTEGRATION),
    call("DELETE", f"{_ENVIRONMENT}/heartbeats/<name>", probes.remove_heartbeat, _MONITORING, Thing.INTEGRATION),
    call("GET", "catalog/integration-kinds", Read.READ, Anybody.SIGNED_IN),
    call("GET", "catalog/topics", Read.READ, Anybody.SIGNED_IN),
    call("GET", "catalog/severities", Read.READ, Anybody.SIGNED_IN),
)
