"""The steps of the story, in order. Everything a person or a machine would do goes over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from liaison.demo import (
    acts_of_alerts,
    acts_of_cases,
    acts_of_delegates,
    acts_of_escalation,
    acts_of_health,
    acts_of_reaching,
    acts_of_the_gate,
    acts_of_the_ledger,
)
from liaison.demo.story import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS: Sequence[Step] = (
    Step("The portal runs", acts_of_the_gate.the_portal_runs),
    Step("A partner account without contact information is held at the gate", acts_of_the_gate.held_at_the_gate),
    Step("The API is held too, and names what is missing", acts_of_the_gate.held_in_the_api),
    Step("A colleague is held by the same gate; help and the users stay open", acts_of_the_gate.colleague_is_held),
    Step("The contact information is completed in the browser", acts_of_the_gate.completed),
    Step("The account is open at once, for the colleague's old session too", acts_of_the_gate.open_for_everybody),
    Step("The partner manager launches the integration", acts_of_the_gate.launched),
    Step("Consumers see the shared contact, and nothing meant for the operator", acts_of_the_gate.public_page),
    Step("An intake key; without one, or in the wrong environment, nothing is taken", acts_of_alerts.intake_key),
    Step("Who would be told of a critical alert now?", acts_of_alerts.who_would_be_told),
    Step("A real Alertmanager's alert comes in", acts_of_alerts.alert_comes_in),
    Step("Every message is accepted by the mail server", acts_of_alerts.accepted),
    Step("The mails are there, each in its reader's language", acts_of_alerts.mails_arrived),
    Step("The first emergency contact is called, and the page says who is next", acts_of_escalation.first_is_called),
    Step("The proof is on the incident's page", acts_of_alerts.proof_on_the_page),
    Step("The same alert again is the same incident, and nobody is told twice", acts_of_alerts.same_alert_again),
    Step("It is resolved, and who was told is told so", acts_of_alerts.resolved),
    Step("Another account sets its pace, its emergency contacts and a webhook", acts_of_escalation.channels_and_pace),
    Step("An emergency: the first cannot be reached, so the next is called", acts_of_escalation.next_is_called_at_once),
    Step("The webhook is signed", acts_of_escalation.webhook_is_signed),
    Step("Looking at the link of the mail changes nothing", acts_of_escalation.looking_changes_nothing),
    Step("The button acknowledges, without signing in", acts_of_escalation.somebody_has_it),
    Step("Everybody who was told knows who has it, and nobody else is called", acts_of_escalation.everybody_knows),
    Step("The ledger shows every attempt with the server's answer", acts_of_the_ledger.ledger),
    Step("The ledger as a file", acts_of_the_ledger.as_a_file),
    Step("What is kept is what was sent, byte for byte", acts_of_the_ledger.kept_bytes),
    Step("A paused integration raises no production alert", acts_of_alerts.paused),
    Step("The sandbox reaches nobody of the record", acts_of_alerts.sandbox),
    Step("A partner names a contact, and whoever is named is told", acts_of_reaching.named_and_told),
    Step("The mail comes back, and the record is open again", acts_of_reaching.comes_back),
    Step("Another address mends it", acts_of_reaching.mended),
    Step("A drill: everybody answers, and the times stand there", acts_of_reaching.drill),
    Step("What is not urgent waits for Monday, as one mail", acts_of_reaching.digest_after_the_weekend),
    Step("Calls are reported, and nothing is wrong", acts_of_health.well),
    Step("Errors rise: the technical contacts get the evidence by mail", acts_of_health.errors_rise),
    Step("The partner says by when it will be solved", acts_of_health.partner_answers),
    Step("It worsens, and is an emergency: people are paged", acts_of_health.it_worsens),
    Step("Five health checks without an answer: the integration is disabled", acts_of_health.disabled),
    Step("It heals: the integration is restored, and whoever was paged is told", acts_of_health.healed),
    Step("A pause keeps silent", acts_of_health.pause_keeps_silent),
    Step("A case with a person's data in it is held back", acts_of_cases.held_back),
    Step("A case is filed, once, and the filer hears in Korean", acts_of_cases.filed),
    Step("Support answers, and the mails are one thread", acts_of_cases.answered),
    Step("What support says to itself stays inside", acts_of_cases.notes_stay_inside),
    Step("The case is found by a word, a character, a number", acts_of_cases.found_again),
    Step("It is closed and reopened", acts_of_cases.closed_and_reopened),
    Step("Escalating takes premium support", acts_of_cases.escalated),
    Step("An urgent case calls the triage at once", acts_of_cases.urgent),
    Step("A reseller cannot file for a customer without its grant, and asks", acts_of_delegates.not_without_the_grant),
    Step("The customer grants it, and the reseller files", acts_of_delegates.granted_and_filed),
    Step("The customer revokes it, and the next request finds nothing", acts_of_delegates.revoked),
    Step("The customer chooses a support partner by itself", acts_of_delegates.support_partner),
    Step("The customer hands a single case over", acts_of_delegates.handed_over),
    Step("Who could see the case, when, and why", acts_of_delegates.who_could_see_it),
    Step("The audit of the deliveries passed, and counts what was refused", acts_of_the_ledger.audit_passed),
)
