"""Verbs that a person cannot call by a page or by the API, each with the reason."""

from __future__ import annotations

from typing import Final

from liaison.accounts import actions as accounts
from liaison.calendars import actions as calendars
from liaison.cases import actions as cases
from liaison.contacts import actions as contacts
from liaison.delegation import actions as delegation
from liaison.desk import actions as desk
from liaison.drills import actions as drills
from liaison.expectations import actions as expectations
from liaison.feeds import actions as feeds
from liaison.files import actions as files
from liaison.filing import actions as filing
from liaison.health import actions as health
from liaison.helpcentre import actions as helpcentre
from liaison.integrations import actions as integrations
from liaison.ledger import actions as ledger
from liaison.mail import actions as mail
from liaison.probes import actions as probes
from liaison.signals import actions as signals
from liaison.support import actions as support
from tests.matrix.vocabulary import Verb

_PASSWORDS: Final = "passwords are typed into the sign-in pages alone, which limit how often; a token needs none"
_SIGN_IN: Final = "it belongs to a session of a browser, and the API has none"
_MAILED: Final = "the person named does it on the page behind the mail, without a sign-in or a token"
_ARTICLES: Final = "it is said by who reads an article, on its page, and counted by network address"

_HELP: Final = "articles are written, compared and reviewed by people, on pages; programs read them"

_ROTAS: Final = "people draw up rotas and agree on swaps on their pages; programs read them and add overrides"
_HOLIDAYS: Final = "administrators correct holidays on their page; programs have calendar files"

_FORM: Final = "a draft belongs to the form in a browser; a program files the case at once"

_SOURCES: Final = "staff name a source on its page, where they see what it says; programs send signals themselves"

_FILES: Final = "a part of Liaison keeps, uses and empties files, in the verb of what they belong to"

WITHOUT_OPERATION: Final[dict[Verb, str]] = {
    cases.end_case_mails: "a mail program or a person does it by the link of a mail; programs stop following",
    delegation.use_contact_link: "a customer's contact does it on the page behind the mailed link",
    delegation.confirm_contact_address: "the former contact does it on the page behind the mailed link",
    cases.hand_over_by_link: "a customer's contact does it on the page behind the mailed link",
    files.keep_file: _FILES,
    files.use_files: _FILES,
    files.remove_content: _FILES,
    filing.save_draft: _FORM,
    filing.discard_draft: _FORM,
    filing.file_draft: _FORM,
    signals.add_source: _SOURCES,
    signals.switch_source: _SOURCES,
    signals.remove_source: _SOURCES,
    calendars.create_rota: _ROTAS,
    calendars.change_rota: _ROTAS,
    calendars.delete_rota: _ROTAS,
    calendars.add_layer: _ROTAS,
    calendars.change_layer: _ROTAS,
    calendars.delete_layer: _ROTAS,
    calendars.take_over: "an override from now on is the same for a program",
    calendars.ask_for_swap: _ROTAS,
    calendars.accept_swap: _ROTAS,
    calendars.decline_swap: _ROTAS,
    calendars.withdraw_swap: _ROTAS,
    calendars.correct_holiday: _HOLIDAYS,
    calendars.remove_holiday_correction: _HOLIDAYS,
    calendars.import_holidays: _HOLIDAYS,
    accounts.note_sign_in: _SIGN_IN,
    accounts.note_sign_out: _SIGN_IN,
    accounts.use_sign_in_link: _SIGN_IN,
    accounts.ask_for_password_reset: _PASSWORDS,
    accounts.change_password: _PASSWORDS,
    contacts.remind_of_onboarding: "the ticker does it",
    contacts.tell_the_untold: "the ticker does it",
    contacts.notice_refusals: "the ticker does it",
    contacts.mark_unreachable: "it follows mail that comes back or is refused",
    contacts.mark_reached: "it follows a test message or a drill that was answered",
    contacts.verify_contact: _MAILED,
    contacts.decline_contact: _MAILED,
    contacts.leave_contact: _MAILED,
    contacts.verify_contact_by_code: _MAILED,
    contacts.leave_contact_roles: "it follows the suspension or deletion of a user",
    contacts.leave_endpoints: "it follows the suspension or deletion of a user",
    support.express_interest: "people type it into a page, which limits how often a network address may",
    support.confirm_interest: _MAILED,
    support.accept_interest: "somebody of the staff reads what was written and decides, on its page",
    support.decline_interest: "somebody of the staff reads what was written and says why not, on its page",
    desk.open_account: "it is two operations of the API: create an account, then invite somebody",
    drills.answer_drill_by_link: "the link of the message leads to its page; a program with a token answers as itself",
    drills.confirm_test_message: "the link of the message leads to its page",
    helpcentre.give_feedback: _ARTICLES,
    helpcentre.explain_feedback: _ARTICLES,
    helpcentre.deal_with_feedback: _HELP,
    helpcentre.create_article: _HELP,
    helpcentre.save_draft: _HELP,
    helpcentre.discard_draft: _HELP,
    helpcentre.hide_article: _HELP,
    helpcentre.move_article: _HELP,
    helpcentre.add_picture: _HELP,
    helpcentre.remove_picture: _HELP,
    helpcentre.ask_for_review: _HELP,
    helpcentre.send_back: _HELP,
    helpcentre.publish_version: _HELP,
    helpcentre.show_article: _HELP,
    helpcentre.withdraw_article: _HELP,
    expectations.answer_expectation_by_link: "the link of the message leads to its page",
    expectations.answer_expectation_by_mail: "it follows a mail that came in",
    health.receive_event: "clients of the Events API v2 have its own address, with keys of their own",
    health.receive_alerts: "alert senders have the intake, with keys of their own",
    integrations.stamp_intake_key: "the intake does it",
    mail.open_incoming_mail: "it is a stranger's, and looked at by a person alone",
    mail.read_incoming_mail_again: "somebody has looked at the mail before, on its page",
    ledger.export_deliveries: "the API lists the same deliveries by the same filters",
}

WITHOUT_PAGE: Final[dict[Verb, str]] = {
    cases.file_case: "the page files the draft of its form, which calls this verb",
    files.keep_file: _FILES,
    files.use_files: _FILES,
    files.remove_content: _FILES,
    expectations.answer_expectation_by_mail: "it follows a mail that came in",
    contacts.tell_the_untold: "the ticker does it",
    contacts.notice_refusals: "the ticker does it",
    contacts.mark_unreachable: "it follows mail that comes back or is refused",
    contacts.mark_reached: "it follows a test message or a drill that was answered",
    accounts.give_role: "the page gives a person one role; several at once are for programs",
    accounts.take_role: "the page gives a person one role; several at once are for programs",
    contacts.remind_of_onboarding: "the ticker does it",
    contacts.leave_contact_roles: "it follows the suspension or deletion of a user",
    contacts.leave_endpoints: "it follows the suspension or deletion of a user",
    health.set_mark: "programs say what they changed",
    signals.record_signals: "programs report how calls went, thousands at once",
    feeds.report_run: "programs report what their feeds did",
    probes.note_heartbeat: "programs say that they live",
}
