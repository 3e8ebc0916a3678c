"""The words of this room: why something of a form is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.filing.vocabulary import FilingCode as Code
from liaison.filing.vocabulary import Step

WORDS: Mapping[StrEnum, Promise] = {
    Code.SUBJECT_MISSING: _("Choose what the case is about."),
    Code.TITLE_MISSING: _("Write a title."),
    Code.TITLE_TOO_LONG: _("A title has at most %(longest)s characters; this one has %(length)s."),
    Code.CATEGORY_MISSING: _("Choose a category."),
    Code.CRITERION_MISSING: _("Choose which of the criteria holds. If none does, choose normal technical support."),
    Code.NOT_IN_PRODUCTION: _(
        "Urgent technical support is for integrations that are launched: its criteria are about production. "
        "Choose a launched integration, or normal technical support."
    ),
    Code.DESCRIPTION_MISSING: _("Describe the problem."),
    Code.DESCRIPTION_TOO_LONG: _(
        "A description has at most %(longest)s characters; this one has %(length)s. Attach the rest as a file."
    ),
    Code.FILE_UNUSABLE: _("One of the files is not there any more. Remove it, or attach it again."),
    Code.TOO_MANY_FILES: _("At most %(most)s files can be attached. Remove some."),
    Code.SEVERITY_MISSING: _("Tick at least one statement that is true."),
    Code.LANGUAGE_UNKNOWN: _("Choose a language."),
    Code.ZONE_UNKNOWN: _("Choose a time zone."),
    Code.PERSONAL_DATA_FOUND: _("Remove the personal data, or say why it has to be sent."),
    Code.REASON_MISSING: _("Write why it has to be sent."),
    Code.REASON_TOO_LONG: _("A reason has at most %(longest)s characters."),
    Code.INCIDENT_GONE: _("An incident that was linked cannot be seen any more."),
    Code.CASE_GONE: _("The case that this one goes on with cannot be seen any more."),
    Code.DRAFT_TOO_LONG: _("This is too long to be kept as a draft. Shorten it, or attach it as a file."),
    Code.TOO_MANY_DRAFTS: _("You have %(most)s drafts. Discard one that is not needed to keep another one."),
    Code.CHANGED_ELSEWHERE: _("This draft was changed in another tab after you opened it here."),
    Code.DRAFT_IS_GONE: _("This draft was discarded in another tab after you opened it here."),
    Code.CUSTOMER_GONE: _("The customer that you wrote this for is not one of your customers any more."),
    Code.TWO_ACCOUNTS: _("Name either an account or a customer."),
}
STEP_NAMES: Mapping[Step, Promise] = {
    Step.SUBJECT: _("Issue"),
    Step.DESCRIPTION: _("Description"),
    Step.SEVERITY: _("Severity"),
    Step.REVIEW: _("Review"),
}
