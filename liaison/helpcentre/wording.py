"""The sentences for this room's codes, and the names of its states."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from liaison.helpcentre.vocabulary import FeedbackCode, HelpCode, VersionState

REFUSALS: Mapping[StrEnum, Promise] = MappingProxyType(
    {
        FeedbackCode.TOO_MANY: _("You have answered often within an hour. Thank you; try again later."),
        FeedbackCode.TOO_LONG: _("This is longer than %(most)s characters."),
        FeedbackCode.OVER: _("Your answer was kept. To say more, answer the question again."),
        FeedbackCode.EMPTY: _("Write what you want an answer to."),
        FeedbackCode.DEALT_WITH: _("Somebody has dealt with this already."),
        FeedbackCode.NOBODY_ASKED: _("This reader did not ask for an answer, or is no user any more."),
        HelpCode.CHANGED_MEANWHILE: _("Somebody else saved this text meanwhile. What you wrote is still here."),
        HelpCode.IN_REVIEW: _("This text waits for its review. Take it back before you change it."),
        HelpCode.NOT_IN_REVIEW: _("This text does not wait for a review, or it was changed meanwhile."),
        HelpCode.NOT_A_DRAFT: _("This is no draft any more."),
        HelpCode.NOT_PUBLISHED: _("Nothing of your own is published here."),
        HelpCode.NOT_SHIPPED: _("Only articles that come with the product are hidden. Take your own texts back."),
        HelpCode.HIDDEN_ALREADY: _("This article is hidden already."),
        HelpCode.NOT_HIDDEN: _("This article is not hidden."),
        HelpCode.OWN_TEXT: _("You wrote in this text. Somebody else has to read and publish it."),
        HelpCode.SLUG_FORM: _(
            "Use small letters from a to z, digits and hyphens, %(most)s characters at most. Some words are taken."
        ),
        HelpCode.SLUG_TAKEN: _("There is an article with this address already."),
        HelpCode.LANGUAGE: _("Choose one of the five languages."),
        HelpCode.TOO_LONG: _("Make it shorter. The most is %(most)s."),
        HelpCode.MISSING_WORDS: _("Fill this in before you ask for a review."),
        HelpCode.BEFORE_FIRST_SECTION: _(
            "Begin with a heading: a line that starts with “## ”. What comes first stands in the first paragraph."
        ),
        HelpCode.EMPTY_SECTION: _("A section needs a heading and a text: %(heading)s"),
        HelpCode.UNKNOWN_ARTICLE: _("This link leads to no article: %(target)s"),
        HelpCode.UNKNOWN_PAGE: _("This link leads to no page: %(target)s"),
        HelpCode.UNKNOWN_LINK: _(
            "A link begins with “article:”, “page:”, “https://” or “mailto:”. This one does not: %(target)s"
        ),
        HelpCode.UNKNOWN_PICTURE: _("This picture does not exist: %(target)s"),
        HelpCode.PICTURE_WITHOUT_WORDS: _(
            "Say between the brackets what the picture shows, for those who do not see it: %(target)s"
        ),
        HelpCode.PICTURE_KIND: _("Choose a PNG, JPEG or WebP picture."),
        HelpCode.PICTURE_SIZE: _(
            "A picture may have %(largest)s MB and %(pixels)s pixels on its longer side. Make it smaller first."
        ),
        HelpCode.PICTURE_MISSING: _("Choose a picture first."),
        HelpCode.PICTURE_IN_USE: _(
            "A text still shows this picture. Take its line out of the drafts and of the published texts first."
        ),
    }
)

STATES: Mapping[VersionState, Promise] = MappingProxyType(
    {
        VersionState.DRAFT: pgettext_lazy("help article", "Draft"),
        VersionState.IN_REVIEW: pgettext_lazy("help article", "In review"),
        VersionState.PUBLISHED: pgettext_lazy("help article", "Published"),
        VersionState.REPLACED: pgettext_lazy("help article", "Replaced"),
        VersionState.WITHDRAWN: pgettext_lazy("help article", "Withdrawn"),
    }
)

STATE_LOOKS: Mapping[VersionState, str] = MappingProxyType(
    {
        VersionState.DRAFT: "neutral",
        VersionState.IN_REVIEW: "warning",
        VersionState.PUBLISHED: "good",
        VersionState.REPLACED: "neutral",
        VersionState.WITHDRAWN: "neutral",
    }
)
