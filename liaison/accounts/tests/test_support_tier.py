"""What the support of an account covers (D7): set by those who manage accounts, seen by everybody of it."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts import actions
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.audit.models import Event
from liaison.audit.vocabulary import Happened
from liaison.catalog.vocabulary import SupportTier
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden

pytestmark = pytest.mark.django_db


def _set(cast: Cast, actor: Identity, tier: SupportTier) -> None:
    actions.set_support_tier(actor=actor, account=cast.partner, tier=tier, now=utc_now())


def test_it_is_set_and_recorded_once(cast: Cast) -> None:
    for _ in range(2):
        _set(cast, cast.administrator, SupportTier.PREMIUM)
    cast.partner.refresh_from_db()
    assert cast.partner.support_tier == SupportTier.PREMIUM
    (event,) = Event.objects.filter(kind=Happened.SUPPORT_TIER_CHANGED)
    assert event.changes == {"support_tier": ["standard", "premium"]}


def test_nobody_else_sets_it(cast: Cast) -> None:
    for actor in (cast.owner, cast.agent, cast.manager, cast.outsider):
        with pytest.raises(Forbidden):
            _set(cast, actor, SupportTier.PREMIUM)


def test_only_partners_have_one(cast: Cast) -> None:
    with pytest.raises(Conflict):
        actions.set_support_tier(
            actor=cast.administrator, account=cast.operator, tier=SupportTier.PREMIUM, now=utc_now()
        )


def test_staff_set_it_on_the_page_of_the_account_and_the_account_sees_it(client: Client, cast: Cast) -> None:
    actions.change_language(actor=cast.administrator, language="en", now=utc_now())
    actions.change_language(actor=cast.owner, language="en", now=utc_now())
    sign_in(client, cast.administrator)
    slug = cast.partner.slug
    assert client.post(f"/u/0/accounts/{slug}/support-tier", {"tier": "gold"}).status_code == 302
    assert client.post(f"/u/0/accounts/{slug}/support-tier", {"tier": "premium"}).status_code == 302
    assert 'value="premium" selected' in client.get(f"/u/0/accounts/{slug}").content.decode()
    sign_in(client, cast.owner)
    assert "Premium" in client.get("/u/0/").content.decode()
