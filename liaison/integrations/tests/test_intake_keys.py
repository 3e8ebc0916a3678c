from __future__ import annotations

from datetime import timedelta

import pytest

from liaison.accounts.testing import Cast, make_cast
from liaison.audit.models import Event
from liaison.integrations import actions
from liaison.integrations.access import intake_key_for
from liaison.integrations.keys import PREFIX, hash_of
from liaison.integrations.models import EnvironmentName, IntakeKey
from liaison.integrations.testing import environment_of, make_integration, make_key
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def test_it_shows_the_key_once_and_keeps_only_its_hash(cast: Cast) -> None:
    environment = environment_of(make_integration(cast.partner))
    made = actions.create_intake_key(actor=cast.owner, environment=environment, name="Prometheus", now=utc_now())
    assert made.secret.startswith(PREFIX)
    assert len(made.secret) > 40
    kept = IntakeKey.objects.values().get()
    assert made.secret not in str(kept)
    assert kept["key_hash"] == hash_of(made.secret)
    assert made.secret not in str(list(Event.objects.values()))


def test_it_is_made_by_administrators_only(cast: Cast) -> None:
    environment = environment_of(make_integration(cast.partner))
    for actor in (cast.colleague, cast.reader, cast.agent):
        with pytest.raises(Forbidden):
            actions.create_intake_key(actor=actor, environment=environment, name="x", now=utc_now())
    with pytest.raises(Missing):
        actions.create_intake_key(actor=cast.outsider, environment=environment, name="x", now=utc_now())


@pytest.mark.parametrize("name", ["", "   ", "a\nb", "a\x00b", "x" * 101])
def test_it_refuses_a_name_that_is_no_name(cast: Cast, name: str) -> None:
    environment = environment_of(make_integration(cast.partner))
    with pytest.raises(Invalid):
        actions.create_intake_key(actor=cast.owner, environment=environment, name=name, now=utc_now())
    assert not IntakeKey.objects.exists()


def test_it_is_revoked_once_and_for_ever(cast: Cast) -> None:
    key = make_key(make_integration(cast.partner), EnvironmentName.SANDBOX).key
    assert actions.revoke_intake_key(actor=cast.owner, key=key, now=utc_now()).revoked_at
    with pytest.raises(Conflict) as refused:
        actions.revoke_intake_key(actor=cast.owner, key=key, now=utc_now())
    assert refused.value.code == IntegrationCode.KEY_REVOKED


def test_another_account_cannot_find_it(cast: Cast) -> None:
    key = make_key(make_integration(cast.partner)).key
    with pytest.raises(Missing):
        intake_key_for(cast.outsider, key.public_id)
    with pytest.raises(Missing):
        actions.revoke_intake_key(actor=cast.outsider, key=key, now=utc_now())


def test_its_use_is_noted_at_most_once_a_minute(cast: Cast) -> None:
    now = utc_now()
    key = make_key(make_integration(cast.partner)).key
    for seconds, expected in ((0, 0), (30, 0), (59, 0), (60, 60)):
        key.refresh_from_db()
        actions.stamp_intake_key(key=key, now=now + timedelta(seconds=seconds))
        key.refresh_from_db()
        assert key.last_used_at == now + timedelta(seconds=expected)


def test_an_environment_has_a_bounded_number_of_keys(cast: Cast) -> None:
    integration = make_integration(cast.partner)
    keys = [make_key(integration).key for _ in range(20)]
    with pytest.raises(Conflict) as refused:
        make_key(integration)
    assert refused.value.code == IntegrationCode.TOO_MANY_KEYS
    actions.revoke_intake_key(actor=cast.owner, key=keys[0], now=utc_now())
    make_key(integration)
