"""The doors of the rooms, each as a question about one place. `test_doors.py` holds the answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from liaison.accounts import access as accounts
from liaison.accounts.models import Account
from liaison.accounts.rights import Privilege
from liaison.calendars import access as calendars
from liaison.contacts import access as contacts
from liaison.detection import access as detection
from liaison.drills import access as drills
from liaison.expectations import access as expectations
from liaison.expectations.models import Expectation
from liaison.feeds import access as feeds
from liaison.files import access as files
from liaison.files.vocabulary import Purpose
from liaison.health import access as health
from liaison.health.models import Incident
from liaison.helpcentre import access as help_centre
from liaison.integrations import access as integrations
from liaison.ledger import access as ledger
from liaison.mail import access as mail
from liaison.monitoring import access as monitoring
from liaison.notices import access as notices
from liaison.notifications.models import Endpoint
from liaison.probes import access as probes
from liaison.signals import access as signals
from liaison.support import access as support
from tests.matrix.vocabulary import Thing
from tests.matrix.walk import Place

Ask = Callable[[Any, Any], Any]


NAMED: Final[dict[str, tuple[Thing, Ask]]] = {
    "accounts.account_for": (Thing.ACCOUNT, accounts.account_for),
    "accounts.account_with_people_for": (Thing.ACCOUNT, accounts.account_with_people_for),
    "accounts.identity_for": (Thing.USER, accounts.identity_for),
    "accounts.invitation_for": (Thing.INVITATION, accounts.invitation_for),
    "accounts.token_for": (Thing.TOKEN, accounts.token_for),
    "accounts.group_for": (Thing.GROUP, accounts.group_for),
    "notices.partner_for": (Thing.ACCOUNT, notices.partner_for),
    "notices.notice_for": (Thing.NOTICE, notices.notice_for),
    "integrations.integration_for": (Thing.INTEGRATION, integrations.integration_for),
    "integrations.pause_for": (Thing.PAUSE, integrations.pause_for),
    "integrations.intake_key_for": (Thing.KEY, integrations.intake_key_for),
    "integrations.brand_for": (Thing.BRAND, integrations.brand_for),
    "monitoring.environment_for": (
        Thing.INTEGRATION,
        lambda actor, name: monitoring.environment_for(actor, name, "production"),
    ),
    "probes.health_check_for": (
        Thing.INTEGRATION,
        lambda actor, name: probes.health_check_for(actor, name, "production"),
    ),
    "probes.heartbeat_for": (
        Thing.INTEGRATION,
        lambda actor, name: probes.heartbeat_for(actor, name, "production", "worker"),
    ),
    "feeds.feed_for": (Thing.FEED, feeds.feed_for),
    "health.incident_for": (Thing.INCIDENT, health.incident_for),
    "health.escalation_for": (Thing.ESCALATION, health.escalation_for),
    "contacts.endpoint_for": (Thing.ENDPOINT, contacts.endpoint_for),
    "ledger.delivery_for": (Thing.DELIVERY, ledger.delivery_for),
    "calendars.rota_for": (Thing.ROTA, calendars.rota_for),
    "calendars.layer_for": (Thing.LAYER, calendars.layer_for),
    "calendars.override_for": (Thing.OVERRIDE, calendars.override_for),
    "calendars.correction_for": (Thing.HOLIDAY, calendars.correction_for),
    "calendars.swap_for": (Thing.SWAP, calendars.swap_for),
    "mail.incoming_mail_for": (Thing.INCOMING_MAIL, mail.incoming_mail_for),
    "drills.drill_for": (Thing.DRILL, drills.drill_for),
    "drills.tested_for": (Thing.TEST, drills.tested_for),
    "signals.source_for": (Thing.SIGNAL_SOURCE, signals.source_for),
    "expectations.expectation_for": (Thing.EXPECTATION, expectations.expectation_for),
    "detection.rule_for": (Thing.RULE, detection.rule_for),
    "help.entry_for": (Thing.HELP_ARTICLE, help_centre.entry_for),
    "help.picture_for": (Thing.HELP_PICTURE, help_centre.picture_for),
    "help.feedback_for": (Thing.HELP_ANSWER, lambda actor, key: help_centre.feedback_for(actor, int(key or 0))),
}
"""Doors that are asked for something by its public name."""

OF_STAFF_ONLY: Final[dict[str, tuple[Thing, Ask]]] = {"support.interest_for": (Thing.INTEREST, support.interest_for)}
"""Doors that the system never comes to."""


def _account(place: Place) -> Account:
    return Account.objects.get(pk=place.cast.partner.pk)


def _incident(place: Place) -> Incident:
    related = Incident.objects.select_related("environment__integration__account")
    return related.get(public_id=place.things[Thing.INCIDENT])


def _expectation(place: Place) -> Expectation:
    return Expectation.objects.select_related("account").get(public_id=place.things[Thing.EXPECTATION])


def _endpoint(place: Place) -> Endpoint:
    return Endpoint.objects.get(public_id=place.things[Thing.ENDPOINT])


def _about_account(ask: Callable[[Any, Account], Any]) -> Ask:
    return lambda actor, place: ask(actor, _account(place))


def _about_nothing(ask: Callable[[Any], Any]) -> Ask:
    return lambda actor, _place: ask(actor)


def _of_partner(rows: Callable[[Any], Any], path: str) -> Ask:
    return lambda actor, place: rows(actor).filter(**{path: place.cast.partner.pk})


ASKED: Final[dict[str, Ask]] = {
    "accounts.visible_accounts": _of_partner(accounts.visible_accounts, "pk"),
    "accounts.sees_account": _about_account(accounts.sees_account),
    "accounts.sees_people": _about_account(accounts.sees_people),
    "accounts.may edit": _about_account(lambda actor, account: accounts.may(actor, Privilege.EDIT_ACCOUNT, account)),
    "accounts.may view": _about_account(lambda actor, account: accounts.may(actor, Privilege.VIEW_ACCOUNT, account)),
    "accounts.may launch": _about_account(
        lambda actor, account: accounts.may(actor, Privilege.STAFF_LAUNCH_ASSIGNED, account)
    ),
    "accounts.require": _about_account(lambda actor, account: accounts.require(actor, Privilege.MANAGE_USERS, account)),
    "contacts.contact_record_for": _about_account(contacts.contact_record_for),
    "contacts.endpoints_for": _about_account(contacts.endpoints_for),
    "contacts.require_edit": _about_account(contacts.require_edit),
    "contacts.may_edit": _about_account(contacts.may_edit),
    "contacts.sees_whole_address": lambda actor, place: contacts.sees_whole_address(
        actor, _account(place), _endpoint(place)
    ),
    "drills.drills_for": _about_account(drills.drills_for),
    "drills.tests_for": _about_account(drills.tests_for),
    "drills.require_run": _about_account(drills.require_run),
    "integrations.brand_rows_for": _about_account(integrations.brand_rows_for),
    "integrations.may_launch": _about_account(integrations.may_launch),
    "integrations.require": _about_account(
        lambda actor, account: integrations.require(
            actor, account, own=Privilege.MANAGE_INTAKE_KEYS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS
        )
    ),
    "monitoring.visible_environments": _of_partner(monitoring.visible_environments, "integration__account"),
    "health.visible_incidents": _of_partner(health.visible_incidents, "environment__integration__account"),
    "health.sees_incidents_of": _about_account(health.sees_incidents_of),
    "health.may_work_on": lambda actor, place: health.may_work_on(actor, _incident(place)),
    "health.require_work": lambda actor, place: health.require_work(actor, _incident(place)),
    "health.require_work_as_staff": lambda actor, place: health.require_work_as_staff(actor, _incident(place)),
    "health.visible_escalations": _of_partner(health.visible_escalations, "account_id"),
    "health.previewable_integrations": _of_partner(health.previewable_integrations, "account"),
    "health.visible_integrations": _of_partner(health.visible_integrations, "account"),
    "health.require_preview": _about_account(health.require_preview),
    "health.sees_addresses": _about_account(health.sees_addresses),
    "ledger.visible_deliveries": lambda actor, place: ledger.visible_deliveries(actor).filter(
        announcement__account_id=place.cast.partner.pk
    ),
    "ledger.require_ledger": _about_nothing(ledger.require_ledger),
    "ledger.sees_addresses_of": _about_account(ledger.sees_addresses_of),
    "ledger.sees_addresses_of nobody's": _about_nothing(lambda actor: ledger.sees_addresses_of(actor, None)),
    "ledger.searches_addresses": _about_nothing(ledger.searches_addresses),
    "ledger.require_send_again": _about_account(ledger.require_send_again),
    "ledger.may_send_again nobody's": _about_nothing(lambda actor: ledger.may_send_again(actor, None)),
    "ledger.require_send_now": _about_account(ledger.require_send_now),
    "ledger.may_send_now nobody's": _about_nothing(lambda actor: ledger.may_send_now(actor, None)),
    "notices.visible_notices": _of_partner(notices.visible_notices, "account"),
    "notices.require_notices": _about_nothing(notices.require_notices),
    "notices.require_write": _about_account(notices.require_write),
    "expectations.visible_expectations": _of_partner(expectations.visible_expectations, "account"),
    "expectations.require_expectations": _about_nothing(expectations.require_expectations),
    "expectations.require_answer": lambda actor, place: expectations.require_answer(actor, _expectation(place)),
    "expectations.require_manage": lambda actor, place: expectations.require_manage(actor, _expectation(place)),
    "calendars.require_manage": _about_nothing(calendars.require_manage),
    "calendars.may_be_called": _about_nothing(calendars.may_be_called),
    "detection.require_manage": _about_nothing(detection.require_manage),
    "signals.visible_sources": _about_nothing(signals.visible_sources),
    "help.require_writer": _about_nothing(help_centre.require_writer),
    "files.require_send": _about_account(lambda actor, account: files.require_send(actor, Purpose.CASE, account)),
    "files.require_send picture": _about_account(
        lambda actor, account: files.require_send(actor, Purpose.HELP_PICTURE, account)
    ),
}
"""Doors that are asked about the partner, what it has, or nothing."""
