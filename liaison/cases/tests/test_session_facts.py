"""What is read with the session is what would be asked for, and nothing of it outlives a request (C3, D10)."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from liaison.accounts.models import Group, Identity
from liaison.accounts.session_facts import facts_of
from liaison.accounts.sessions import IdentityMiddleware, SlotSessionMiddleware
from liaison.accounts.testing import Cast, sign_in
from liaison.cases import access
from liaison.cases.lists.testing import keep_case
from liaison.cases.models import Case, Share
from liaison.contacts.gate import state_for
from liaison.contacts.state import state_of
from liaison.contacts.testing import make_integration
from liaison.lib.clock import utc_now


def asked_by(person: Identity, method: str = "GET") -> HttpRequest:
    """Return a request as a view gets it."""
    request = RequestFactory().generic(method, "/cases")
    request.COOKIES = {name: one.value for name, one in sign_in(Client(), person).cookies.items()}
    request.slot = 0  # type: ignore[attr-defined]  # as the middleware of slots sets it
    SlotSessionMiddleware(IdentityMiddleware(lambda _request: HttpResponse()))(request)
    return request


def shared(case: Case, **more: object) -> Share:
    return Share.objects.create(case=case, address="a@b.test", right="view", created_at=utc_now(), **more)


def test_what_is_shared_is_read_as_it_is_asked_for(cast: Cast) -> None:
    """D10: with a person, with a group of theirs; nothing that ended, was taken back or is shared with others."""
    now = utc_now()
    team = Group.objects.create(account=cast.partner, address="team@bistro.test", name="Team", created_at=now)
    team.members.set([cast.owner, cast.colleague])
    own, of_team, ended, revoked, of_others = (keep_case(cast.elsewhere, str(number)) for number in range(5))
    shared(own, identity=cast.owner, expires_at=now + timedelta(days=1))
    shared(of_team, group=team)
    shared(ended, identity=cast.owner, expires_at=now)
    shared(revoked, identity=cast.owner, revoked_at=now)
    shared(of_others, identity=cast.colleague)
    read = access.shares_read(asked_by(cast.owner))
    assert read == frozenset({own.pk, of_team.pk})
    assert read == access.scope_of(cast.owner, utc_now()).shared
    assert access.shares_read(asked_by(cast.reader)) == frozenset()
    team.members.remove(cast.owner)
    assert access.shares_read(asked_by(cast.owner)) == frozenset({own.pk})


def test_the_state_of_the_record_is_read_as_it_is_asked_for(cast: Cast) -> None:
    """C3: of the person's own account alone."""
    make_integration(cast.partner)
    for person in (cast.owner, cast.outsider):
        assert state_for(asked_by(person)) == state_of(person.account.pk)
    assert state_of(cast.owner.account.pk) != state_of(cast.outsider.account.pk)
    assert state_for(asked_by(cast.agent)) is None


def test_a_request_that_may_change_something_asks_anew(cast: Cast) -> None:
    assert facts_of(asked_by(cast.owner)) is not None
    assert facts_of(asked_by(cast.owner, "POST")) is None


def test_nothing_is_taken_for_somebody_who_signed_in_during_the_request(cast: Cast) -> None:
    request = asked_by(cast.owner)
    request.user = Identity.objects.with_account().get(pk=cast.outsider.pk)
    assert facts_of(request) is None
    request = asked_by(cast.owner)
    request.session.flush()
    assert facts_of(request) is None
