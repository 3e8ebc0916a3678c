"""Groups of an account, and what optional mail people want (W6, R5)."""

from __future__ import annotations

import pytest
from django.test import Client

from liaison.accounts.actions import change_group, change_mail_choices, create_group, delete_group
from liaison.accounts.mail_choices import wishes_of, without_unwanted
from liaison.accounts.models import Group, MailChoice
from liaison.accounts.queries import person
from liaison.accounts.testing import Cast, make_cast, sign_in
from liaison.accounts.vocabulary import AccountCode, MailWish
from liaison.audit.models import Event
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now
from liaison.lib.refusals import Forbidden, Invalid
from liaison.notifications.facts import Withheld

TEAM = "team@bistro.portal.test"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def test_administrators_make_change_and_delete_groups(cast: Cast) -> None:
    now = utc_now()
    group = create_group(
        actor=cast.owner,
        account=cast.partner,
        address="Team@Bistro.portal.test",
        name="Team",
        members=[cast.reader],
        now=now,
    )
    assert group.address == TEAM
    change_group(actor=cast.owner, group=group, name="Night", members=[cast.colleague, cast.colleague], now=now)
    assert [one.pk for one in group.members.all()] == [cast.colleague.pk]
    delete_group(actor=cast.owner, group=group, now=now)
    assert not Group.objects.exists()
    assert [event.kind for event in Event.objects.filter(subject_kind="group").order_by("pk")] == [
        "group.created",
        "group.changed",
        "group.deleted",
    ]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("team@elsewhere.portal.test", AccountCode.FOREIGN_GROUP_ADDRESS),
        ("team@example.com", AccountCode.FOREIGN_GROUP_ADDRESS),
        ("carlo@bistro.portal.test", AccountCode.GROUP_ADDRESS_TAKEN),
        (TEAM, AccountCode.GROUP_ADDRESS_TAKEN),
        ("a@b\r\n.test", "control_character"),
    ],
)
def test_an_address_is_nobody_elses_and_in_a_domain_of_the_account(cast: Cast, address: str, code: str) -> None:
    create_group(actor=cast.owner, account=cast.partner, address=TEAM, name="Team", now=utc_now())
    with pytest.raises(Invalid) as refused:
        create_group(actor=cast.owner, account=cast.partner, address=address, name="Other", now=utc_now())
    assert [problem.code for problem in refused.value.problems] == [code]


def test_members_are_users_of_the_account(cast: Cast) -> None:
    with pytest.raises(Invalid):
        create_group(
            actor=cast.owner, account=cast.partner, address=TEAM, name="T", members=[cast.outsider], now=utc_now()
        )
    with pytest.raises(Forbidden):
        create_group(actor=cast.colleague, account=cast.partner, address=TEAM, name="T", now=utc_now())


def test_pages_of_groups_work_and_another_account_sees_nothing(cast: Cast) -> None:
    client = sign_in(Client(), cast.owner)
    form = {"name": "<b>Team</b>", "address": TEAM, "members": [cast.reader.public_id]}
    assert client.post("/u/0/users/groups/new/", form).status_code == 302
    group = Group.objects.get()
    assert "&lt;b&gt;Team&lt;/b&gt;" in client.get("/u/0/users/groups/").content.decode()
    foreign = client.post("/u/0/users/groups/new/", {**form, "members": [cast.outsider.public_id]})
    assert foreign.status_code == 422
    address = f"/u/0/users/groups/{group.public_id}/"
    assert client.post(address, {"name": "Night", "members": []}).status_code == 302
    assert sign_in(Client(), cast.outsider).get(address).status_code == 404
    reader = sign_in(Client(), cast.reader)
    assert reader.get(address).status_code == 200
    assert reader.post(address, {"name": "Mine"}).status_code == 403
    assert reader.post(f"{address}delete/").status_code == 403
    assert client.get(f"{address}delete/").status_code == 200
    assert client.post(f"{address}delete/").status_code == 302


def test_people_choose_what_optional_mail_they_get(cast: Cast) -> None:
    """R5."""
    client = sign_in(Client(), cast.colleague)
    assert client.get("/u/0/settings/mail/").status_code == 200
    answer = client.post("/u/0/settings/mail/", {"case_update": "everything", "maintenance": "nothing"})
    assert answer.status_code == 302
    wishes = {Topic.CASE_UPDATE: MailWish.EVERYTHING, Topic.MAINTENANCE: MailWish.NOTHING}
    assert wishes_of(cast.colleague) == wishes
    (told,) = without_unwanted(Topic.MAINTENANCE, (person(cast.colleague),))
    assert told.blocked is Withheld.NOT_WANTED
    usual = dict.fromkeys(wishes, MailWish.USUAL)
    assert change_mail_choices(actor=cast.colleague, wishes=usual, now=utc_now()) == usual
    assert not MailChoice.objects.exists()


def test_staff_are_not_offered_all_cases_of_an_account(cast: Cast) -> None:
    with pytest.raises(Invalid):
        change_mail_choices(actor=cast.agent, wishes={Topic.CASE_UPDATE: MailWish.EVERYTHING}, now=utc_now())
    with pytest.raises(Invalid):
        change_mail_choices(actor=cast.agent, wishes={Topic.ACCOUNT_MAIL: MailWish.NOTHING}, now=utc_now())
