"""Whether the page of a case says that its reader hears of it as it is decided who is told (invariant 7)."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from liaison.accounts.models import Group, Identity, MailChoice
from liaison.accounts.testing import Cast
from liaison.accounts.vocabulary import MailWish
from liaison.cases.access import rights_on
from liaison.cases.lists.testing import SOON, keep_case
from liaison.cases.models import Case, Follow, Share
from liaison.cases.readers import hearing_of, readers_of, readers_of_each
from liaison.catalog.vocabulary import Topic

NOW = SOON + timedelta(days=1)
SHARES = ("", "own", "quiet", "ended", "over", "group")


def share(case: Case, person: Identity, how: str) -> None:
    values: dict[str, object] = {"case": case, "right": "view", "created_at": SOON, "address": person.mailbox}
    if how == "group":
        group = Group.objects.create(account=person.account, name="All", address="all@b.test", created_at=SOON)
        group.members.add(person)
        values |= {"group": group, "address": group.address}
    elif how:
        ends: dict[str, dict[str, object]] = {"ended": {"revoked_at": SOON}, "over": {"expires_at": NOW}}
        values |= {"identity": person, "is_quiet": how == "quiet", **ends.get(how, {})}
    if how:
        Share.objects.create(**values)


def is_told(case: Case, person: Identity, now: datetime) -> bool:
    readers = readers_of(case.pk, now)
    assert list(readers) == readers_of_each([case.pk], now)[case.pk]
    found = [one for one in readers if one.person.key == f"identity:{person.pk}"]
    assert len(found) < 2
    return any(one.reasons and one.is_told for one in found)


@given(
    who=st.sampled_from(["owner", "reader", "outsider", "agent", "engineer"]),
    is_filer=st.booleans(),
    follows=st.sampled_from([None, True, False]),
    how=st.sampled_from(SHARES),
    wish=st.sampled_from([None, MailWish.NOTHING, MailWish.EVERYTHING]),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_sees_a_case_hears_of_it_exactly_if_told(
    cast: Cast, *, who: str, is_filer: bool, follows: bool | None, how: str, wish: MailWish | None
) -> None:
    for rows in (Case, Group, MailChoice):
        rows.objects.all().delete()
    person: Identity = getattr(cast, who)
    case = keep_case(cast.partner, filed_by=person if is_filer else cast.colleague)
    share(case, person, how)
    if follows is not None:
        Follow.objects.create(case=case, identity=person, is_following=follows, since=SOON)
    if wish is not None:
        MailChoice.objects.create(identity=person, topic=Topic.CASE_UPDATE, wish=wish)
    hearing = hearing_of(person.pk, case.pk, NOW)
    assert hearing.chose_nothing == (wish is MailWish.NOTHING)
    assert hearing.address == (person.mailbox if how in {"own", "quiet"} else "")
    if rights_on(person, case, NOW):
        assert hearing.hears == is_told(case, person, NOW)
    else:
        assert not is_told(case, person, NOW)
