"""What the operator's administrators read when the audit of the deliveries fails, in their language (L1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.lib.clock import utc_now
from liaison.lib.languages import LANGUAGES
from liaison.notifications.auditing.auditor import Auditor
from liaison.notifications.models import Message
from liaison.notifications.testing import MailServer
from liaison.notifications.worker import deliver_batch


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_the_mail_names_what_was_found_and_leads_to_the_desk(language: str, mail_server: MailServer) -> None:
    cast: Cast = make_cast()
    type(cast.administrator).objects.filter(pk=cast.administrator.pk).update(language=language)
    now = utc_now()
    Message.objects.create(
        channel="email",
        address="a@partner.test",
        message_id="<late@operator.test>",
        due_at=now - timedelta(minutes=2),
        created_at=now - timedelta(minutes=2),
    )
    Auditor().look(now)
    Message.objects.filter(message_id="<late@operator.test>").delete()
    assert deliver_batch(utc_now()) == 1
    (mail,) = mail_server.accepted
    assert mail.to == "basia@operator.test"
    assert f"/go/desk/deliveries?as={cast.administrator.public_id}" in mail.body("plain")
    if language == "en":
        assert mail.mail["Subject"] == "Deliveries need your attention"
        assert "Messages that are due, and that no worker sends: 1" in mail.body("plain")
