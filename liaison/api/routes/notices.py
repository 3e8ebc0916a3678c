"""Notices: staff tell a partner something in their own words (section R)."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts.models import Identity
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import notices as shapes
from liaison.api.shapes.expectations import Expectation
from liaison.api.shapes.incidents import Announcement, Recipient
from liaison.expectations.access import newest_about, newest_about_each
from liaison.lib.clock import utc_now
from liaison.notices import access, actions
from liaison.notices.draft import draft_of
from liaison.notices.models import Notice
from liaison.notices.preview import plan_of, sees_addresses
from liaison.notices.vocabulary import NOTICE
from liaison.notifications.queries import announcements_about

operations = Operations("notices")


@operations.get("/notices", Page[shapes.Notice], _("List the notices that you see, newest first"))
def list_notices(request: HttpRequest, window: Asked) -> Page[shapes.Notice]:
    actor = actor_of(request)
    access.require_notices(actor)
    page = page_of(access.visible_notices(actor), window, lambda notice: notice, newest_first=True)
    expected = newest_about_each(actor, NOTICE, [str(notice.pk) for notice in page.items])
    now = utc_now()
    items = [shapes.Notice.of(one, Expectation.of_any(expected.get(str(one.pk)), now)) for one in page.items]
    return Page(items=items, next=page.next)


# Before the address of a single one, which would take it for an id.
@operations.write(
    "POST",
    "/notices/plan",
    shapes.NoticePlan,
    _("Read who would be told of a notice, when and why"),
    body_names_object=True,
)
def plan_notice(request: HttpRequest, body: shapes.NewNotice) -> shapes.NoticePlan:
    """Send nothing: the answer comes from the function that tells people when it is sent."""
    actor = actor_of(request)
    values = body.dict()
    account = access.partner_for(actor, values.pop("account").replace("\x00", ""))
    now = utc_now()
    draft = draft_of(account, **values, now=now)
    plan = plan_of(draft, now)
    return shapes.NoticePlan(
        told=[Recipient.of(one, staff=actor.is_staff) for one in plan.told],
        not_told=[Recipient.of(one, staff=actor.is_staff) for one in plan.not_told],
        nobody_for=list(plan.nobody),
        due_at=draft.due_at,
    )


@operations.get("/notices/{notice_id}", shapes.Notice, _("Read a notice"))
def read_notice(request: HttpRequest, notice_id: str) -> shapes.Notice:
    actor = actor_of(request)
    return _shown(actor, access.notice_for(actor, notice_id))


@operations.get(
    "/notices/{notice_id}/announcements", list[Announcement], _("Read who was told of a notice, and what became of it")
)
def list_notice_announcements(request: HttpRequest, notice_id: str) -> list[Announcement]:
    actor = actor_of(request)
    notice = access.notice_for(actor, notice_id)
    addresses = sees_addresses(actor, notice.account)
    lines = announcements_about(NOTICE, str(notice.pk))
    return [Announcement.of(line, addresses=addresses, staff=actor.is_staff) for line in lines]


@operations.write(
    "POST",
    "/notices",
    shapes.Notice,
    _("Send a notice to the contacts of a partner"),
    status=201,
    body_names_object=True,
)
def raise_notice(request: HttpRequest, body: shapes.NewNotice) -> Status[shapes.Notice]:
    """Tell the contacts of the topic, at once or when they want to hear of what is not urgent."""
    actor = actor_of(request)
    values = body.dict()
    account = access.partner_for(actor, values.pop("account").replace("\x00", ""))
    return Status(201, _shown(actor, actions.raise_notice(actor=actor, account=account, **values, now=utc_now())))


@operations.write("PUT", "/notices/{notice_id}/withdrawal", shapes.Notice, _("Withdraw a notice"))
def withdraw_notice(request: HttpRequest, notice_id: str) -> shapes.Notice:
    """Keep it from whoever it has not reached yet."""
    actor = actor_of(request)
    notice = access.notice_for(actor, notice_id)
    return _shown(actor, actions.withdraw_notice(actor=actor, notice=notice, now=utc_now()))


def _shown(actor: Identity, notice: Notice) -> shapes.Notice:
    found = newest_about(actor, NOTICE, str(notice.pk))
    return shapes.Notice.of(notice, Expectation.of_any(found, utc_now()))
