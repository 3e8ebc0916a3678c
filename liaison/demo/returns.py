"""The other side's mail server: it takes a mail for somebody who left, and returns it a moment later."""

from __future__ import annotations

import smtplib
import threading
from typing import Final

LEFT_DOMAIN: Final = "left.test"
"""Whoever had a mailbox there has left: every mail is taken, and comes back."""
WORDS: Final = "550 5.1.1 The person you wrote to does not work here any more"
_TIMEOUT: Final = 15.0


def return_later(place: str, sender: str, recipient: str) -> None:
    """Return a mail from `sender` to the server that takes mail in at `place` (host:port, LMTP), in its own time."""
    threading.Thread(target=_return, args=(place, sender, recipient), name="returned-mail", daemon=True).start()


def _return(place: str, sender: str, recipient: str) -> None:
    # Models must be there first: whoever starts the mail server has no settings yet.
    from liaison.mail.testing import bounce_bytes  # noqa: PLC0415

    host, _, port = place.rpartition(":")
    with smtplib.LMTP(host, int(port), local_hostname=f"mx.{LEFT_DOMAIN}", timeout=_TIMEOUT) as server:
        server.sendmail("", [sender], bounce_bytes(recipient, words=WORDS))
