"""What a call says: who calls, the title, the text without its links, and where to answer."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from liaison.notifications.channels.chat import Spoken, cut, without_links

_LONGEST: Final = 600


def words_of(said: Spoken) -> str:
    """Return the words of a call, in the language that is active."""
    opening = _("This is a call from %(operator)s.") % {"operator": settings.OPERATOR_NAME}
    ending = _("Open the message in your e-mail or in the portal, and acknowledge it.") if said.acknowledge else ""
    middle = cut(f"{said.title}\n{without_links(said.text)}", _LONGEST)
    return "\n".join(part for part in (opening, middle, ending) if part)
