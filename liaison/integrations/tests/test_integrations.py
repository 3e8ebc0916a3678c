"""The verbs of integrations: who may, when it is possible, and what is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from liaison.accounts.models import Account, Identity
from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.integrations import actions, launching
from liaison.integrations.access import integration_for
from liaison.integrations.models import EnvironmentName, Integration, Stage, Status
from liaison.integrations.testing import make_integration, make_launched
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing, Refusal

pytestmark = pytest.mark.django_db
KIND = "reservations_end_to_end"


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def nobody_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launching, "_objections", [])


def _last_event() -> Event:
    event = Event.objects.order_by("-pk").first()
    assert event is not None
    return event


def test_it_makes_an_integration_with_both_environments(cast: Cast) -> None:
    made = actions.create_integration(actor=cast.administrator, account=cast.partner, kind=KIND, now=utc_now())
    assert made.stage == Stage.INTEGRATING
    assert made.status == ""
    assert {environment.name for environment in made.environments.all()} == set(EnvironmentName)
    assert _last_event().kind == Happened.INTEGRATION_CREATED


def test_it_refuses_a_kind_that_is_not_in_the_catalog(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_integration(actor=cast.administrator, account=cast.partner, kind="taxi", now=utc_now())
    assert refused.value.problems[0].code == IntegrationCode.UNKNOWN_KIND


def test_it_refuses_the_same_kind_twice_in_one_account(cast: Cast) -> None:
    make_integration(cast.partner, KIND)
    with pytest.raises(Conflict) as refused:
        actions.create_integration(actor=cast.administrator, account=cast.partner, kind=KIND, now=utc_now())
    assert refused.value.code == IntegrationCode.KIND_IN_USE


def test_it_gives_integrations_to_partners_only(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        actions.create_integration(actor=cast.administrator, account=cast.operator, kind=KIND, now=utc_now())
    assert refused.value.code == IntegrationCode.NOT_A_PARTNER


@pytest.mark.parametrize("who", ["owner", "colleague", "agent", "engineer", "manager"])
def test_it_lets_only_administrators_of_the_operator_make_integrations(cast: Cast, who: str) -> None:
    """W2."""
    with pytest.raises(Forbidden):
        actions.create_integration(actor=getattr(cast, who), account=cast.partner, kind=KIND, now=utc_now())


def test_it_hides_an_integration_from_another_account(cast: Cast) -> None:
    """Invariant 6: missing and not visible are the same."""
    integration = make_launched(cast.partner)
    for public_id in (integration.public_id, "unknown"):
        with pytest.raises(Missing):
            integration_for(cast.outsider, public_id)
    with pytest.raises(Missing):
        actions.pause_integration(actor=cast.outsider, integration=integration, now=utc_now())


def test_it_shows_a_partner_manager_the_assigned_accounts_only(cast: Cast) -> None:
    """W2."""
    mine = make_integration(cast.partner)
    assert integration_for(cast.manager, mine.public_id) == mine
    with pytest.raises(Missing):
        integration_for(cast.manager, make_integration(cast.elsewhere).public_id)


@pytest.mark.usefixtures("nobody_objects")
@pytest.mark.parametrize("who", ["administrator", "manager"])
def test_it_is_launched_by_administrators_and_the_assigned_partner_manager(cast: Cast, who: str) -> None:
    """W2."""
    integration = make_integration(cast.partner)
    launched = actions.launch_integration(actor=getattr(cast, who), integration=integration, now=utc_now())
    assert (launched.stage, launched.status) == (Stage.LAUNCHED, Status.LIVE)
    assert _last_event().kind == Happened.INTEGRATION_LAUNCHED


@pytest.mark.usefixtures("nobody_objects")
@pytest.mark.parametrize("who", ["owner", "agent", "engineer"])
def test_it_refuses_to_be_launched_by_others(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.launch_integration(actor=getattr(cast, who), integration=make_integration(cast.partner), now=utc_now())


@pytest.mark.usefixtures("nobody_objects")
def test_it_is_not_launched_while_somebody_objects(cast: Cast) -> None:
    """C1: a room above objects through the registry, and nothing is changed."""

    def objection(account: Account) -> Refusal | None:
        return Conflict(IntegrationCode.KIND_IN_USE)

    launching.register(objection)
    integration = make_integration(cast.partner)
    with pytest.raises(Conflict):
        actions.launch_integration(actor=cast.administrator, integration=integration, now=utc_now())
    integration.refresh_from_db()
    assert integration.stage == Stage.INTEGRATING


def test_it_goes_from_interested_to_integrating(cast: Cast) -> None:
    integration = make_integration(cast.partner, stage=Stage.INTERESTED)
    changed = actions.change_stage(
        actor=cast.administrator, integration=integration, stage=Stage.INTEGRATING, now=utc_now()
    )
    assert changed.stage == Stage.INTEGRATING
    assert _last_event().changes == {"stage": ["interested", "integrating"]}


@pytest.mark.parametrize("who", ["owner", "colleague"])
def test_it_is_paused_and_resumed_by_administrators_and_editors(cast: Cast, who: str) -> None:
    """S5."""
    now = utc_now()
    actor, until = getattr(cast, who), now + timedelta(hours=2)
    paused = actions.pause_integration(actor=actor, integration=make_launched(cast.partner), until=until, now=now)
    assert (paused.status, paused.paused_until) == (Status.PAUSED, until)
    assert _last_event().changes == {"status": ["live", "paused"], "paused_until": [None, until.isoformat()]}
    resumed = actions.resume_integration(actor=actor, integration=paused, now=now)
    assert (resumed.status, resumed.paused_until) == (Status.LIVE, None)


def test_it_is_not_paused_for_longer_than_every_zone_can_show(cast: Cast) -> None:
    """A page that shows the end in Seoul would break on it for good."""
    with pytest.raises(Invalid) as refused:
        actions.pause_integration(
            actor=cast.owner,
            integration=make_launched(cast.partner),
            until=datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
            now=utc_now(),
        )
    assert [problem.field for problem in refused.value.problems] == ["until"]


def test_it_takes_a_new_end_while_it_is_paused(cast: Cast) -> None:
    now = utc_now()
    integration = make_launched(cast.partner, status=Status.PAUSED)
    changed = actions.pause_integration(
        actor=cast.owner, integration=integration, until=now + timedelta(days=1), now=now
    )
    assert changed.paused_until == now + timedelta(days=1)


def test_it_refuses_a_pause_that_is_over_before_it_begins(cast: Cast) -> None:
    now = utc_now()
    with pytest.raises(Invalid):
        actions.pause_integration(actor=cast.owner, integration=make_launched(cast.partner), until=now, now=now)


@pytest.mark.parametrize("who", ["reader", "agent", "manager", "administrator"])
def test_it_is_not_paused_by_readers_or_staff(cast: Cast, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.pause_integration(actor=getattr(cast, who), integration=make_launched(cast.partner), now=utc_now())


def _disabled(cast: Cast) -> Integration:
    return make_launched(cast.partner, status=Status.DISABLED)


def test_it_cannot_be_paused_while_it_is_disabled(cast: Cast) -> None:
    """W9."""
    with pytest.raises(Conflict) as refused:
        actions.pause_integration(actor=cast.owner, integration=_disabled(cast), now=utc_now())
    assert refused.value.code == IntegrationCode.DISABLED_CANNOT_BE_PAUSED


def test_it_is_not_resumed_by_the_partner_while_it_is_disabled(cast: Cast) -> None:
    """S5."""
    with pytest.raises(Conflict) as refused:
        actions.resume_integration(actor=cast.owner, integration=_disabled(cast), now=utc_now())
    assert refused.value.code == IntegrationCode.DISABLED_BY_THE_OPERATOR


def test_it_is_restored_by_an_administrator_of_the_operator(cast: Cast) -> None:
    restored = actions.restore_integration(actor=cast.administrator, integration=_disabled(cast), now=utc_now())
    assert restored.status == Status.LIVE
    with pytest.raises(Forbidden):
        actions.restore_integration(actor=cast.manager, integration=restored, now=utc_now())


def test_a_user_without_any_role_sees_no_integration(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    cast.reader.role_assignments.all().delete()
    stripped: Any = Identity.objects.with_account().get(pk=cast.reader.pk)
    with pytest.raises(Missing):
        integration_for(stripped, integration.public_id)
