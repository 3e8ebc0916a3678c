"""Attachments are deleted by support alone and leave their row (D7)."""

from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast
from liaison.cases.actions import delete_attachment
from liaison.cases.models import Attachment, Case
from liaison.cases.testing import make_case, make_closed
from liaison.files.testing import make_file
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing


@pytest.fixture
def case(cast: Cast) -> Case:
    return make_case(cast.owner, files=(make_file(cast.owner, utc_now()).public_id,))


def test_support_deletes_one_and_says_why(cast: Cast, case: Case) -> None:
    attachment, now = case.attachments.get(), utc_now()
    delete_attachment(actor=cast.agent, attachment=attachment, reason=" A card number ", now=now)
    kept = Attachment.objects.select_related("file").get(pk=attachment.pk)
    assert (kept.deleted_at, kept.deleted_by, kept.deleted_because) == (now, cast.agent, "A card number")
    assert kept.file.removed_at == now
    assert kept.file.sha256
    update = case.updates.order_by("-position").first()
    assert update is not None
    assert update.changes == [
        {"kind": "attachment_deleted", "attachment": attachment.public_id, "reason": "A card number"}
    ]
    with pytest.raises(Conflict):
        delete_attachment(actor=cast.agent, attachment=attachment, reason="Again", now=now)


def test_nobody_else_deletes_any(cast: Cast, case: Case) -> None:
    attachment, now = case.attachments.get(), utc_now()
    for actor in (cast.owner, cast.reader, cast.manager):
        with pytest.raises(Forbidden):
            delete_attachment(actor=actor, attachment=attachment, reason="Please", now=now)
    for actor in (cast.outsider, cast.administrator):
        with pytest.raises(Missing):
            delete_attachment(actor=actor, attachment=attachment, reason="Please", now=now)
    with pytest.raises(Invalid):
        delete_attachment(actor=cast.agent, attachment=attachment, reason=" ", now=now)
    make_closed(cast.owner, case)
    with pytest.raises(Conflict):
        delete_attachment(actor=cast.agent, attachment=attachment, reason="Please", now=now)
    attachment.refresh_from_db()
    assert attachment.deleted_at is None
