from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from django.db import connection

from liaison.accounts.models import Identity
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import make_identity, make_operator, make_partner
from liaison.contacts import actions
from liaison.contacts.models import ContactRecord
from liaison.contacts.testing import complete_form, make_integration
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
