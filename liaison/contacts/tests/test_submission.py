from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from liaison.accounts.models import Account, Identity
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import ContactField
from liaison.contacts import actions, queries
from liaison.contacts.codes import ContactCode, GateCode
from liaison.contacts.gate import gate_state, refuse_if_closed
from liaison.contacts.models import ContactDraft, ContactEntry, ContactRecord
from liaison.contacts.testing import (
    address_row,
    complete_form,
    complete_record,
    make_integration,
    put_in_state,
    user_row,
)
from liaison.contacts.vocabulary import Verification
from liaison.integrations.models import Brand, EnvironmentName, Stage
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing
from liaison.web import wording


def codes_of(refusal: Invalid) -> dict[str, str]:
    return {problem.field: problem.code for problem in refusal.problems}


def test_the_first_complete_submission_opens_the_gate_for_everyone(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C1, C3: whichever user completes it, it counts for all."""
    with pytest.raises(Forbidden) as refused:
        refuse_if_closed(owner)
    assert refused.value.code is GateCode.CONTACT_INFORMATION_MISSING
    required = [field.value for field in ContactField if field is not ContactField.MERCHANT]
    assert refused.value.facts["missing"] == required
    assert "Alert contacts" in wording.text_of(refused.value)

    record = complete_record(colleague, now)

    assert (record.version, record.first_completed_by, record.first_completed_at) == (1, colleague, now)
    refuse_if_closed(owner)
    event = Event.objects.get(kind=Happened.CONTACTS_COMPLETED)
    assert event.changes["alert_contacts"] == [[], [{"identity": colleague.pk}]]


def test_an_incomplete_form_is_refused_and_leaves_the_gate_closed(owner: Identity, now: datetime) -> None:
    """C5: only a complete one unlocks."""
    with pytest.raises(Invalid) as refused:
        complete_record(owner, now, operator_contacts=[], support_hours=[])
    assert codes_of(refused.value) == {
        "operator_contacts": ContactCode.REQUIRED,
        "support_hours": ContactCode.REQUIRED,
    }
    assert gate_state(owner.account).closed
    assert not ContactEntry.objects.exists()


def test_the_gate_stands_only_for_partners_with_an_integration_under_way(account: Account, outsider: Identity) -> None:
    """C3, W10: an account with none, or an interested one only, is not locked."""
    assert not gate_state(outsider.account).closed
    make_integration(outsider.account, stage=Stage.INTERESTED)
    assert not gate_state(outsider.account).closed
    assert gate_state(account).closed


def test_contacts_given_before_the_integration_begins_do_not_open_a_gate_to_come(
    outsider: Identity, now: datetime
) -> None:
    record = complete_record(outsider, now)
    assert record.first_completed_at is None
    make_integration(outsider.account)
    state = gate_state(outsider.account)
    assert state.closed
    assert state.missing == ()
    assert complete_record(outsider, now).first_completed_at == now


def test_a_later_requirement_never_locks_again(owner: Identity, now: datetime) -> None:
    """C3: a record that lapses later never locks."""
    complete_record(owner, now, merchant_issue_contacts=[])
    make_integration(owner.account, "things_to_do")
    state = gate_state(owner.account)
    assert not state.closed
    assert state.missing == (ContactField.MERCHANT,)
    refuse_if_closed(owner)


def test_a_required_field_cannot_be_emptied_later(owner: Identity, now: datetime) -> None:
    """C6: refused with the reason."""
    complete_record(owner, now)
    with pytest.raises(Invalid) as refused:
        complete_record(owner, now, operator_contacts=[])
    (problem,) = refused.value.problems
    assert problem.code is ContactCode.STILL_REQUIRED
    assert "Reservations Waitlist" in wording.text(problem.code, problem.facts)


def test_the_second_editor_is_told_who_was_faster_and_nothing_is_overwritten(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C5: two users editing at once."""
    complete_record(owner, now)
    later = now + timedelta(minutes=1)
    complete_record(colleague, later, operator_contacts=[address_row("first@bistro.test")])
    with pytest.raises(Conflict) as refused:
        actions.submit_contact_information(
            actor=owner,
            account=owner.account,
            data=complete_form(owner),
            seen_version=1,
            now=later,
        )
    assert refused.value.code is ContactCode.CHANGED_BY_SOMEBODY
    assert (refused.value.facts["name"], refused.value.facts["at"]) == (colleague.name, later)
    assert "Anna Colleague" in wording.text_of(refused.value)
    (person,) = queries.people_of_field(owner.account, ContactField.OPERATOR)
    assert person.address == "first@bistro.test"


def test_history_keeps_what_changed_as_ids_and_values_without_names(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    rows = [address_row("pager@bistro.test", name="Secret Name", pages_somebody=True), user_row(owner)]
    complete_record(owner, now, technical_emergency_contacts=rows)
    event = Event.objects.get(kind=Happened.CONTACTS_CHANGED)
    assert event.changes == {
        "technical_emergency_contacts": [
            [{"address": "emergency@bistro.test", "pages_somebody": True}],
            [{"address": "pager@bistro.test", "pages_somebody": True}, {"identity": owner.pk}],
        ]
    }


def test_submitting_without_a_change_confirms_the_record(owner: Identity, colleague: Identity, now: datetime) -> None:
    complete_record(owner, now)
    later = now + timedelta(days=200)
    record = actions.submit_contact_information(
        actor=colleague, account=owner.account, data=complete_form(owner), seen_version=1, now=later
    )
    assert (record.version, record.confirmed_by, record.changed_by) == (1, colleague, owner)
    assert Event.objects.filter(kind=Happened.CONTACTS_CONFIRMED).count() == 1


def test_an_entry_that_stays_keeps_its_verification_and_a_moved_one_its_row(owner: Identity, now: datetime) -> None:
    rows = [address_row("a@bistro.test"), address_row("b@bistro.test")]
    complete_record(owner, now, technical_emergency_contacts=rows)
    put_in_state("b@bistro.test", Verification.VERIFIED)
    complete_record(owner, now, technical_emergency_contacts=[*reversed(rows), address_row("c@bistro.test")])
    entries = ContactEntry.objects.filter(field=ContactField.EMERGENCY).order_by("position")
    assert [(entry.address, entry.verification) for entry in entries] == [
        ("b@bistro.test", Verification.VERIFIED),
        ("a@bistro.test", Verification.UNVERIFIED),
        ("c@bistro.test", Verification.UNVERIFIED),
    ]


def test_a_changed_shared_alias_is_unverified_again(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    put_in_state("help@bistro.test", Verification.VERIFIED)
    complete_record(owner, now, shared_contact=[{"brand": "", "address": "new@bistro.test"}])
    entry = ContactEntry.objects.get(field=ContactField.SHARED)
    assert (entry.address, entry.verification) == ("new@bistro.test", Verification.UNVERIFIED)


def test_an_account_without_a_brand_gets_its_default_one_with_the_alias(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    brand = Brand.objects.get(account=owner.account)
    assert (brand.slug, brand.is_default) == ("bistro", True)


def test_alert_contacts_cannot_be_changed_in_the_sandbox_and_the_rest_can(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C2, C2b."""
    complete_record(owner, now)
    with pytest.raises(Invalid) as refused:
        actions.submit_contact_information(
            actor=owner,
            account=owner.account,
            data=complete_form(colleague),
            seen_version=1,
            now=now,
            environment=EnvironmentName.SANDBOX,
        )
    assert codes_of(refused.value) == {"alert_contacts": ContactCode.ONLY_IN_PRODUCTION}
    actions.submit_contact_information(
        actor=owner,
        account=owner.account,
        data=complete_form(owner, operator_contacts=[address_row("x@bistro.test")]),
        seen_version=1,
        now=now,
        environment=EnvironmentName.SANDBOX,
    )


def test_readers_see_and_do_not_change_and_outsiders_find_nothing(
    owner: Identity, reader: Identity, outsider: Identity, now: datetime
) -> None:
    """W1."""
    for actor, refusal in ((reader, Forbidden), (outsider, Missing)):
        with pytest.raises(refusal):
            actions.submit_contact_information(
                actor=actor, account=owner.account, data=complete_form(owner), seen_version=0, now=now
            )
        with pytest.raises(refusal):
            actions.save_draft(actor=actor, account=owner.account, data={}, base_revision=0, seen_version=0, now=now)
        with pytest.raises(refusal):
            actions.discard_draft(actor=actor, account=owner.account, base_revision=0, now=now)
        with pytest.raises(refusal):
            actions.confirm_contact_information(actor=actor, account=owner.account, seen_version=0, now=now)
    assert not ContactRecord.objects.exists()


def test_a_user_or_brand_of_another_account_cannot_be_named(owner: Identity, outsider: Identity, now: datetime) -> None:
    """A foreign id in any field of a write."""
    complete_record(outsider, now)
    theirs = Brand.objects.get(account=outsider.account)
    with pytest.raises(Invalid) as refused:
        complete_record(
            owner,
            now,
            technical_emergency_contacts=[user_row(outsider)],
            shared_contact=[{"brand": theirs.public_id, "address": "a@b.test"}],
        )
    assert codes_of(refused.value) == {
        "technical_emergency_contacts.0.identity": ContactCode.UNKNOWN_USER,
        "shared_contact.0.brand": ContactCode.UNKNOWN_BRAND,
    }


def test_confirming_names_who_and_refuses_what_changed_meanwhile(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    complete_record(owner, now)
    later = now + timedelta(days=1)
    record = actions.confirm_contact_information(actor=colleague, account=owner.account, seen_version=1, now=later)
    assert (record.confirmed_by, record.confirmed_at) == (colleague, later)
    with pytest.raises(Conflict):
        actions.confirm_contact_information(actor=owner, account=owner.account, seen_version=0, now=later)


def test_a_draft_is_shared_kept_and_gone_after_the_submission(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    """C5: half-filled and wrong input is kept for everyone."""
    half = {"operator_contacts": [address_row("not an address\x00")]}
    draft = actions.save_draft(actor=owner, account=owner.account, data=half, base_revision=0, seen_version=0, now=now)
    assert draft.data["operator_contacts"][0]["address"] == "not an address\ufffd"
    assert gate_state(owner.account).closed
    actions.save_draft(actor=colleague, account=owner.account, data=half, base_revision=1, seen_version=0, now=now)
    with pytest.raises(Conflict) as refused:
        actions.save_draft(actor=owner, account=owner.account, data={}, base_revision=1, seen_version=0, now=now)
    assert refused.value.code is ContactCode.DRAFT_SAVED_BY_SOMEBODY
    assert refused.value.facts["name"] == colleague.name
    assert Event.objects.filter(kind=Happened.CONTACT_DRAFT_SAVED).count() == 2

    complete_record(colleague, now)
    assert not ContactDraft.objects.exists()


def test_a_submission_does_not_throw_away_a_draft_it_never_saw(
    owner: Identity, colleague: Identity, now: datetime
) -> None:
    actions.save_draft(actor=colleague, account=owner.account, data={}, base_revision=0, seen_version=0, now=now)
    complete_record(owner, now)
    assert ContactDraft.objects.get().saved_by == colleague
    with pytest.raises(Conflict):
        actions.submit_contact_information(
            actor=colleague, account=owner.account, data=complete_form(owner), seen_version=0, now=now
        )


def test_a_draft_cannot_be_begun_on_a_record_that_changed_meanwhile(owner: Identity, now: datetime) -> None:
    complete_record(owner, now)
    with pytest.raises(Conflict) as refused:
        actions.save_draft(actor=owner, account=owner.account, data={}, base_revision=0, seen_version=0, now=now)
    assert refused.value.code is ContactCode.CHANGED_BY_SOMEBODY


def test_a_discarded_draft_is_gone_and_saving_onto_it_says_so(owner: Identity, now: datetime) -> None:
    account = owner.account
    actions.save_draft(actor=owner, account=account, data={}, base_revision=0, seen_version=0, now=now)
    actions.discard_draft(actor=owner, account=account, base_revision=1, now=now)
    with pytest.raises(Conflict) as refused:
        actions.save_draft(actor=owner, account=account, data={}, base_revision=1, seen_version=0, now=now)
    assert refused.value.code is ContactCode.DRAFT_IS_GONE
