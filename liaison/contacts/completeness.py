"""What an account is asked for, and what of it is missing (C1, C2). Pure: values in, values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from liaison.catalog.loader import integration_kinds, union_requirements
from liaison.catalog.vocabulary import ContactField, Requirement


@dataclass(frozen=True)
class Asked:
    """What the form of one account asks: a requirement for each field, and the kinds that require it."""

    requirements: Mapping[ContactField, Requirement]
    required_by: Mapping[ContactField, tuple[str, ...]]

    def is_offered(self, field: ContactField) -> bool:
        return self.requirements[field] is not Requirement.NOT_OFFERED

    def is_required(self, field: ContactField) -> bool:
        return self.requirements[field] is Requirement.REQUIRED


def asked_of(kinds: Iterable[str]) -> Asked:
    """Return what an account is asked with these kinds: of integrations from stage *integrating* on (W10).

    Without any, everything is offered and nothing is required, so that contacts can be given early.
    Raises KeyError for a kind that is not in the catalog.
    """
    counted = tuple(kinds)
    if not counted:
        return Asked(dict.fromkeys(ContactField, Requirement.OPTIONAL), dict.fromkeys(ContactField, ()))
    known = integration_kinds()
    required_by = {
        field: tuple(kind for kind in counted if known[kind].contact_fields[field] is Requirement.REQUIRED)
        for field in ContactField
    }
    return Asked(union_requirements(counted), required_by)


def missing_fields(
    requirements: Mapping[ContactField, Requirement], filled: Collection[ContactField]
) -> tuple[ContactField, ...]:
    """Return the required fields that are not filled, in the order of the form.

    `filled` names the shared contact only when the default brand has its alias: the others may do without.
    """
    return tuple(field for field in ContactField if requirements[field] is Requirement.REQUIRED and field not in filled)
