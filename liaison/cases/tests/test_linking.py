"""Cases and incidents that belong together: linked by whoever sees both."""

from __future__ import annotations

import pytest

from liaison.accounts.testing import Cast
from liaison.cases.actions import link_case, link_incident, unlink_case, unlink_incident
from liaison.cases.models import CaseIncident, CaseLink
from liaison.cases.testing import make_case, make_closed, make_incident
from liaison.cases.vocabulary import LinkKind
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Conflict, Forbidden, Invalid, Missing


def test_two_cases_are_linked_once_from_either_side(cast: Cast) -> None:
    first, second, now = make_case(cast.owner), make_case(cast.owner), utc_now()
    update = link_case(actor=cast.owner, case=second, other=first, kind=LinkKind.DUPLICATE, now=now)
    assert update.changes == [{"kind": "linked", "case": first.number, "link": "duplicate"}]
    assert (CaseLink.objects.get().case, CaseLink.objects.get().other) == (first, second)
    with pytest.raises(Conflict):
        link_case(actor=cast.agent, case=first, other=second, kind=LinkKind.RELATED, now=now)
    assert unlink_case(actor=cast.owner, case=first, other=second, now=now).changes[0]["kind"] == "unlinked"
    with pytest.raises(Conflict):
        unlink_case(actor=cast.owner, case=first, other=second, now=now)


def test_only_what_the_actor_sees_of_the_same_account_is_linked(cast: Cast) -> None:
    case, theirs, now = make_case(cast.owner), make_case(cast.outsider), utc_now()
    for actor, other in ((cast.owner, theirs), (cast.agent, theirs), (cast.owner, case)):
        with pytest.raises(Invalid):
            link_case(actor=actor, case=case, other=other, kind=LinkKind.RELATED, now=now)
    with pytest.raises(Forbidden):
        link_case(actor=cast.reader, case=case, other=make_case(cast.owner), kind=LinkKind.RELATED, now=now)
    with pytest.raises(Missing):
        link_case(actor=cast.outsider, case=case, other=theirs, kind=LinkKind.RELATED, now=now)
    with pytest.raises(Missing):
        unlink_case(actor=cast.owner, case=case, other=theirs, now=now)
    assert not CaseLink.objects.exists()


def test_a_case_is_about_incidents_of_its_account(cast: Cast) -> None:
    case, now = make_case(cast.owner), utc_now()
    ours, theirs = make_incident(cast.partner, now), make_incident(cast.elsewhere, now)
    update = link_incident(actor=cast.owner, case=case, incident=ours, now=now)
    assert update.changes == [{"kind": "linked", "incident": ours.public_id, "link": "related"}]
    with pytest.raises(Conflict):
        link_incident(actor=cast.agent, case=case, incident=ours, now=now)
    for actor in (cast.owner, cast.agent):
        with pytest.raises(Invalid):
            link_incident(actor=actor, case=case, incident=theirs, now=now)
    unlink_incident(actor=cast.owner, case=case, incident=ours, now=now)
    assert not CaseIncident.objects.exists()
    with pytest.raises(Conflict):
        unlink_incident(actor=cast.owner, case=case, incident=ours, now=now)


def test_a_closed_case_takes_no_link(cast: Cast) -> None:
    """W9."""
    case, other, now = make_closed(cast.owner, make_case(cast.owner)), make_case(cast.owner), utc_now()
    with pytest.raises(Conflict):
        link_case(actor=cast.owner, case=case, other=other, kind=LinkKind.RELATED, now=now)
    with pytest.raises(Conflict):
        link_incident(actor=cast.owner, case=case, incident=make_incident(cast.partner, now), now=now)
