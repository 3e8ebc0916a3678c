"""Mail as other servers and people send it. For tests of this room and above, and for the demo."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from liaison.lib.clock import utc_now
from liaison.mail.keeping import keep_mail
from liaison.mail.models import InboundMail
from liaison.mail.reading import read_mail
from liaison.mail.vocabulary import MailOutcome, MailReason, MailState
from liaison.notifications.models import Delivery, Message
from liaison.notifications.return_addresses import ReturnKind, answer_address, bounce_address

GENUINE = "mx.operator.test; dmarc=pass (p=none) header.from={domain}"


def bounce_bytes(
    address: str, *, status: str = "5.1.1", action: str = "failed", words: str = "", number: int = 1
) -> bytes:
    """Return a bounce of the standard form, as Postfix writes it, about one address. `number` tells two apart."""
    words = words or f"550 {status} <{address}>: Recipient address rejected: User unknown"
    lines = f"""\
From: MAILER-DAEMON@mail.partner.test (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-{number}@mail.partner.test>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"

--=_b
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.partner.test

Final-Recipient: rfc822; {address}
Original-Recipient: rfc822;{address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--=_b--
"""
    return lines.replace("\n", "\r\n").encode()


def answer_bytes(
    sender: str, text: str = "ACK", *, results: str = GENUINE, headers: str = "", number: int = 1
) -> bytes:
    """Return an answer as a person's mail program writes it, and our mail server hands it on with its `results`."""
    verdict = results.format(domain=sender.rpartition("@")[2].rstrip(">"))
    lines = f"""\
{f"Authentication-Results: {verdict}" if verdict else "X-Nothing: here"}
Received: from mail.partner.test by mx.operator.test; Thu, 5 Nov 2026 13:10:00 +0000
From: {sender}
To: Example Platform <liaison@operator.test>
Subject: Re: Technical emergency
Message-ID: <answer-{number}@mail.partner.test>
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

{text}
"""
    return lines.replace("\n", "\r\n").encode()


def bounce_comes(message: Message, raw: bytes, *, now: datetime, sender: str = "") -> InboundMail:
    """Let a mail come to the envelope sender of the message, and return it as it was read."""
    return comes(bounce_address(message.message_id), raw, now=now, sender=sender)


def answer_comes(
    delivery: Delivery, raw: bytes, *, now: datetime, sender: str = "somebody@partner.test"
) -> InboundMail:
    """Let a mail come to the answer address of the delivery, and return it as it was read."""
    return comes(answer_address(delivery.public_id), raw, now=now, sender=sender)


def comes(address: str, raw: bytes, *, now: datetime, sender: str = "") -> InboundMail:
    """Keep and read a mail as the process does that takes mail in."""
    for mail in keep_mail(raw=raw, envelope_from=sender, envelope_to=[address], now=now):
        read_mail(mail.pk, now=now)
    return InboundMail.objects.get(envelope_to=address.lower(), sha256=hashlib.sha256(raw).hexdigest())


def make_mail(now: datetime, **fields: Any) -> InboundMail:
    """Make a mail in quarantine, as if it had come and been read."""
    raw = fields.pop(
        "raw", b"From: Anna <anna@bistro.test>\r\nSubject: Re: Technical emergency\r\n\r\nWho is this?\r\n"
    )
    usual = {
        "kind": ReturnKind.ANSWER,
        "received_at": now,
        "read_after": now,
        "read_at": now,
        "envelope_from": "anna@bistro.test",
        "envelope_to": "a+unknown@in.operator.test",
        "raw": raw,
        "size": len(raw),
        "sha256": hashlib.sha256(raw).hexdigest(),
        "state": MailState.DONE,
        "outcome": MailOutcome.QUARANTINED,
        "reason": MailReason.TOKEN_UNKNOWN,
        "sender": "anna@bistro.test",
        "subject_line": "Re: Technical emergency",
    }
    return InboundMail.objects.create(**usual | fields)


def some_mail() -> InboundMail:
    """Return the first mail there is; make some of several kinds where there is none."""
    found = InboundMail.objects.order_by("pk").first()
    return found or _several(utc_now())


def _several(now: datetime) -> InboundMail:
    words = "550 5.1.1 <anna@partner.test>: Recipient address rejected: User unknown in virtual mailbox table"
    bounce = {
        "kind": ReturnKind.BOUNCE,
        "sender": "MAILER-DAEMON@mail.partner.test",
        "subject_line": "Undelivered Mail",
    }
    first = make_mail(now)
    make_mail(now, raw=b"2", outcome=MailOutcome.UNREACHABLE, reason=MailReason.ADDRESS_DEAD, detail=words, **bounce)
    make_mail(now, raw=b"3", outcome=MailOutcome.DELAYED, reason="", detail="4.4.1 Connection timed out", **bounce)
    make_mail(now, raw=b"4", outcome=MailOutcome.ACKNOWLEDGED, reason="", sender="emergency@bistro.test")
    broken = {"state": MailState.BROKEN, "outcome": "", "reason": MailReason.BROKE, "detail": "TooDeepError"}
    make_mail(now, raw=b"5", **bounce | broken)
    return first
