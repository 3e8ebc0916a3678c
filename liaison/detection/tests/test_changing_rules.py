"""The operator changes what counts as a problem: for everybody, a kind, or one integration."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from liaison import catalog
from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.rules import Rule
from liaison.catalog.vocabulary import Severity
from liaison.detection import actions
from liaison.detection.models import RuleOverride
from liaison.detection.rulebook import rulebooks, rules_for
from liaison.detection.ruleplaces import RulePlace, place_for
from liaison.detection.vocabulary import RuleCode
from liaison.integrations.models import Integration
from liaison.integrations.testing import make_integration, make_launched
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

pytestmark = pytest.mark.django_db

BOOKINGS = catalog.rules()["booking_errors"]


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def change(cast: Cast, parameters: dict[str, Any], place: RulePlace | None = None, **more: Any) -> RuleOverride:
    return actions.change_rule(
        actor=cast.administrator,
        rule=more.pop("rule", BOOKINGS),
        place=place or RulePlace(),
        parameters=parameters,
        now=more.pop("now", utc_now()),
        **more,
    )


def held(integration: Integration, key: str = "booking_errors") -> Rule | None:
    return next((rule for rule in rules_for(integration) if rule.key == key), None)


def problems(refused: pytest.ExceptionInfo[Invalid]) -> set[tuple[str, str]]:
    return {(problem.field, problem.code) for problem in refused.value.problems}


def test_the_nearest_change_counts_alone(cast: Cast) -> None:
    """Issue 5: overridable per integration."""
    integration = make_launched(cast.partner)
    assert held(integration) == BOOKINGS
    change(cast, {"threshold": 0.2})
    assert held(integration).threshold == 0.2  # type: ignore[union-attr]  # it is judged
    change(cast, {"min_errors": 99}, RulePlace(kind=integration.kind))
    found = held(integration)
    assert found is not None
    assert (found.threshold, found.min_errors) == (0.05, 99)
    change(cast, {"severity": "warning"}, RulePlace(integration=integration))
    found = held(integration)
    assert found is not None
    assert (found.severity, found.min_errors) == (Severity.WARNING, 10)


def test_a_rule_that_is_off_is_not_judged_there_and_elsewhere_it_is(cast: Cast) -> None:
    here, there = make_launched(cast.partner), make_launched(cast.elsewhere)
    change(cast, {}, RulePlace(integration=here), is_on=False)
    assert held(here) is None
    assert held(there) == BOOKINGS


def test_an_integration_has_the_rules_of_its_kind(cast: Cast) -> None:
    keys = {rule.key for rule in rules_for(make_integration(cast.partner, "ordering_end_to_end"))}
    assert "checkout_errors" in keys
    assert "booking_errors" not in keys
    assert {"fast_burn", "feed_errors", "check_failing_long"} <= keys


def test_rulebooks_take_one_query_for_any_number_of_integrations(cast: Cast) -> None:
    integrations = [make_launched(cast.partner), make_launched(cast.elsewhere, "ordering_end_to_end")]
    change(cast, {"threshold": 0.2}, RulePlace(integration=integrations[0]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        books = rulebooks(integrations)
    assert len(queries) == 1
    assert {pk: list(rules) for pk, rules in books.items()} == {one.pk: list(rules_for(one)) for one in integrations}


def test_only_what_differs_from_the_catalog_is_kept(cast: Cast) -> None:
    kept = change(cast, {"threshold": 0.05, "min_calls": 50, "min_errors": 11})
    assert kept.parameters == {"min_errors": 11}


def test_a_change_stands_in_history_with_before_and_after(cast: Cast) -> None:
    integration, now = make_launched(cast.partner), utc_now()
    place = RulePlace(integration=integration)
    change(cast, {"threshold": 0.2}, place, now=now)
    change(cast, {"threshold": 0.3}, place, is_on=False, now=now + timedelta(minutes=1))
    change(cast, {"threshold": 0.3}, place, is_on=False, now=now + timedelta(minutes=2))  # nothing new
    actions.reset_rule(actor=cast.administrator, rule=BOOKINGS, place=place, now=now + timedelta(minutes=3))
    events = list(Event.objects.filter(subject_kind="rule", subject_id="booking_errors").order_by("pk"))
    assert [(event.kind, event.changes) for event in events] == [
        (Happened.RULE_CHANGED, {"threshold": [0.05, 0.2]}),
        (Happened.RULE_CHANGED, {"threshold": [0.2, 0.3], "is_on": [True, False]}),
        (Happened.RULE_CHANGE_REMOVED, {"threshold": [0.3, 0.05], "is_on": [False, True]}),
    ]
    assert {event.facts["place"] for event in events} == {f"integration:{integration.public_id}"}
    assert {event.account_id for event in events} == {cast.partner.pk}


def test_a_rule_that_nobody_changed_cannot_be_set_back(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        actions.reset_rule(actor=cast.administrator, rule=BOOKINGS, place=RulePlace(), now=utc_now())
    assert refused.value.code is RuleCode.NOT_CHANGED


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"threshold": 0}, {("threshold", RuleCode.OUT_OF_RANGE), ("clear_below", RuleCode.CLEARS_ABOVE)}),
        ({"threshold": 1.1}, {("threshold", RuleCode.OUT_OF_RANGE)}),
        ({"threshold": float("nan")}, {("threshold", RuleCode.NOT_A_NUMBER)}),
        ({"threshold": "0.1"}, {("threshold", RuleCode.NOT_A_NUMBER)}),
        ({"threshold": True}, {("threshold", RuleCode.NOT_A_NUMBER)}),
        ({"threshold": 0.02}, {("clear_below", RuleCode.CLEARS_ABOVE)}),
        ({"minutes": 1441}, {("minutes", RuleCode.OUT_OF_RANGE)}),
        ({"minutes": 2.5}, {("minutes", RuleCode.NOT_WHOLE)}),
        (
            {"min_errors": 0, "min_calls": 0},
            {("min_errors", RuleCode.OUT_OF_RANGE), ("min_calls", RuleCode.OUT_OF_RANGE)},
        ),
        ({"objective": 0.9}, {("objective", RuleCode.UNKNOWN_PARAMETER)}),
        ({"key": "other"}, {("key", RuleCode.UNKNOWN_PARAMETER)}),
        ({"severity": "purple"}, {("severity", RuleCode.NOT_A_CHOICE)}),
        ({"effect": "disable"}, {("effect", RuleCode.ONLY_CRITICAL_DISABLES)}),
        ({"is_over": 1}, {("is_over", RuleCode.NOT_A_CHOICE)}),
    ],
)
def test_every_mistake_is_named_and_nothing_is_kept(
    cast: Cast, parameters: dict[str, Any], expected: set[tuple[str, str]]
) -> None:
    """A rate without a floor never pages."""
    with pytest.raises(Invalid) as refused:
        change(cast, parameters)
    assert problems(refused) == expected
    assert not RuleOverride.objects.exists()
    assert not Event.objects.filter(subject_kind="rule").exists()


def test_a_burn_rate_that_could_never_be_reached_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        change(cast, {"objective": 0.9, "long_minutes": 5}, rule=catalog.rules()["fast_burn"])
    assert problems(refused) == {("long_minutes", RuleCode.NOT_LONGER), ("threshold", RuleCode.NEVER_REACHED)}


def test_a_place_must_exist_and_have_the_rule(cast: Cast) -> None:
    ordering = make_integration(cast.partner, "ordering_end_to_end")
    for key in ("kind:teleportation", "nowhere", "", "kind:ordering_end_to_end", f"integration:{ordering.public_id}"):
        with pytest.raises(Invalid):
            place_for(cast.administrator, BOOKINGS, key)
    with pytest.raises(Missing):
        place_for(cast.administrator, BOOKINGS, "integration:nothing")
    assert place_for(cast.administrator, BOOKINGS, "everybody") == RulePlace()


@pytest.mark.parametrize(
    ("person", "refusal"),
    [("owner", Missing), ("outsider", Missing), ("agent", Forbidden), ("engineer", Forbidden), ("manager", Forbidden)],
)
def test_only_administrators_of_the_operator_change_rules(cast: Cast, person: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        actions.change_rule(
            actor=getattr(cast, person), rule=BOOKINGS, place=RulePlace(), parameters={"threshold": 0.2}, now=utc_now()
        )
    assert not RuleOverride.objects.exists()


def test_what_a_newer_catalog_no_longer_allows_is_ignored_rather_than_nothing_judged(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    RuleOverride.objects.create(rule="booking_errors", parameters={"threshold": 7}, changed_at=utc_now())
    RuleOverride.objects.create(rule="of_yesterday", parameters={"threshold": 7}, changed_at=utc_now())
    assert held(integration) == BOOKINGS
