"""The letter to the support team that a link begins: address, subject and what is known already."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity


@dataclass(frozen=True, slots=True)
class SupportLetter:
    """`address` is the operator's; `link` opens the reader's own mail program with subject and first lines."""

    address: str
    subject: str
    body: str
    reference: str

    @property
    def link(self) -> str:
        parts = urlencode({"subject": self.subject, "body": self.body}, quote_via=quote)
        return f"mailto:{quote(self.address, safe='@')}?{parts}"


def support_letter(reader: Identity | None, reference: str) -> SupportLetter:
    """Return the letter in the active language; with the account's name for somebody signed in."""
    lines = [_("Reference: %(reference)s") % {"reference": reference}]
    if reader is None:
        subject = _("Question (%(reference)s)") % {"reference": reference}
    else:
        account = reader.account.name
        subject = _("Question from %(account)s (%(reference)s)") % {"account": account, "reference": reference}
        lines = [
            _("Account: %(account)s") % {"account": account},
            _("User name: %(username)s") % {"username": reader.username},
            *lines,
        ]
    return SupportLetter(settings.OPERATOR_SUPPORT_EMAIL, subject, "\n".join([*lines, "", ""]), reference)
