"""The groups of an account (W6), and where its cases may be shared to (D10)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from liaison.accounts import access, actions
from liaison.accounts.forms import GroupForm, SharingForm
from liaison.accounts.guards import identity_of, signed_in
from liaison.accounts.models import Account
from liaison.accounts.refused import mark
from liaison.accounts.rights import Privilege
from liaison.lib.clock import utc_now
from liaison.lib.refusals import CommonCode, Conflict, Forbidden, Invalid, Refusal
from liaison.web.gate import open_at_the_gate
from liaison.web.pages import redirect_to, redirect_to_address, render_page


@open_at_the_gate
@signed_in
@require_safe
def groups(request: HttpRequest, slug: str = "") -> HttpResponse:
    """List the groups of an account whose users the reader sees."""
    actor, account = identity_of(request), _account(request, slug)
    rows = account.groups.annotate(count=Count("members")).order_by("name", "pk")
    context = {
        "account": account,
        "groups": rows,
        "may_manage": access.may(actor, Privilege.MANAGE_USERS, account),
        "users_address": _address(account, "users", is_own=not slug),
        "create_address": _address(account, "create_group", is_own=not slug),
    }
    return render_page(request, "accounts/groups.html", context)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest, slug: str = "") -> HttpResponse:
    actor, account = identity_of(request), _account(request, slug)
    access.require(actor, Privilege.MANAGE_USERS, account)
    back = _address(account, "groups", is_own=not slug)
    form = GroupForm(account, request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = {key: form.cleaned_data[key] for key in ("name", "address")}
        try:
            actions.create_group(actor=actor, account=account, **typed, members=form.chosen, now=utc_now())
        except (Invalid, Conflict) as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The group is created."))
            return redirect_to_address(request, back)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"form": form, "group": None, "account": account, "back": back}
    return render_page(request, "accounts/group.html", context, status=status)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def group(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one group: its members, and for administrators the form that changes them."""
    actor = identity_of(request)
    found = access.group_for(actor, public_id)
    may_manage = access.may(actor, Privilege.MANAGE_USERS, found.account)
    back = _address(found.account, "groups", is_own=found.account.pk == actor.account.pk)
    context = {"group": found, "account": found.account, "back": back, "form": None}
    if not may_manage:
        if request.method == "POST":
            raise Forbidden(CommonCode.NOT_ALLOWED)
        members = found.members.order_by("name", "pk")
        return render_page(request, "accounts/group.html", {**context, "members": members})
    form = GroupForm(found.account, request.POST or None, group=found)
    if request.method == "POST" and form.is_valid():
        try:
            name = form.cleaned_data["name"]
            actions.change_group(actor=actor, group=found, name=name, members=form.chosen, now=utc_now())
        except Refusal as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("The group is saved."))
            return redirect_to_address(request, back)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render_page(request, "accounts/group.html", {**context, "form": form}, status=status)


@open_at_the_gate
@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask first, then delete."""
    actor = identity_of(request)
    found = access.group_for(actor, public_id)
    access.require(actor, Privilege.MANAGE_USERS, found.account)
    back = _address(found.account, "groups", is_own=found.account.pk == actor.account.pk)
    if request.method == "POST":
        actions.delete_group(actor=actor, group=found, now=utc_now())
        messages.success(request, _("The group is deleted."))
        return redirect_to_address(request, back)
    count = found.members.count()
    words = ngettext(
        "%(count)s member loses what was shared with the group.",
        "%(count)s members lose what was shared with the group.",
        count,
    )
    context = {
        "title": _("Delete the group"),
        "question": _("Delete the group %(name)s?") % {"name": found.name},
        "consequences": [words % {"count": count}, _("The users themselves stay.")],
        "button": _("Delete"),
        "back": reverse("group", args=[found.public_id]),
    }
    return render_page(request, "web/confirm.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def sharing(request: HttpRequest) -> HttpResponse:
    """Limit where the cases of one's own account may be shared to."""
    actor = identity_of(request)
    access.require(actor, Privilege.EDIT_ACCOUNT, actor.account)
    form = SharingForm(actor.account, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.limit_sharing(actor=actor, account=actor.account, domains=form.lines, now=utc_now())
        except Invalid as refusal:
            mark(form, refusal)
        else:
            messages.success(request, _("Your settings are saved."))
            return redirect_to(request, "account_sharing")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    own = actor.account.domains.order_by("-is_primary", "name").values_list("name", flat=True)
    return render_page(
        request, "accounts/account_sharing.html", {"form": form, "own_domains": list(own)}, status=status
    )


def _account(request: HttpRequest, slug: str) -> Account:
    actor = identity_of(request)
    return access.account_with_people_for(actor, slug) if slug else actor.account


def _address(account: Account, name: str, *, is_own: bool) -> str:
    return reverse(name) if is_own else reverse(f"account_{name}", kwargs={"slug": account.slug})
