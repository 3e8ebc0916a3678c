"""What writers of help articles should look at: texts of others that wait, and readers who want an answer."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from liaison.accounts.models import Identity
from liaison.helpcentre.access import may_write
from liaison.helpcentre.models import Feedback, Version
from liaison.helpcentre.vocabulary import VersionState
from liaison.lib.dates import format_number
from liaison.web.suggestions import Suggestion


def review_suggestions(request: HttpRequest) -> Iterator[Suggestion]:
    """Yield what waits for this reader, if they write articles. Two queries for them, none for the others."""
    reader = request.user
    if not isinstance(reader, Identity) or not reader.is_staff or not may_write(reader):
        return
    waiting = Version.objects.filter(state=VersionState.IN_REVIEW).exclude(writers__contains=[reader.pk]).count()
    if waiting:
        words = ngettext(
            "%(count)s help article waits for a review", "%(count)s help articles wait for a review", waiting
        )
        yield Suggestion(
            title=words % {"count": format_number(waiting, get_language())},
            text=_("Somebody who did not write the text reads and publishes it."),
            label=_("Open the help articles"),
            address=reverse("help_desk"),
            order=60,
        )
    asked = Feedback.objects.filter(wants_answer=True, dealt_at=None).count()
    if asked:
        words = ngettext(
            "%(count)s reader of the help centre wants an answer",
            "%(count)s readers of the help centre want an answer",
            asked,
        )
        yield Suggestion(
            title=words % {"count": format_number(asked, get_language())},
            text=_("They wrote what could be better in an article."),
            label=_("Open what they wrote"),
            address=f"{reverse('help_answers')}?show=asked",
            order=61,
        )
