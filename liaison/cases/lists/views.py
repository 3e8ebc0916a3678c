"""The lists that somebody saved under a name, and those that everybody has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.cases.lists.wanted import OPEN_STATES, Wanted, Whose, wanted_of
from liaison.cases.models import SavedView
from liaison.cases.vocabulary import CaseState
from liaison.lib.prepared import PreparedValues
from liaison.lib.refusals import Conflict, FieldProblem, Invalid, Missing
from liaison.lib.text import one_line

_OWN: Final = PreparedValues(
    lambda key: (
        SavedView.objects.filter(identity_id=key).order_by("name", "pk").values_list("name", "query", "public_id")
    ),
    int,
)
MOST_VIEWS: Final = 20
LONGEST_NAME: Final = 60


class ViewCode(StrEnum):
    NAME_NEEDED = "case_view_name_needed"
    NAME_TOO_LONG = "case_view_name_too_long"
    NAME_TAKEN = "case_view_name_taken"
    TOO_MANY = "case_views_too_many"


WORDS: Final[Mapping[StrEnum, Promise]] = {
    ViewCode.NAME_NEEDED: _("Give the view a name."),
    ViewCode.NAME_TOO_LONG: _("A name has at most 60 characters."),
    ViewCode.NAME_TAKEN: _("You have a view with this name already."),
    ViewCode.TOO_MANY: _("You have 20 views already. Delete one first."),
}


@dataclass(frozen=True, slots=True)
class View:
    """A list by name; `query` is what stands in its address. Those of everybody have no `public_id`."""

    name: str | Promise
    query: str
    public_id: str = ""


BUILT_IN: Final = (
    View(_("All cases"), Wanted().query()),
    View(_("Open"), Wanted(states=OPEN_STATES).query()),
    View(_("Waiting for you"), Wanted(states=(CaseState.ACTION_REQUIRED, CaseState.SOLUTION_PROVIDED)).query()),
    View(_("Closed"), Wanted(states=(CaseState.CLOSED,)).query()),
    View(_("Shared with me"), Wanted(whose=Whose.SHARED).query()),
)
_OF_SUPPORT: Final = (CaseState.NEW, CaseState.IN_PROGRESS, CaseState.REOPENED)
BUILT_IN_OF_STAFF: Final = (
    View(_("All cases"), Wanted().query()),
    View(_("Open"), Wanted(states=OPEN_STATES).query()),
    View(_("Waiting for support"), Wanted(states=_OF_SUPPORT).query()),
    View(_("Closed"), Wanted(states=(CaseState.CLOSED,)).query()),
)
"""What waits for staff is what the account waits for, and nothing is shared with them."""


def built_in(*, is_staff: bool) -> Sequence[View]:
    """Return the lists of everybody, or those of all staff."""
    return BUILT_IN_OF_STAFF if is_staff else BUILT_IN


def views_of(reader: Identity) -> tuple[View, ...]:
    """Return the reader's own lists, in one query."""
    return tuple([View(*values) for values in _OWN.rows(reader.pk)])


@transaction.atomic
def save_view(*, actor: Identity, name: str, query: str, now: datetime) -> SavedView:
    """Keep a list under a name. Raises Invalid for the name, Conflict where there are too many."""
    kept = _checked(name)
    Identity.objects.select_for_update(of=("self",)).get(pk=actor.pk)  # two at once are not both the twentieth
    if SavedView.objects.filter(identity=actor).count() >= MOST_VIEWS:
        raise Conflict(ViewCode.TOO_MANY)
    return _kept(SavedView(identity=actor, name=kept, query=wanted_of(QueryDict(query)).query()[:1000], created_at=now))


@transaction.atomic
def rename_view(*, actor: Identity, public_id: str, name: str, now: datetime) -> SavedView:
    """Give one's view another name. Raises Missing for somebody else's."""
    view = _own(actor, public_id)
    view.name = _checked(name)
    return _kept(view)


@transaction.atomic
def delete_view(*, actor: Identity, public_id: str, now: datetime) -> SavedView:
    """Delete one's view, and return what it was, so that it can be saved again."""
    view = _own(actor, public_id)
    view.delete()
    return view


def _own(actor: Identity, public_id: str) -> SavedView:
    found = SavedView.objects.filter(identity=actor, public_id=public_id.replace("\x00", "")).first()
    if found is None:
        raise Missing
    return found


def _checked(name: str) -> str:
    kept = one_line(name)
    if not kept:
        raise Invalid((FieldProblem("name", ViewCode.NAME_NEEDED),))
    if len(kept) > LONGEST_NAME:
        raise Invalid((FieldProblem("name", ViewCode.NAME_TOO_LONG),))
    return kept


def _kept(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        raise Invalid((FieldProblem("name", ViewCode.NAME_TAKEN),)) from error
    return view
