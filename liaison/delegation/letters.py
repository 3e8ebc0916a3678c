"""What is mailed when a relation or a grant changes, to the account's people and to the customer's (D11, W14)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from liaison.accounts import queries
from liaison.accounts.models import Account, Identity
from liaison.accounts.rights import PredefinedRole
from liaison.delegation.models import AccessRequest, Bond, Grant, SalesRecord
from liaison.delegation.topics import RelationshipLetter
from liaison.delegation.vocabulary import Asking, Change
from liaison.delegation.wording import level_label
from liaison.notifications.facts import Person
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject

OWN_PAGE: Final = "/account/access"
CUSTOMERS_PAGE: Final = "/customers"

_TO_DELEGATE: Final[Mapping[Change, Promise]] = MappingProxyType(
    {
        Change.GRANTED: gettext_lazy("%(customer)s has granted you access to its cases"),
        Change.NARROWED: gettext_lazy("%(customer)s has narrowed your access to its cases"),
        Change.REVOKED: gettext_lazy("%(customer)s has revoked your access to its cases"),
        Change.DECLINED: gettext_lazy("%(customer)s has declined your request for access to its cases"),
        Change.MANAGED: gettext_lazy("You manage this customer now: %(customer)s"),
        Change.UNMANAGED: gettext_lazy("You no longer manage this customer: %(customer)s"),
        Change.SUPPORT_BEGAN: gettext_lazy("%(customer)s has made you its support partner"),
        Change.SUPPORT_ENDED: gettext_lazy("Your support relationship with %(customer)s has ended"),
    }
)
_TO_CUSTOMER: Final[Mapping[Change, Promise]] = MappingProxyType(
    {
        Change.GRANTED: gettext_lazy("%(account)s was granted access to your cases"),
        Change.NARROWED: gettext_lazy("The access of %(account)s to your cases was narrowed"),
        Change.REVOKED: gettext_lazy("The access of %(account)s to your cases was revoked"),
        Change.ASKED: gettext_lazy("%(account)s asks for access to your cases"),
        Change.MANAGED: gettext_lazy("%(account)s manages your account now"),
        Change.UNMANAGED: gettext_lazy("%(account)s no longer manages your account"),
        Change.SUPPORT_BEGAN: gettext_lazy("%(account)s is your support partner now"),
        Change.SUPPORT_ENDED: gettext_lazy("Your support relationship with %(account)s has ended"),
    }
)


class ChangeLetter(RelationshipLetter):
    """`subject.id` is the key of the relation; `facts` say what changed and which of the two accounts is told."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        bond = _bond(subject)
        if bond is None:
            return ()
        return people_of_customer(bond.customer) if _tells_customer(subject, bond) else people_of_delegate(bond)

    def still_relevant(self, subject: Subject) -> bool:
        """Say whether it holds still: what was over a moment later is told by the mail about its end alone."""
        bond = _bond(subject)
        if bond is None:
            return False
        change = Change(subject.facts["change"])
        if change in (Change.GRANTED, Change.NARROWED):
            given = Grant.objects.filter(customer=bond.customer_id, account=bond.account_id, ended_at=None)
            return given.filter(level=subject.facts["level"]).exists()
        if change is Change.ASKED:
            waiting = AccessRequest.objects.filter(customer=bond.customer_id, account=bond.account_id)
            return waiting.filter(state=Asking.WAITS).exists()
        return bond.is_open or change not in (Change.MANAGED, Change.SUPPORT_BEGAN)

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        bond = _bond(subject)
        if bond is None:
            raise LookupError("the relation that this mail is about is gone")
        change = Change(subject.facts["change"])
        to_customer = _tells_customer(subject, bond)
        words = (_TO_CUSTOMER if to_customer else _TO_DELEGATE)[change]
        return Content(
            subject=str(words) % {"customer": bond.customer.name, "account": bond.account.name},
            template="delegation/mail/change",
            context={
                "change": change.value,
                "to_customer": to_customer,
                "customer": bond.customer.name,
                "account": bond.account.name,
                "rows": _rows(bond, subject, to_customer=to_customer),
                "is_stranger": recipient.identity_id is None,
                "operator": settings.OPERATOR_NAME,
                "support": settings.OPERATOR_SUPPORT_EMAIL,
                "link": _link(recipient, to_customer=to_customer),
            },
        )


def people_of_customer(customer: Account) -> tuple[Person, ...]:
    """Return the customer's administrators; where it has none, the contact of its sales record (D3)."""
    return queries.administrators_as_people(customer) or contact_of(customer)


def contact_of(customer: Account) -> tuple[Person, ...]:
    """Return the contact of a customer's sales record, to whom links go; nobody while its address is not confirmed."""
    record = SalesRecord.objects.filter(customer=customer).exclude(link_address="").first()
    return () if record is None else (contact_person(record.link_address, record.contact_name, customer),)


def contact_person(address: str, name: str, customer: Account) -> Person:
    """Return the contact of a sales record, who reads the customer's language."""
    return Person(
        key=f"address:{address.casefold()}",
        name=name,
        address=address,
        language=customer.language,
        time_zone=customer.time_zone,
    )


def people_of_delegate(bond: Bond) -> tuple[Person, ...]:
    """Return the administrators who are told: of a reseller only those of the domain, for no other sees it (D1)."""
    roles = Q(role_assignments__predefined__in=(PredefinedRole.ADMINISTRATOR, PredefinedRole.RESELLER_ADMINISTRATOR))
    held = roles & Q(role_assignments__org_unit=None)
    people = Identity.objects.with_account().filter(held, domain__account=bond.account_id, is_active=True)
    if bond.domain_id is not None:
        people = people.filter(domain=bond.domain_id)
    return queries.people(people.order_by("pk").distinct())


def _rows(bond: Bond, subject: Subject, *, to_customer: bool) -> list[tuple[str, str]]:
    rows = [(_("Account"), bond.account.name)] if to_customer else [(_("Customer"), bond.customer.name)]
    if bond.domain is not None:
        rows.append((_("Domain"), bond.domain.name))
    if subject.facts.get("level"):
        asked = subject.facts["change"] == Change.ASKED.value
        rows.append((_("Asked for") if asked else _("Access"), level_label(subject.facts["level"])))
    return rows


def _link(recipient: Recipient, *, to_customer: bool) -> str:
    identity = Identity.objects.filter(pk=recipient.identity_id or 0).first()
    if identity is None:
        return ""
    return portal_link(OWN_PAGE if to_customer else CUSTOMERS_PAGE, identity.public_id)


def _tells_customer(subject: Subject, bond: Bond) -> bool:
    return bool(subject.facts["told"] == bond.customer_id)


def _bond(subject: Subject) -> Bond | None:
    return Bond.objects.select_related("customer", "account", "domain").filter(pk=subject.id or 0).first()
