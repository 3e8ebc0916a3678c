"""What is mailed when somebody's access to a customer's cases begins or ends: facts of access, no word of a case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.accounts.mail_contents import Words
from liaison.accounts.models import Account, Identity
from liaison.cases.delegated.handing import bond_to, open_and_unseen, people_who_hand_over
from liaison.cases.delegated.shares import renewable_among
from liaison.cases.letters.updates import moment
from liaison.cases.models import Case, Share
from liaison.cases.numbers import shown
from liaison.delegation.access import of_seat
from liaison.delegation.contactlinks import LinkLetter, address_of
from liaison.delegation.deciding import Seat
from liaison.delegation.letters import contact_of
from liaison.delegation.models import ContactLink, ReachRow
from liaison.lib.dates import format_names, format_number
from liaison.notifications.facts import Person
from liaison.notifications.links import portal_link, public_link
from liaison.notifications.registry import Content, Recipient, Subject

MOST_NAMED: Final = 20


class HandOverAsked(AccountLetter):
    """Asks a customer's people to hand over open cases. `id` is the customer's key, `facts["account"]` to whom."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        customer = _account(subject.id)
        return people_who_hand_over(customer) if customer else ()

    def still_relevant(self, subject: Subject) -> bool:
        return _count(subject) > 0

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        account = _account(subject.facts["account"])
        if account is None:
            raise LookupError("the account that this mail names is gone")
        return letter(
            Words(
                subject=_("Hand over open cases to %(account)s?") % {"account": account.name},
                paragraphs=(
                    _("%(account)s works for you now, and does not see the cases that were filed before.")
                    % {"account": account.name},
                    _("Choose which open cases it may see. Until then, support goes on with them and writes to you."),
                ),
                facts=(
                    (_("Account"), account.name),
                    (_("Open cases"), format_number(_count(subject), get_language() or "en")),
                ),
                button=_("Choose the cases"),
                link=_link(recipient, "/cases/hand-over"),
            )
        )


class AccessEnded(AccountLetter):
    """Tells who filed open cases that they see them no longer. `id` is the identity's key.

    Facts: `customer` and `cases`, keys. It names their numbers, nothing else of them (D5).
    """

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        identity = _identity(subject)
        return () if identity is None else (queries.person(identity),)

    def still_relevant(self, subject: Subject) -> bool:
        identity = _identity(subject)
        if identity is None:
            return False
        seat = Seat(identity.account.pk, identity.domain_id)
        return not ReachRow.objects.filter(of_seat(seat), customer=subject.facts["customer"]).exists()

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        customer = _account(subject.facts["customer"])
        if customer is None:
            raise LookupError("the customer that this mail names is gone")
        cases = Case.objects.filter(pk__in=subject.facts["cases"]).order_by("pk")
        return letter(
            Words(
                subject=_("Your access to cases of %(customer)s has ended") % {"customer": customer.name},
                paragraphs=(
                    _("You filed cases for %(customer)s that are still open. You no longer see them.")
                    % {"customer": customer.name},
                    _("Support goes on with them. The customer decides who sees its cases."),
                ),
                facts=((_("Cases"), _numbers(list(cases.values_list("number", flat=True)[: MOST_NAMED + 1]))),),
            )
        )


class SharesEnded(AccountLetter):
    """Tells a customer's people that shares ended with a delegate's access. Facts: `shares`, keys (W6).

    Without any, the contact of its sales record, who can only ask support for the sharing (W11).
    """

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        customer = _account(subject.id)
        return () if customer is None else people_who_hand_over(customer) or contact_of(customer)

    def still_relevant(self, subject: Subject) -> bool:
        return bool(_shares(subject))

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        shares = _shares(subject)
        if not shares:
            raise LookupError("the shares that this mail names were renewed")
        by = shares[0].ended_with
        numbers = list(dict.fromkeys(one.case.number for one in shares))
        place = _link(recipient, f"/cases/{numbers[0]}" if len(numbers) == 1 else "/cases")
        return letter(
            Words(
                subject=_("Sharing of your cases has ended"),
                paragraphs=(
                    _("An account that had shared cases of yours sees them no longer. Its sharing ended with that."),
                    _("If somebody should go on seeing a case, open it and renew the sharing.")
                    if recipient.identity_id
                    else _("If somebody should go on seeing a case, ask %(operator)s to share it: %(address)s")
                    % {"operator": settings.OPERATOR_NAME, "address": settings.OPERATOR_SUPPORT_EMAIL},
                ),
                facts=(
                    (_("Account"), by.name if by else "–"),
                    (_("Cases"), _numbers(numbers[: MOST_NAMED + 1])),
                ),
                button=_("Open the case") if len(numbers) == 1 else _("Open the cases"),
                link=place if recipient.identity_id else "",
            )
        )


