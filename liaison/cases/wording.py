"""The sentences of this room: why something is not done, and what was found of personal data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.cases.vocabulary import CaseCode, HandOverCode
from liaison.catalog.casework import AnswerProblem
from liaison.lib.personal import PersonalKind

PERSONAL_KINDS: Final[Mapping[PersonalKind, Promise]] = MappingProxyType(
    {
        PersonalKind.COOKIE: _("a cookie"),
        PersonalKind.TOKEN: _("a password or an access token"),
        PersonalKind.IBAN: _("a bank account number (IBAN)"),
        PersonalKind.NATIONAL_ID_KR: _("a Korean resident registration number"),
        PersonalKind.NATIONAL_ID_CN: _("a Chinese identity card number"),
        PersonalKind.NATIONAL_ID_IT: _("an Italian tax code"),
        PersonalKind.CARD_NUMBER: _("a card number"),
        PersonalKind.NATIONAL_ID_PL: _("a Polish national identification number (PESEL)"),
        PersonalKind.PHONE: _("a phone number"),
        PersonalKind.E_MAIL: _("an e-mail address"),
    }
)

WORDS: Final[Mapping[StrEnum, Promise]] = MappingProxyType(
    {
        CaseCode.CHANGED_MEANWHILE: _("Somebody changed this case meanwhile. See what came, then send again."),
        CaseCode.CLOSED: _("This case is closed. Reopen it, or file a new case that refers to it."),
        CaseCode.NOT_CLOSED: _("This case is not closed."),
        CaseCode.TOO_LATE_TO_REOPEN: _(
            "This case was closed 30 days ago or longer, so it cannot be reopened. File a new case that refers to it."
        ),
        CaseCode.NO_PREMIUM: _("Only accounts with premium support can escalate a case."),
        CaseCode.ESCALATED_ALREADY: _("This case is escalated already."),
        CaseCode.NOTHING_SENT: _("Write something, attach a file or change something before you send."),
        CaseCode.NOT_ABOUT_ITSELF: _("A case cannot be linked with itself."),
        CaseCode.LINKED_ALREADY: _("These two are linked already."),
        CaseCode.NOT_LINKED: _("These two are not linked."),
        CaseCode.UNKNOWN_CASE: _("There is no such case in this account, or you cannot see it."),
        CaseCode.UNKNOWN_INCIDENT: _("There is no such incident in this account, or you cannot see it."),
        CaseCode.UNKNOWN_INTEGRATION: _("Choose an integration of this account that fits the product."),
        CaseCode.UNKNOWN_PRODUCT: _("Choose a product from the list."),
        CaseCode.UNKNOWN_CATEGORY: _("Choose a category of this product."),
        CaseCode.UNKNOWN_LANGUAGE: _("Choose one of the five languages."),
        CaseCode.UNKNOWN_ZONE: _("Choose a time zone from the list."),
        CaseCode.UNKNOWN_ATTACHMENT: _("This case has no such attachment."),
        CaseCode.ATTACHMENT_DELETED: _("This attachment is deleted already."),
        CaseCode.REQUIRED: _("Fill this in."),
        CaseCode.TOO_LONG: _("This is too long: at most %(most)s characters."),
        CaseCode.TOO_MANY: _("These are too many: at most %(most)s at once."),
        CaseCode.REASON_NEEDED: _("Say why."),
        CaseCode.STATE_NOT_SET: _("Choose one of the states that an answer can set."),
        CaseCode.FOLLOWS_OPEN: _("That case is still open. Write to it instead of filing a follow-up."),
        CaseCode.CRITERION_NEEDED: _("Say which of the criteria for urgent technical support holds."),
        CaseCode.CRITERION_NOT_ASKED: _("Only urgent technical support asks for a criterion."),
        CaseCode.URGENT_IS_CRITICAL: _("Urgent technical support is always of severity critical."),
        CaseCode.URGENT_NEEDS_LAUNCHED: _(
            "Urgent technical support is for integrations that are launched. Choose technical support instead."
        ),
        CaseCode.PERSONAL_DATA: _(
            "%(masked)s looks like %(what)s. Remove it, or say why it must be sent all the same."
        ),
        CaseCode.NO_PERSONAL_DATA: _("%(masked)s looks like %(what)s. Say it without."),
        CaseCode.SUBMISSION_TAKEN: _("This submission was used for another case. Choose another value."),
        CaseCode.CONTRADICTION: _("Close the case, or escalate it or set its state: not both in one message."),
        CaseCode.UNKNOWN_ANSWER: _("This category does not ask this."),
        CaseCode.REASON_NOT_YOURS: _("Only support can give this reason."),
        CaseCode.LINK_WITH_WHAT: _("Name a case or an incident, one of both."),
        HandOverCode.NOTHING_CHOSEN: _("Choose at least one case."),
        HandOverCode.TOO_MANY: _("At most %(most)s cases can be chosen at once. To hand over more, choose all."),
        HandOverCode.UNKNOWN_CASE: _("There is no such case of this customer."),
        HandOverCode.NOT_HANDED_OVER: _("This case is not handed over to this account."),
        AnswerProblem.MISSING: _("Answer this question."),
        AnswerProblem.TOO_LONG: _("This answer is too long."),
        AnswerProblem.NOT_A_CHOICE: _("Choose one of the answers."),
        AnswerProblem.NOT_YES_OR_NO: _("Answer with yes or no."),
        AnswerProblem.NOT_A_MOMENT: _("Give a date and a time."),
        AnswerProblem.NOT_A_NUMBER: _("Give a whole number."),
        AnswerProblem.NOT_A_LINK: _("Give an address that begins with https:// or http://."),
    }
)
