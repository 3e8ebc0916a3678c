from __future__ import annotations

import pytest

from liaison import catalog
from liaison.catalog.entries import strictest
from liaison.catalog.vocabulary import ContactField, Requirement, Severity, Topic
from liaison.lib.languages import CODES

WAITLIST, RESERVATIONS = "reservations_waitlist", "reservations_end_to_end"
THINGS_TO_DO, ORDERING = "things_to_do", "ordering_end_to_end"
MERCHANT = ContactField.MERCHANT
EVERYTHING_ELSE = [field for field in ContactField if field is not MERCHANT]


def test_the_four_kinds_are_there_in_order() -> None:
    assert list(catalog.integration_kinds()) == [WAITLIST, RESERVATIONS, THINGS_TO_DO, ORDERING]


def test_every_name_stands_in_five_languages_in_the_words_of_the_terms() -> None:
    """L1."""
    kinds = catalog.integration_kinds()
    assert [kinds[THINGS_TO_DO].name(code) for code in CODES] == [
        "Things to do",
        "즐길 거리",
        "景点玩乐",
        "Cose da fare",
        "Atrakcje",
    ]
    emergency = catalog.topics()[Topic.TECHNICAL_EMERGENCY]
    assert [emergency.name(code) for code in CODES] == [
        "Technical emergency",
        "기술 관련 긴급 상황",
        "技术紧急问题",
        "Emergenza tecnica",
        "Techniczna sytuacja awaryjna",
    ]
    assert kinds[ORDERING].name("xx") == "Ordering End-to-End"


@pytest.mark.parametrize(
    ("kind", "requirement"),
    [
        (WAITLIST, Requirement.OPTIONAL),
        (RESERVATIONS, Requirement.REQUIRED),
        (THINGS_TO_DO, Requirement.REQUIRED),
        (ORDERING, Requirement.NOT_OFFERED),
    ],
)
def test_the_merchant_issue_contacts_depend_on_the_kind_and_all_else_is_required(
    kind: str,
    requirement: Requirement,
) -> None:
    """C2."""
    fields = catalog.integration_kinds()[kind].contact_fields
    assert fields[MERCHANT] is requirement
    assert {fields[field] for field in EVERYTHING_ELSE} == {Requirement.REQUIRED}


@pytest.mark.parametrize(
    ("kinds", "requirement"),
    [
        ([], Requirement.NOT_OFFERED),
        ([ORDERING], Requirement.NOT_OFFERED),
        ([ORDERING, WAITLIST], Requirement.OPTIONAL),
        ([WAITLIST, RESERVATIONS], Requirement.REQUIRED),
        ([ORDERING, THINGS_TO_DO, ORDERING], Requirement.REQUIRED),
    ],
)
def test_an_account_is_asked_for_the_union_over_its_integrations(kinds: list[str], requirement: Requirement) -> None:
    """C2: an account's form is the union over its integrations."""
    assert catalog.union_requirements(kinds)[MERCHANT] is requirement
    assert list(catalog.union_requirements(kinds)) == list(ContactField)


def test_a_kind_that_is_not_in_the_catalog_has_no_requirements() -> None:
    with pytest.raises(KeyError):
        catalog.union_requirements(["teleportation"])


def test_the_strictest_requirement_does_not_depend_on_the_order() -> None:
    required, optional, not_offered = Requirement.REQUIRED, Requirement.OPTIONAL, Requirement.NOT_OFFERED
    assert strictest([not_offered, optional, required]) is strictest([required, optional, not_offered]) is required
    assert strictest([optional, not_offered]) is optional
    assert strictest([]) is not_offered


def test_each_topic_of_the_contact_information_goes_to_its_field() -> None:
    """Section R."""
    goes_to = {key: entry.contact_fields for key, entry in catalog.topics().items() if entry.contact_fields}
    drill = goes_to.pop(Topic.DRILL)
    assert goes_to == {
        Topic.PRODUCTION_ALERT: (ContactField.ALERT,),
        Topic.TECHNICAL_EMERGENCY: (ContactField.EMERGENCY,),
        Topic.TECHNICAL_NOTICE: (ContactField.NON_EMERGENCY,),
        Topic.MERCHANT_ISSUE: (MERCHANT,),
        Topic.USER_ESCALATION: (ContactField.OPERATOR,),
    }
    assert set(drill) == {field for fields in goes_to.values() for field in fields}
    assert catalog.topics()[Topic.MERCHANT_ISSUE].otherwise == (ContactField.OPERATOR,)


def test_emergencies_go_before_alerts_and_alerts_before_the_rest() -> None:
    topics = catalog.topics()
    emergency, alert = topics[Topic.TECHNICAL_EMERGENCY].priority, topics[Topic.PRODUCTION_ALERT].priority
    emergencies = {Topic.TECHNICAL_EMERGENCY, Topic.URGENT_CASE, Topic.STAFF_ALARM}
    rest = [entry.priority for key, entry in topics.items() if key not in {*emergencies, Topic.PRODUCTION_ALERT}]
    assert {topics[key].priority for key in emergencies} == {emergency}
    assert emergency < alert < min(rest)


def test_only_what_a_user_may_do_without_is_optional() -> None:
    """R5: emergencies, account mail and the record's own topics are not."""
    optional = {key for key, entry in catalog.topics().items() if entry.optional}
    assert optional == {Topic.CASE_UPDATE, Topic.RELATIONSHIP_CHANGE, Topic.MAINTENANCE}


@pytest.mark.parametrize(
    ("word", "severity"),
    [
        ("critical", Severity.CRITICAL),
        ("page", Severity.CRITICAL),
        (" PAGE ", Severity.CRITICAL),
        ("error", Severity.ERROR),
        ("warning", Severity.WARNING),
        ("info", Severity.INFO),
        ("purple", Severity.ERROR),
        ("", Severity.ERROR),
        (None, Severity.ERROR),
    ],
)
def test_a_senders_word_means_a_severity(word: str | None, severity: Severity) -> None:
    assert catalog.severity_from_word(word) is severity


def test_only_what_is_critical_raises_a_technical_emergency_and_everything_an_alert() -> None:
    """Section R: any problem in production, emergencies included, is a production alert."""
    raises = {key: set(entry.raises) for key, entry in catalog.severities().items()}
    assert raises.pop(Severity.CRITICAL) == {Topic.TECHNICAL_EMERGENCY, Topic.PRODUCTION_ALERT}
    assert all(topics == {Topic.PRODUCTION_ALERT} for topics in raises.values())
    assert list(catalog.severities()) == list(Severity)


def test_the_catalog_cannot_be_changed_while_it_is_used() -> None:
    with pytest.raises(TypeError):
        catalog.integration_kinds()["new"] = None  # type: ignore[index]  # that is what is refused
    with pytest.raises(TypeError):
        catalog.integration_kinds()[WAITLIST].contact_fields[MERCHANT] = Requirement.REQUIRED  # type: ignore[index]  # the same
