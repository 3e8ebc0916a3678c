from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from liaison.accounts import actions as accounts
from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner
from liaison.contacts import actions
from liaison.contacts.models import ContactEntry, ContactRecord
from liaison.contacts.testing import complete_form, complete_record, make_integration
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict


@pytest.mark.django_db(transaction=True)
def test_of_two_first_submissions_at_once_one_is_kept_and_one_is_told() -> None:
    """C5: they wait for one another on the row, also while there is none yet."""
    make_operator()
    account = make_partner("bistro")
    make_integration(account)
    editors = [make_identity(account, PredefinedRole.EDITOR, name) for name in ("Anna One", "Ben Two")]
    now, start = utc_now(), Barrier(2)

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(lambda editor: _submit(editor, start, now), editors))

    assert sorted(outcomes) == ["kept", "told"]
    record = ContactRecord.objects.get()
    assert record.version == 1
    assert record.changed_by == editors[outcomes.index("kept")]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_named_who_is_suspended_at_the_same_moment() -> None:
    """C6, W13: the suspension waits for the form, then takes the person out of it."""
    make_operator()
    account = make_partner("bistro")
    make_integration(account)
    owner = make_identity(account, PredefinedRole.ADMINISTRATOR, "Olga Owner")
    editor = make_identity(account, PredefinedRole.EDITOR, "Anna One")
    complete_record(owner)  # the first form also makes the brand, which holds the account
    now, kept = utc_now(), Event()

    def suspend() -> None:
        try:
            kept.wait(timeout=10)
            accounts.suspend_identity(actor=owner, identity=editor, now=now)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            actions.submit_contact_information(
                actor=editor, account=account, data=complete_form(editor), seen_version=1, now=now
            )
            suspended = pool.submit(suspend)
            kept.set()
            assert not wait([suspended], timeout=0.5).done, "it would not see the form that is being kept"
        suspended.result(timeout=10)

    assert not ContactEntry.objects.filter(identity=editor).exists()


def _submit(editor: Identity, start: Barrier, now: datetime) -> str:
    try:
        start.wait(timeout=10)
        actions.submit_contact_information(
            actor=editor, account=editor.account, data=complete_form(editor), seen_version=0, now=now
        )
    except Conflict:
        return "told"
    else:
        return "kept"
    finally:
        connection.close()
