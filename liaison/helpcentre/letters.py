"""The answer to what a reader said about an article, mailed to who asked for one."""

from __future__ import annotations

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from liaison.accounts import queries
from liaison.accounts.letters import AccountLetter
from liaison.helpcentre.library import article
from liaison.helpcentre.models import Feedback
from liaison.notifications.facts import Person
from liaison.notifications.links import portal_link
from liaison.notifications.registry import Content, Recipient, Subject

SUBJECT_KIND: Final = "help_feedback"


class FeedbackLetter(AccountLetter):
    """`subject.id` is the key of the feedback that was answered."""

    def addressed(self, subject: Subject) -> tuple[Person, ...]:
        feedback = _feedback(subject)
        if feedback is None or feedback.identity is None or not feedback.wants_answer:
            return ()
        return (queries.person(feedback.identity),)

    def still_relevant(self, subject: Subject) -> bool:
        feedback = _feedback(subject)
        return feedback is not None and bool(feedback.answer)

    def render(self, subject: Subject, recipient: Recipient) -> Content:
        feedback = _feedback(subject)
        if feedback is None or feedback.identity is None:
            raise LookupError("the feedback that this mail is about is gone")
        found = article(feedback.article)
        title = found.text(get_language()).title if found else feedback.article
        return Content(
            subject=_("Answer to what you wrote about: %(title)s") % {"title": title},
            template="helpcentre/mail/answer",
            context={
                "title": title,
                "answer_lines": feedback.answer.split("\n"),
                "said_lines": feedback.text.split("\n"),
                "address": portal_link(f"/help/{feedback.article}", feedback.identity.public_id),
            },
        )


def _feedback(subject: Subject) -> Feedback | None:
    return Feedback.objects.select_related("identity__domain__account").filter(pk=subject.id or 0).first()
