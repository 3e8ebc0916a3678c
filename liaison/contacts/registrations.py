"""What this room adds to the registries of the rooms below it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts import departures, letters, moves, session_facts
from liaison.accounts.models import Identity
from liaison.accounts.rights import AccountKind, Privilege
from liaison.catalog.vocabulary import Topic
from liaison.contacts.actions.endpoints import leave_endpoints
from liaison.contacts.actions.roles import leave_contact_roles, object_to_departure
from liaison.contacts.actions.telling import SUBJECT_KIND
from liaison.contacts.actions.verification import follow_mailbox
from liaison.contacts.banner import lapsed_banner, stale_banner
from liaison.contacts.home import reachability_panel
from liaison.contacts.launch import object_to_launch
from liaison.contacts.letters import ContactLetter
from liaison.contacts.state import facts_with_session
from liaison.contacts.suggestions import suggest
from liaison.contacts.topics import OnboardingReminder
from liaison.contacts.wording import REFUSALS
from liaison.integrations import launching
from liaison.notifications import registry
from liaison.web import banners, navigation, panels, suggestions, wording
from liaison.web.navigation import NavigationGroup, NavigationItem


def register_everything() -> None:
    wording.register(REFUSALS)
    session_facts.register(facts_with_session)
    registry.register(Topic.ONBOARDING_REMINDER, OnboardingReminder())
    letters.register(SUBJECT_KIND, ContactLetter())
    moves.register_follower(follow_mailbox)
    departures.register_objector(object_to_departure)
    departures.register_follower(leave_contact_roles)
    departures.register_follower(leave_endpoints)
    launching.register(object_to_launch)
    banners.register(lapsed_banner)
    banners.register(stale_banner)
    panels.register(reachability_panel)
    suggestions.register(suggest)
    navigation.register(
        NavigationItem(
            key="contact_information",
            label=_("Contact information"),
            url_name="contact_information",
            icon="address-book",
            order=10,
            visible=_sees_own_record,
            group=NavigationGroup.CONFIGURATION,
        )
    )


def _sees_own_record(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, Identity) and user.account.kind == AccountKind.PARTNER and user.may(Privilege.VIEW_CONTACTS)
