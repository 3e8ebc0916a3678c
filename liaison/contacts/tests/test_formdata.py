from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liaison.catalog.vocabulary import ContactField
from liaison.contacts.codes import ContactCode
from liaison.contacts.completeness import asked_of
from liaison.contacts.formdata import FormContext, form_of, read_values
from liaison.contacts.formshape import MOST_ENTRIES, blank_form, storable, tidy
from liaison.contacts.values import BrandChoice, UserChoice
from liaison.lib.refusals import Invalid

ANNA = UserChoice(1, "anna", "Anna", "anna@bistro.test", "anna@bistro.test", is_active=True)
MAREK = UserChoice(2, "marek", "Marek", "marek@bistro.test", "marek@bistro.test", is_active=True)
GONE = UserChoice(3, "gone", "Gone", "gone@bistro.test", "gone@bistro.test", is_active=False)
MUTE = UserChoice(4, "mute", "Mute", "mute@bistro.test", "", is_active=True)
BRANDS = (
    BrandChoice(1, "bistro", "Bistro", is_default=True),
    BrandChoice(2, "cafe", "Café", is_default=False),
)
CONTEXT = FormContext(asked_of(["things_to_do"]), (ANNA, MAREK, GONE, MUTE), BRANDS)


def form(**fields: list[dict[str, Any]]) -> dict[str, Any]:
    contact = {"address": "ops@bistro.test"}
    whole: dict[str, Any] = {field.value: [contact] for field in ContactField}
    whole["alert_contacts"] = [{"identity": "anna"}]
    whole["support_hours"] = [{"days": [1, 2], "start": "09:00", "end": "18:00", "time_zone": "Asia/Seoul"}]
    return whole | fields


def problems_of(data: object, context: FormContext = CONTEXT) -> dict[str, str]:
    with pytest.raises(Invalid) as caught:
        read_values(tidy(data), context)
    return {problem.field: problem.code for problem in caught.value.problems}


def test_it_reads_a_complete_form_and_writes_the_same_form_again() -> None:
    values = read_values(tidy(form()), CONTEXT)
    assert values.entries[ContactField.ALERT][0].identity_id == ANNA.pk
    assert values.shared[0].brand_id == 1
    assert read_values(form_of(values, CONTEXT), CONTEXT) == values


@pytest.mark.parametrize("field", list(ContactField))
def test_it_names_each_missing_field(field: ContactField) -> None:
    """C1, C2: at least one entry each."""
    assert problems_of(form(**{field.value: []})) == {field.value: ContactCode.REQUIRED}


def test_it_says_why_what_the_record_holds_cannot_be_removed() -> None:
    """C6."""
    context = FormContext(CONTEXT.asked, CONTEXT.users, BRANDS, filled=frozenset({ContactField.OPERATOR}))
    assert problems_of(form(operator_contacts=[]), context) == {"operator_contacts": ContactCode.STILL_REQUIRED}


def test_an_alert_contact_is_a_user_never_an_address() -> None:
    """C2b."""
    found = problems_of(form(alert_contacts=[{"address": "a@b.test"}]))
    assert found == {"alert_contacts.0.identity": ContactCode.USERS_ONLY}


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("foreign", ContactCode.UNKNOWN_USER),
        ("gone", ContactCode.SUSPENDED_USER),
        ("mute", ContactCode.USER_WITHOUT_MAILBOX),
    ],
)
def test_it_refuses_users_who_cannot_be_told(identity: str, code: ContactCode) -> None:
    assert problems_of(form(alert_contacts=[{"identity": identity}])) == {"alert_contacts.0.identity": code}


@pytest.mark.parametrize(
    ("rows", "path"),
    [
        ([{"identity": "anna"}, {"identity": "anna"}], "1.identity"),
        ([{"address": "Ops@bistro.test"}, {"address": "ops@BISTRO.test"}], "1.address"),
        ([{"identity": "anna"}, {"address": "ANNA@bistro.test"}], "1.address"),
    ],
)
def test_it_refuses_the_same_person_twice_in_one_field(rows: list[dict[str, Any]], path: str) -> None:
    field = "technical_emergency_contacts"
    assert problems_of(form(**{field: rows})) == {f"{field}.{path}": ContactCode.SAME_PERSON_TWICE}


def test_the_same_person_may_stand_in_two_fields() -> None:
    rows = [{"identity": "anna"}]
    values = read_values(tidy(form(technical_emergency_contacts=rows, operator_contacts=rows)), CONTEXT)
    assert values.entries[ContactField.EMERGENCY][0].identity_id == ANNA.pk
    assert values.entries[ContactField.OPERATOR][0].identity_id == ANNA.pk


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ops@bistro.test\nBcc: evil@evil.test", ContactCode.ADDRESS_CONTROL_CHARACTER),
        ("ops@bistro.test\n", ContactCode.ADDRESS_CONTROL_CHARACTER),
        ("ops\x00@bistro.test", ContactCode.ADDRESS_CONTROL_CHARACTER),
        ("ops\u2028@bistro.test", ContactCode.ADDRESS_CONTROL_CHARACTER),
        ("a@evil.test@partner.test", ContactCode.ADDRESS_SEVERAL_AT_SIGNS),
        ("a" * 300 + "@bistro.test", ContactCode.ADDRESS_TOO_LONG),
        ("no address", ContactCode.ADDRESS_INVALID),
    ],
)
def test_it_refuses_addresses_that_could_harm_a_mail(address: str, code: ContactCode) -> None:
    found = problems_of(form(operator_contacts=[{"address": address}]))
    assert found == {"operator_contacts.0.address": code}