def hand_over_letter(link: ContactLink) -> LinkLetter:
    """Return what the mail with the signed link to a customer's contact says (D5, W11)."""
    account = link.account.name if link.account else ""
    names = {"account": account, "company": link.customer.name}
    words = Words(
        subject=_("Which open cases of %(company)s may %(account)s see?") % names,
        paragraphs=(
            _("%(account)s works for %(company)s now, and does not see the cases that were filed before.") % names,
            _("Choose which open cases it may see. Until then, support goes on with them and writes to you."),
        ),
        facts=((_("Account"), account), (_("Valid until"), moment(link.expires_at))),
        button=_("Choose the cases"),
        link=address_of(link),
        after=(_("The link works once. Do not pass it on: whoever opens it decides in your place."),),
    )
    return LinkLetter(words.subject, "accounts/mail/letter", {"words": words})


def has_cases_waiting(link: ContactLink) -> bool:
    """Say whether there is something left to decide by a link."""
    bond = bond_to(link.customer, link.account) if link.account else None
    return bond is not None and open_and_unseen(bond).exists()


def letter(words: Words) -> Content:
    """Return words as a mail. The ledger keeps them to itself: numbers of cases are the reader's alone."""
    return Content(
        subject=words.subject, template="accounts/mail/letter", context={"words": words}, is_confidential=True
    )


def _numbers(numbers: Sequence[str]) -> str:
    names = [shown(one) for one in numbers[:MOST_NAMED]]
    return format_names([*names, "…"] if len(numbers) > MOST_NAMED else names, get_language() or "en")


def _count(subject: Subject) -> int:
    customer, account = _account(subject.id), _account(subject.facts["account"])
    bond = bond_to(customer, account) if customer and account else None
    return open_and_unseen(bond).count() if bond else 0


def _shares(subject: Subject) -> list[Share]:
    return renewable_among(subject.facts["shares"])


def _account(key: str | int) -> Account | None:
    return Account.objects.filter(pk=int(key or 0)).first()


def _identity(subject: Subject) -> Identity | None:
    return Identity.objects.with_account().filter(pk=int(subject.id or 0), is_active=True).first()


def _link(recipient: Recipient, path: str) -> str:
    """Return a link that opens in the reader's own sign-in; somebody of no identity chooses."""
    if recipient.identity_id is None:
        return public_link(f"/go{path}")
    return portal_link(path, Identity.objects.values_list("public_id", flat=True).get(pk=recipient.identity_id))


def unread_words(subject: Subject, recipient: Recipient) -> Words:
    """Return the staff alarm about open cases that nobody outside support can read (D5)."""
    customer = _account(subject.id)
    name = customer.name if customer else "–"
    cases = Case.objects.filter(pk__in=subject.facts["cases"]).order_by("pk")
    numbers = list(cases.values_list("number", flat=True)[: MOST_NAMED + 1])
    return Words(
        subject=_("Open cases that nobody outside can read: %(customer)s") % {"customer": name},
        paragraphs=(
            _("Nobody of the customer, nor anybody who works for it, can read these open cases."),
            _("Write to the contact in the customer's sales record, and have a user or a reseller set."),
        ),
        facts=((_("Account"), name), (_("Cases"), _numbers(numbers))),
        button=_("Open the cases"),
        link=_link(recipient, "/cases"),
    )
