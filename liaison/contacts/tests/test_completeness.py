from __future__ import annotations

import pytest

from liaison.catalog.vocabulary import ContactField, Requirement
from liaison.contacts.completeness import asked_of, missing_fields

EVERYTHING = frozenset(ContactField)


@pytest.mark.parametrize("field", [field for field in ContactField if field is not ContactField.MERCHANT])
def test_each_field_is_required_by_every_kind_except_that_for_merchant_issues(field: ContactField) -> None:
    """C2."""
    for kind in ("reservations_waitlist", "reservations_end_to_end", "things_to_do", "ordering_end_to_end"):
        asked = asked_of([kind])
        assert asked.is_required(field)
        assert missing_fields(asked.requirements, EVERYTHING - {field}) == (field,)


def test_the_merchant_field_is_required_for_some_optional_for_some_and_not_offered_for_others() -> None:
    """C2."""
    assert asked_of(["reservations_end_to_end"]).requirements[ContactField.MERCHANT] is Requirement.REQUIRED
    assert asked_of(["reservations_waitlist"]).requirements[ContactField.MERCHANT] is Requirement.OPTIONAL
    assert not asked_of(["ordering_end_to_end"]).is_offered(ContactField.MERCHANT)


def test_the_form_of_an_account_is_the_union_over_its_integrations() -> None:
    """C2."""
    asked = asked_of(["ordering_end_to_end", "reservations_waitlist"])
    assert asked.requirements[ContactField.MERCHANT] is Requirement.OPTIONAL
    asked = asked_of(["ordering_end_to_end", "things_to_do"])
    assert asked.is_required(ContactField.MERCHANT)
    assert asked.required_by[ContactField.MERCHANT] == ("things_to_do",)


def test_without_an_integration_everything_is_offered_and_nothing_is_missing() -> None:
    asked = asked_of([])
    assert all(asked.is_offered(field) for field in ContactField)
    assert missing_fields(asked.requirements, ()) == ()


def test_what_is_missing_is_named_in_the_order_of_the_form() -> None:
    missing = missing_fields(asked_of(["things_to_do"]).requirements, {ContactField.OPERATOR})
    assert missing == tuple(field for field in ContactField if field is not ContactField.OPERATOR)
