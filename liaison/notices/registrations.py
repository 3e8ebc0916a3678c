"""What this room adds to the portal's registries."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from liaison.accounts.models import Identity
from liaison.catalog.vocabulary import Topic
from liaison.expectations import subjects
from liaison.notices.access import sees_notices
from liaison.notices.expected import ExpectedOfNotice
from liaison.notices.models import NoticeTopic
from liaison.notices.topics import NoticeHandler
from liaison.notices.vocabulary import NOTICE
from liaison.notices.wording import WORDS
from liaison.notifications import sharing
from liaison.web import navigation, wording


def register_everything() -> None:
    wording.register(WORDS)
    for topic in NoticeTopic:
        sharing.register_kinds(Topic(topic), ("notice", "environment"), NoticeHandler(Topic(topic)))
    subjects.register(NOTICE, ExpectedOfNotice())
    navigation.register(navigation.NavigationItem("notices", _("Notices"), "notices", "file-text", 22, _sees_notices))


def _sees_notices(request: HttpRequest) -> bool:
    reader = getattr(request, "user", None)  # an error page may come before sign-in was read
    return isinstance(reader, Identity) and sees_notices(reader)
