"""Groups of an account, choices of mail, and where cases may be shared to."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Status

from liaison.accounts import access, actions, models
from liaison.accounts.mail_choices import wishes_of
from liaison.accounts.rights import Privilege
from liaison.accounts.vocabulary import MailWish, TokenScope
from liaison.api.bearer import actor_of
from liaison.api.cursors import Asked, Page, page_of
from liaison.api.operations import Operations
from liaison.api.shapes import groups as shapes
from liaison.catalog.vocabulary import Topic
from liaison.lib.clock import utc_now

operations = Operations("groups")
_ADMINISTER = TokenScope.ADMINISTER


@operations.get(
    "/accounts/{slug}/groups", Page[shapes.Group], _("List the groups of an account"), open_at_the_gate=True
)
def list_groups(request: HttpRequest, slug: str, window: Asked) -> Page[shapes.Group]:
    account = access.account_with_people_for(actor_of(request), slug)
    return page_of(account.groups.prefetch_related("members"), window, shapes.Group.of)


@operations.write(
    "POST",
    "/accounts/{slug}/groups",
    shapes.Group,
    _("Create a group"),
    scope=_ADMINISTER,
    status=201,
    open_at_the_gate=True,
    body_names_object=True,
)
def create_group(request: HttpRequest, slug: str, body: shapes.NewGroup) -> Status[shapes.Group]:
    """Create a group with an address in a domain of the account."""
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    access.require(actor, Privilege.MANAGE_USERS, account)
    members = [access.identity_for(actor, one) for one in body.members]
    made = actions.create_group(
        actor=actor, account=account, address=body.address, name=body.name, members=members, now=utc_now()
    )
    return Status(201, shapes.Group.of(made))


@operations.get("/groups/{group_id}", shapes.Group, _("Read a group"), open_at_the_gate=True)
def read_group(request: HttpRequest, group_id: str) -> shapes.Group:
    return shapes.Group.of(access.group_for(actor_of(request), group_id))


@operations.write(
    "PUT",
    "/groups/{group_id}",
    shapes.Group,
    _("Change a group"),
    scope=_ADMINISTER,
    open_at_the_gate=True,
    body_names_object=True,
)
def change_group(request: HttpRequest, group_id: str, body: shapes.GroupChange) -> shapes.Group:
    """Change the name and who is in it. What was shared with the group is its new members' at once."""
    actor = actor_of(request)
    group = access.group_for(actor, group_id)
    access.require(actor, Privilege.MANAGE_USERS, group.account)
    members = None if body.members is None else [access.identity_for(actor, one) for one in body.members]
    changed = actions.change_group(actor=actor, group=group, name=body.name, members=members, now=utc_now())
    return shapes.Group.of(models.Group.objects.get(pk=changed.pk))


@operations.write(
    "DELETE", "/groups/{group_id}", None, _("Delete a group"), scope=_ADMINISTER, status=204, open_at_the_gate=True
)
def delete_group(request: HttpRequest, group_id: str) -> Status[None]:
    """Delete a group; what was shared with it is shared with its members no longer."""
    actor = actor_of(request)
    actions.delete_group(actor=actor, group=access.group_for(actor, group_id), now=utc_now())
    return Status(204, None)


@operations.get(
    "/accounts/{slug}/sharing-limits",
    shapes.SharingLimits,
    _("Read where the cases of an account may be shared to"),
)
def read_sharing_limits(request: HttpRequest, slug: str) -> shapes.SharingLimits:
    account = access.account_for(actor_of(request), slug)
    return shapes.SharingLimits(domains=list(account.share_domains))


@operations.write(
    "PUT",
    "/accounts/{slug}/sharing-limits",
    shapes.SharingLimits,
    _("Limit where the cases of an account may be shared to"),
    scope=_ADMINISTER,
)
def limit_sharing(request: HttpRequest, slug: str, body: shapes.SharingLimitsChange) -> shapes.SharingLimits:
    """Name the domains beside the account's own; none for anywhere. What is shared already stays shared."""
    actor = actor_of(request)
    account = access.account_for(actor, slug)
    held = actions.limit_sharing(actor=actor, account=account, domains=body.domains, now=utc_now())
    return shapes.SharingLimits(domains=list(held.share_domains))


@operations.get("/me/mail-choices", shapes.MailChoices, _("Read what optional mail you get"), open_at_the_gate=True)
def read_my_mail_choices(request: HttpRequest) -> shapes.MailChoices:
    return _choices(wishes_of(actor_of(request)))


@operations.write(
    "PUT", "/me/mail-choices", shapes.MailChoices, _("Choose what optional mail you get"), open_at_the_gate=True
)
def change_my_mail_choices(request: HttpRequest, body: shapes.MailChoicesChange) -> shapes.MailChoices:
    """Choose `usual`, `nothing` or, of cases, `everything` of the account."""
    wishes = {Topic(topic): MailWish(wish) for topic, wish in body.dict(exclude_none=True).items()}
    return _choices(actions.change_mail_choices(actor=actor_of(request), wishes=wishes, now=utc_now()))


def _choices(wishes: dict[Topic, MailWish]) -> shapes.MailChoices:
    return shapes.MailChoices(case_update=wishes[Topic.CASE_UPDATE], maintenance=wishes[Topic.MAINTENANCE])
