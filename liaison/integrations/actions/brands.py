"""Brands: the names that consumers see. The first one of an account is its default brand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from liaison.accounts.actors import Actor
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, Privilege
from liaison.audit.actions import SubjectRef, record
from liaison.audit.vocabulary import Happened
from liaison.integrations.access import require
from liaison.integrations.models import Brand
from liaison.integrations.names import clean_name, clean_slug
from liaison.integrations.vocabulary import IntegrationCode
from liaison.lib.refusals import Conflict, FieldProblem, Invalid


def create_brand(*, actor: Actor, account: Account, name: str, slug: str, now: datetime) -> Brand:
    """Make a brand. `slug` stands in the address of its public page and is unique in the installation."""
    with transaction.atomic():
        _require(actor, account)
        if account.kind != AccountKind.PARTNER:
            raise Conflict(IntegrationCode.NOT_A_PARTNER)
        name, slug = clean_name(name, longest=200), clean_slug(slug)
        Account.objects.select_for_update().get(pk=account.pk)  # two first brands at once: one waits
        made, is_new = Brand.objects.get_or_create(
            slug=slug,
            defaults={
                "account": account,
                "name": name,
                "is_default": not Brand.objects.filter(account=account).exists(),
                "created_at": now,
            },
        )
        if not is_new:
            raise Invalid((FieldProblem("slug", IntegrationCode.SLUG_TAKEN),))
        _record(Happened.BRAND_CREATED, made, actor, now, {"name": [None, name], "slug": [None, slug]})
    return made


def rename_brand(*, actor: Actor, brand: Brand, name: str, now: datetime) -> Brand:
    """Change what consumers read. The slug stays: its address is public."""
    with transaction.atomic():
        _require(actor, brand.account)
        locked = Brand.objects.select_for_update(of=("self",)).select_related("account").get(pk=brand.pk)
        before, locked.name = locked.name, clean_name(name, longest=200)
        if before != locked.name:
            locked.save(update_fields=["name"])
            _record(Happened.BRAND_CHANGED, locked, actor, now, {"name": [before, locked.name]})
    return locked


def delete_brand(*, actor: Actor, brand: Brand, now: datetime) -> None:
    """Delete a brand with its shared contact. The default brand stays."""
    with transaction.atomic():
        _require(actor, brand.account)
        locked = Brand.objects.select_for_update(of=("self",)).select_related("account").get(pk=brand.pk)
        if locked.is_default:
            raise Conflict(IntegrationCode.DEFAULT_BRAND_STAYS)
        _record(Happened.BRAND_DELETED, locked, actor, now, {"slug": [locked.slug, None]})
        locked.delete()


def _require(actor: Actor, account: Account) -> None:
    require(actor, account, own=Privilege.EDIT_BRANDS, staff=Privilege.STAFF_MANAGE_INTEGRATIONS)


def _record(
    happened: Happened, brand: Brand, actor: Actor, now: datetime, changes: dict[str, list[str | None]]
) -> None:
    record(
        happened,
        actor=actor.audit_ref,
        subject=SubjectRef("brand", str(brand.pk)),
        account_id=brand.account_id,
        changes=changes,
        now=now,
    )
