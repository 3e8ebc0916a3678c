"""Help articles, for everybody: nobody needs a token (H1)."""

from __future__ import annotations

from typing import Annotated, Final

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query

from liaison.api.operations import Operations
from liaison.api.shapes import help as shapes
from liaison.helpcentre.library import article, articles
from liaison.helpcentre.search import LONGEST_QUESTION, search
from liaison.lib.refusals import Missing

operations = Operations("help")

_ENGLISH: Final = "en"
Language = Annotated[str, Query(max_length=35, description="The reader's language, for example `ko` or `zh-hans`.")]
Asked = Annotated[str, Query(max_length=LONGEST_QUESTION, description="Words, or beginnings of words.")]


@operations.public("GET", "/help/articles", list[shapes.HelpArticle], _("List the help articles"))
def list_help_articles(request: HttpRequest, language: Language = _ENGLISH) -> list[shapes.HelpArticle]:
    return [shapes.HelpArticle.of(one, language) for one in articles().values()]


@operations.public("GET", "/help/articles/{slug}", shapes.HelpText, _("Read a help article"))
def read_help_article(request: HttpRequest, slug: str, language: Language = _ENGLISH) -> shapes.HelpText:
    found = article(slug)
    if found is None:
        raise Missing
    return shapes.HelpText.whole(found, language)


@operations.public("GET", "/help/search", list[shapes.HelpFound], _("Search the help articles"))
def search_help(request: HttpRequest, q: Asked, language: Language = _ENGLISH) -> list[shapes.HelpFound]:
    """Find those in the reader's language first, then those that fit only in another one."""
    return [shapes.HelpFound.of(found) for found in search(q, language)]
