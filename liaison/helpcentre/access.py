"""Who writes help articles, who publishes them, and who reads what readers say of them (H1, W2).

Articles themselves are for everybody. Drafts, versions and feedback are for the operator's staff alone: to others
there is nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from liaison.accounts.actors import Actor, System
from liaison.accounts.models import Identity
from liaison.accounts.rights import PREDEFINED_ROLES, AccountKind, Privilege
from liaison.helpcentre.models import ArticleEntry, Feedback, Picture, Version
from liaison.helpcentre.shipped import shipped
from liaison.helpcentre.vocabulary import OPEN_STATES, VersionState
from liaison.lib.languages import is_language
from liaison.lib.refusals import CommonCode, Forbidden, Missing

_WRITERS = frozenset({Privilege.STAFF_WRITE_HELP, Privilege.STAFF_PUBLISH_HELP})


def may_write(actor: Actor) -> bool:
    """Say whether the actor writes articles, reviews those of others, and deals with feedback."""
    return isinstance(actor, System) or any(actor.may(privilege) for privilege in _WRITERS)


def require_writer(actor: Actor) -> None:
    """Raise Missing for those who are no staff, Forbidden for staff who do not write articles."""
    require_staff(actor)
    if not may_write(actor):
        raise Forbidden(CommonCode.NOT_ALLOWED)


def require_staff(actor: Actor) -> None:
    if not isinstance(actor, System) and not actor.may(Privilege.STAFF):
        raise Missing


def is_own_text(actor: Actor, version: Version) -> bool:
    """Say whether the actor wrote any of it: then somebody else publishes it, where there is anybody else."""
    return isinstance(actor, Identity) and actor.pk in version.writers


def may_publish(actor: Actor, version: Version) -> bool:
    """Say whether the actor publishes this text: it wrote none of it, or nobody else could (four eyes).

    Who counts as somebody else: the operator's active staff with a role that writes or publishes articles and who did
    not write in this version. It is worked out anew each time, so a second writer ends the exception.
    """
    if not may_write(actor):
        return False
    return not is_own_text(actor, version) or not _others(version.writers)


def language_of(code: str) -> str:
    """Return the code, or raise Missing where it is none of the five."""
    if not is_language(code):
        raise Missing
    return code


def entry_for(actor: Actor, slug: str) -> ArticleEntry | None:
    """Return what is kept of an article, None for a shipped one that nobody touched. Raises Missing, Forbidden."""
    require_writer(actor)
    found = ArticleEntry.objects.filter(slug=slug.replace("\x00", "")).first()
    if found is None and slug not in shipped():
        raise Missing
    return found


def version_for(actor: Actor, slug: str, language: str, number: int) -> Version:
    """Return one version of an article in a language. Raises Missing, Forbidden."""
    found = _versions(actor, slug, language).filter(number=number).first()
    if found is None:
        raise Missing
    return found


def open_version(actor: Actor, slug: str, language: str) -> Version | None:
    """Return the version that is being written or reviewed, if any. Raises Missing, Forbidden."""
    return _versions(actor, slug, language).filter(state__in=OPEN_STATES).first()


def newest_version(actor: Actor, slug: str, language: str) -> Version | None:
    """Return the newest version in any state. Raises Missing, Forbidden."""
    return _versions(actor, slug, language).order_by("-number").first()


def history_of(actor: Actor, slug: str, language: str) -> list[Version]:
    """Return all versions, the newest first. Raises Missing, Forbidden."""
    return list(_versions(actor, slug, language).order_by("-number"))


def published_version(actor: Actor, slug: str, language: str) -> Version | None:
    return _versions(actor, slug, language).filter(state=VersionState.PUBLISHED).first()


def picture_for(actor: Actor, public_id: str) -> Picture:
    """Return a picture that staff added to an article. Raises Missing, Forbidden."""
    require_writer(actor)
    found = Picture.objects.select_related("article", "file").filter(public_id=public_id).first()
    if found is None:
        raise Missing
    return found


def feedback_for(actor: Actor, key: int) -> Feedback:
    """Return one answer of a reader, for staff who deal with them. Raises Missing, Forbidden."""
    require_writer(actor)
    found = Feedback.objects.select_related("identity__domain__account", "dealt_by").filter(pk=key).first()
    if found is None:
        raise Missing
    return found


def _versions(actor: Actor, slug: str, language: str) -> QuerySet[Version]:
    entry_for(actor, slug)
    people = ("article", "by", "reviewed_by")
    return Version.objects.select_related(*people).filter(article__slug=slug, language=language_of(language))


def _others(writers: Iterable[int]) -> bool:
    """Say whether somebody else of the active staff writes or publishes articles. One query."""
    roles = [role.value for role, definition in PREDEFINED_ROLES.items() if definition.privileges & _WRITERS]
    held = Q(role_assignments__predefined__in=roles)
    for privilege in _WRITERS:
        held |= Q(role_assignments__custom__privileges__contains=[privilege.value])
    staff = Identity.objects.filter(domain__account__kind=AccountKind.OPERATOR, is_active=True)
    return staff.filter(held, role_assignments__org_unit=None).exclude(pk__in=list(writers)).exists()
