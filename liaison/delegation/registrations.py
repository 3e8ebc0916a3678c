"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import changes, letters
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.catalog.vocabulary import Topic
from liaison.delegation import linkletters
from liaison.delegation.actions.linking import SUBJECT_KIND as CONTACT_LINK
from liaison.delegation.actions.records import CORRECTION_DONE
from liaison.delegation.actions.telling import SUBJECT_KIND as RELATIONSHIP
from liaison.delegation.contactlinks import register_purpose
from liaison.delegation.correctionletters import CorrectionDone
from liaison.delegation.customernavigation import ITEMS
from liaison.delegation.customerwords import REFUSALS as RECORD_REFUSALS
from liaison.delegation.indexing import follow_account
from liaison.delegation.letters import ChangeLetter
from liaison.delegation.topics import RelationshipChanges, register_letter
from liaison.delegation.vocabulary import LinkPurpose
from liaison.delegation.wording import REFUSALS
from liaison.notifications import registry
from liaison.web import navigation, wording
from liaison.web.navigation import NavigationGroup, NavigationItem


def register_everything() -> None:
    """Fill the registries, once at the start."""
    wording.register(REFUSALS)
    registry.register(Topic.RELATIONSHIP_CHANGE, RelationshipChanges())
    register_letter(RELATIONSHIP, ChangeLetter())
    letters.register(CONTACT_LINK, linkletters.ContactLinkLetter())
    letters.register(CORRECTION_DONE, CorrectionDone())
    register_purpose(LinkPurpose.GRANTS, linkletters.GRANTS)
    register_purpose(LinkPurpose.NEW_ADDRESS, linkletters.NEW_ADDRESS)
    changes.register_follower(follow_account)
    wording.register(RECORD_REFUSALS)
    for item in ITEMS:
        navigation.register(item)
    navigation.register(
        NavigationItem(
            "own_access",
            _("Who can see our cases"),
            "own_access",
            "eye",
            50,
            _is_of_a_customer,
            NavigationGroup.ACCOUNT,
        )
    )


def _is_of_a_customer(request: HttpRequest) -> bool:
    user = getattr(request, "user", None)
    if not isinstance(user, Identity) or user.account.kind != AccountKind.CUSTOMER:
        return False
    return user.may(Privilege.VIEW_CASES)
