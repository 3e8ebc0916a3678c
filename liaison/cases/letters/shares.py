"""The mail about a new share: who shared which case. It holds nothing of the case but its number (W6)."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.accounts.models import Identity
from liaison.cases.labels import SHARE_RIGHTS
from liaison.cases.letters.updates import moment
from liaison.cases.models import Share
from liaison.cases.numbers import shown
from liaison.cases.readers import SHARE_KEY
from liaison.cases.sharing import is_over
from liaison.cases.vocabulary import ShareRight
from liaison.lib.clock import utc_now
from liaison.notifications.facts import Person, Withheld
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient, Subject


class ShareLetter(AccountLetter):
    """To the person, to each member of the group, or to the address that is nobody's yet."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        share = _share(subject)
        if share is None:
            return ()
        if share.group is not None:
            members = Identity.objects.with_account().filter(in_groups=share.group, is_active=True).order_by("pk")
            return queries.people(members)
        if share.identity is not None:
            return (_reached_at(queries.person(share.identity), share.address),)
        account = share.case.account
        language = share.language or account.language
        return (Person(f"{SHARE_KEY}{share.public_id}", "", share.address, language, account.time_zone),)

    def still_relevant(self, subject: Subject) -> bool:
        share = _share(subject)
        return share is not None and not is_over(share, utc_now())

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        share = _share(subject)
        if share is None:
            raise LookupError(f"the share {subject.id} is gone")
        path = f"/cases/{share.case.number}"
        link = public_link(f"/go{path}")
        if recipient.identity_id is not None:
            link = portal_link(path, Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id))
        names = {
            "name": share.created_by.name if share.created_by else settings.OPERATOR_NAME,
            "number": shown(share.case.number),
            "account": share.case.account.name,
        }
        return Content(
            subject=_("%(name)s shared case %(number)s with you") % names,
            template="cases/mail/share",
            context={
                "intro": _("%(name)s shared a support case of %(account)s with you.") % names,
                "facts_of_case": _facts(share),
                "is_stranger": recipient.identity_id is None,
                "sharer": names["name"],
                "address": share.address,
                "link": link,
            },
        )


def _facts(share: Share) -> tuple[tuple[str, str], ...]:
    rows = [
        (_("Case number"), shown(share.case.number)),
        (_("Account"), share.case.account.name),
        (_("You may"), str(SHARE_RIGHTS[ShareRight(share.right)])),
    ]
    if share.expires_at is not None:
        rows.append((_("Valid until"), moment(share.expires_at)))
    return tuple(rows)


def _share(subject: Subject) -> Share | None:
    related = ("case__account", "created_by", "group", "identity__domain__account")
    return Share.objects.select_related(*related).filter(pk=int(subject.id or 0)).first()


def _reached_at(person: Person, address: str) -> Person:
    """Let the address that was shared with stand in where the identity has no mailbox (D10)."""
    if person.address:
        return person
    blocked = None if person.blocked is Withheld.NO_ADDRESS else person.blocked
    return replace(person, address=address, blocked=blocked)
