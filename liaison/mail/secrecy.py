"""What of incoming mail is shown to nobody: it quotes what we sent, also links that are somebody's own."""

from __future__ import annotations

import re

from django.conf import settings
from django.db.models import Q

from liaison.expectations.links import gives_answer
from liaison.lib.ids import PUBLIC_ID_ALPHABET, PUBLIC_ID_LENGTH
from liaison.lib.refusals import Forbidden
from liaison.mail.models import InboundMail
from liaison.mail.vocabulary import MailCode
from liaison.notifications.escalation.links import can_take_it
from liaison.notifications.models import Delivery, Message


def refuse_what_is_quoted(row: InboundMail, raw: bytes) -> None:
    """Raise Forbidden where the mail quotes links that sign somebody in, that take an escalation, or that answer now.

    Whoever opened it could do so in another's name. Also what names a message of ours anywhere in its bytes quotes it.
    """
    deliveries = Delivery.objects.filter(_quoted(row, raw)).select_related("announcement__escalation", "message")
    for delivery in deliveries.distinct():
        if delivery.message is not None and delivery.message.is_confidential:
            raise Forbidden(MailCode.CONFIDENTIAL)
        if can_take_it(delivery):
            raise Forbidden(MailCode.TAKES_ESCALATION)
        if gives_answer(delivery):
            raise Forbidden(MailCode.GIVES_ANSWER)


def quotes_secrets(message: Message | None) -> bool:
    """Say whether what comes back of this message may hold links that sign somebody in."""
    return message is not None and message.is_confidential


def _quoted(row: InboundMail, raw: bytes) -> Q:
    named = re.compile(
        rb"([%s]{%d})@%s"
        % (PUBLIC_ID_ALPHABET.encode(), PUBLIC_ID_LENGTH, re.escape(settings.MESSAGE_ID_DOMAIN).encode())
    )
    public_ids = {found.decode() for found in named.findall(raw)}
    about = Q(message__public_id__in=public_ids)
    if row.message_id is not None:
        about |= Q(message=row.message_id)
    if row.delivery_id is not None:
        about |= Q(pk=row.delivery_id)
    return about
