"""Who sees and who edits an account's contact information (W1, W2). What an actor may not see is missing."""

from __future__ import annotations

from django.db.models import QuerySet

from liaison.accounts import access as accounts_access
from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Account
from liaison.accounts.rights import AccountKind, Privilege
from liaison.contacts.models import ContactDraft, ContactRecord
from liaison.lib.refusals import CommonCode, Forbidden, Missing
from liaison.notifications.endpoints import PHONE_CHANNELS
from liaison.notifications.models import Endpoint


def contact_record_for(actor: Actor, account: Account) -> ContactRecord:
    """Return the record of a partner account; one that was never submitted has version 0 and no key yet.

    Raises Missing where the actor does not see the account or it is no partner, Forbidden where it sees the
    account and not its contacts (on-call engineers: W2).
    """
    require_view(actor, account)
    people = ("changed_by", "confirmed_by", "first_completed_by")
    found = ContactRecord.objects.filter(account=account).select_related(*people).first()
    # A record that is in no table has no default of the table either.
    return found or ContactRecord(account=account, holiday_region="")


def contact_draft_for(actor: Actor, account: Account) -> ContactDraft | None:
    """Return the draft that the account's people share, for those who may edit; others see none."""
    if not may_edit(actor, account):
        require_view(actor, account)
        return None
    return ContactDraft.objects.filter(account=account).select_related("saved_by").first()


def endpoint_for(actor: Actor, public_id: str) -> tuple[Endpoint, Account]:
    """Return an endpoint that was not removed, with its account. Raises Missing or Forbidden as for the record."""
    found = Endpoint.objects.filter(public_id=public_id, removed_at=None).first()
    if found is None:
        raise Missing
    account = Account.objects.select_related("partner_manager").filter(pk=found.account_id).first()
    if account is None:
        raise Missing
    require_view(actor, account)
    return found, account


def endpoints_for(actor: Actor, account: Account) -> QuerySet[Endpoint]:
    """Return the endpoints of an account that were not removed, the oldest first. Raises as for the record."""
    require_view(actor, account)
    return Endpoint.objects.filter(account_id=account.pk, removed_at=None).order_by("pk")


def sees_whole_address(actor: Actor, account: Account, endpoint: Endpoint) -> bool:
    """Say whether the actor sees where an endpoint leads: who can change it, and the staff whom they can call."""
    if may_edit(actor, account):
        return True
    return endpoint.channel in PHONE_CHANNELS and not isinstance(actor, System) and actor.is_staff


def require_view(actor: Actor, account: Account) -> None:
    if not accounts_access.sees_account(actor, account) or account.kind != AccountKind.PARTNER:
        raise Missing
    if not accounts_access.may(actor, Privilege.VIEW_CONTACTS, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def require_edit(actor: Actor, account: Account) -> None:
    require_view(actor, account)
    if not may_edit(actor, account):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def may_edit(actor: Actor, account: Account) -> bool:
    """Say whether the actor changes the record: the account's own administrators and editors do (W1)."""
    if isinstance(actor, System):
        return True
    return actor.account.pk == account.pk and actor.may(Privilege.EDIT_CONTACTS)
