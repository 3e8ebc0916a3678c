"""Who looks after incoming mail: staff with that privilege. It holds words of strangers about any account."""

from __future__ import annotations

from liaison.accounts.access import require
from liaison.accounts.actors import Actor, System
from liaison.accounts.rights import Privilege
from liaison.lib.refusals import Missing
from liaison.mail.models import InboundMail


def require_incoming_mail(actor: Actor) -> None:
    """Raise Missing for whoever is no staff, and Forbidden for staff who do not look after incoming mail."""
    if isinstance(actor, System):
        return
    if not actor.is_staff:
        raise Missing
    require(actor, Privilege.STAFF_HANDLE_MAIL)


def incoming_mail_for(actor: Actor, public_id: str) -> InboundMail:
    """Return a mail, without its bytes until they are asked for. Raises Missing and Forbidden."""
    require_incoming_mail(actor)
    if "\x00" in public_id:
        raise Missing
    rows = InboundMail.objects.defer("raw").select_related("message", "delivery__announcement__escalation")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found