def test_it_lists_every_problem_at_once() -> None:
    found = problems_of(
        form(
            alert_contacts=[],
            operator_contacts=[{"address": "x", "name": "a\nb", "language": "tlh", "time_zone": "Mars/Base"}],
            technical_emergency_contacts=[{"identity": "anna", "address": "b@b.test"}],
            support_hours=[{"days": [], "start": "24:00", "end": "25:00", "time_zone": "Nowhere"}],
        )
    )
    assert found == {
        "alert_contacts": ContactCode.REQUIRED,
        "operator_contacts.0.address": ContactCode.ADDRESS_INVALID,
        "operator_contacts.0.name": ContactCode.NAME_CONTROL_CHARACTER,
        "operator_contacts.0.language": ContactCode.UNKNOWN_LANGUAGE,
        "operator_contacts.0.time_zone": ContactCode.UNKNOWN_ZONE,
        "technical_emergency_contacts.0.identity": ContactCode.USER_OR_ADDRESS,
        "support_hours.0.days": ContactCode.DAYS_NEEDED,
        "support_hours.0.start": ContactCode.STARTS_AT_MIDNIGHT,
        "support_hours.0.end": ContactCode.CLOCK_UNUSABLE,
        "support_hours.0.time_zone": ContactCode.UNKNOWN_ZONE,
    }


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [("09:00", "24:00", (540, 1440)), ("22:00", "06:00", (1320, 1800)), ("00:00", "00:00", (0, 1440))],
)
def test_hours_may_end_at_midnight_or_on_the_next_day(start: str, end: str, minutes: tuple[int, int]) -> None:
    rows = [{"days": [7], "start": start, "end": end, "time_zone": "Europe/Rome"}]
    found = read_values(tidy(form(support_hours=rows)), CONTEXT)
    assert (found.hours[0].start_minute, found.hours[0].end_minute) == minutes
    assert read_values(form_of(found, CONTEXT), CONTEXT) == found


def test_the_alias_of_the_default_brand_is_what_is_required() -> None:
    """C2: exactly one per brand; another brand's alias does not stand for the default one's."""
    found = problems_of(form(shared_contact=[{"brand": "cafe", "address": "help@cafe.test"}]))
    assert found == {"shared_contact": ContactCode.REQUIRED}
    both = [{"brand": "", "address": "help@bistro.test"}, {"brand": "cafe", "address": "help@cafe.test"}]
    assert [shared.brand_id for shared in read_values(tidy(form(shared_contact=both)), CONTEXT).shared] == [
        1,
        2,
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        ([{"brand": "theirs", "address": "a@b.test"}], {"shared_contact.0.brand": ContactCode.UNKNOWN_BRAND}),
        (
            [{"brand": "", "address": "a@b.test"}, {"brand": "bistro", "address": "c@b.test"}],
            {"shared_contact.1.address": ContactCode.BRAND_TWICE},
        ),
    ],
)
def test_it_refuses_foreign_brands_and_two_aliases_of_one(rows: list[Any], problem: dict[str, str]) -> None:
    assert problems_of(form(shared_contact=rows)) == problem


def test_it_refuses_a_field_that_no_integration_offers() -> None:
    context = FormContext(asked_of(["ordering_end_to_end"]), CONTEXT.users, BRANDS)
    assert problems_of(form(), context) == {"merchant_issue_contacts": ContactCode.NOT_OFFERED}


@pytest.mark.parametrize(
    ("data", "field", "code"),
    [
        ([], "", ContactCode.WRONG_SHAPE),
        ({"secret": []}, "secret", ContactCode.UNKNOWN_FIELD),
        ({"operator_contacts": {}}, "operator_contacts", ContactCode.WRONG_SHAPE),
        ({"operator_contacts": ["x"]}, "operator_contacts.0", ContactCode.WRONG_SHAPE),
        ({"operator_contacts": [{"address": 5}]}, "operator_contacts.0.address", ContactCode.WRONG_SHAPE),
        ({"operator_contacts": [{"pk": "5"}]}, "operator_contacts.0.pk", ContactCode.UNKNOWN_FIELD),
        ({"operator_contacts": [{}] * 10_000}, "operator_contacts", ContactCode.TOO_MANY),
        ({"support_hours": [{}] * 10_000}, "support_hours", ContactCode.TOO_MANY),
        ({"support_hours": [{"days": [8]}]}, "support_hours.0.days", ContactCode.WRONG_SHAPE),
        ({"support_hours": [{"days": [True]}]}, "support_hours.0.days", ContactCode.WRONG_SHAPE),
        ({"operator_contacts": [{"name": "x" * 501}]}, "operator_contacts.0.name", ContactCode.TEXT_TOO_LONG),
    ],
)
def test_it_bounds_hostile_input(data: object, field: str, code: ContactCode) -> None:
    assert problems_of(data) == {field: code}


def test_blank_rows_count_for_nothing() -> None:
    found = problems_of(blank_form() | {field.value: [{}] for field in ContactField})
    assert set(found) == {field.value for field in ContactField}
    assert MOST_ENTRIES >= 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*ContactField, "identity", "address", "days", "start", "x"]), inner)
    ),
    max_leaves=12,
)


@given(json_values)
def test_whatever_is_sent_becomes_values_or_a_list_of_problems(data: object) -> None:
    with suppress(Invalid):
        read_values(tidy(data), CONTEXT)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_what_a_draft_keeps_can_be_stored_by_the_database(text: str) -> None:
    kept = storable(tidy({"operator_contacts": [{"name": text}]}))["operator_contacts"][0]["name"]
    assert "\x00" not in kept
    kept.encode()
