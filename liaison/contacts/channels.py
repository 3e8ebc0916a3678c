"""How the alert contacts and technical emergency contacts of an account are reached: their mail and their endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from liaison.accounts.models import Account
from liaison.catalog.vocabulary import ContactField
from liaison.contacts.queries import entries_of, person_of
from liaison.lib.addresses import mailbox_key
from liaison.notifications.facts import Withheld
from liaison.notifications.models import Endpoint

FIELDS = (ContactField.ALERT, ContactField.EMERGENCY)


@dataclass(frozen=True)
class ContactPerson:
    """Somebody who is told of problems. `reference` names them from outside: public id of a user, or the address.

    `blocked` says why no mail goes there, None when it does.
    """

    key: str
    reference: str
    name: str
    address: str
    fields: tuple[ContactField, ...]
    blocked: Withheld | None

    def is_meant_by(self, reference: str) -> bool:
        """Say whether this is the person with the reference; addresses are compared as mailboxes."""
        if self.key.startswith("identity:"):
            return reference == self.reference
        return "@" in reference and mailbox_key(reference.strip()) == mailbox_key(self.reference)


@dataclass(frozen=True)
class PersonChannels:
    """One person with their endpoints. `person` is None for endpoints whose person is no contact any more."""

    person: ContactPerson | None
    endpoints: tuple[Endpoint, ...]


def contact_people(account: Account) -> tuple[ContactPerson, ...]:
    """Return the alert contacts and technical emergency contacts, each once, in the order of the form. One query."""
    found: dict[str, ContactPerson] = {}
    for entry in entries_of(account, FIELDS):
        known = person_of(entry, account)
        field = ContactField(entry.field)
        if known.key in found:
            earlier = found[known.key]
            found[known.key] = replace(earlier, fields=(*earlier.fields, field))
            continue
        reference = entry.identity.public_id if entry.identity else entry.address
        found[known.key] = ContactPerson(known.key, reference, known.name, known.address, (field,), known.blocked)
    return tuple(found.values())


def channels_of(people: Iterable[ContactPerson], endpoints: Iterable[Endpoint]) -> tuple[PersonChannels, ...]:
    """Return people with their endpoints; those that belong to nobody of them come last. Pure."""
    by_owner: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        by_owner.setdefault(endpoint.owner_key, []).append(endpoint)
    found = [PersonChannels(one, tuple(by_owner.pop(one.key, ()))) for one in people]
    left = tuple(endpoint for owned in by_owner.values() for endpoint in owned)
    return (*found, PersonChannels(None, left)) if left else tuple(found)
