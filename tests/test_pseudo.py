"""The tool that finds unmarked text finds it, and nothing else."""

from __future__ import annotations

from django.template import engines
from django.utils import translation
from django.utils.translation import gettext_lazy

from liaison.catalog import loader
from tests.pseudo import pseudo_language, unmarked_texts

PAGE = """<!DOCTYPE html><html lang="pl"><head><title>{{ _("Incidents") }}</title></head><body>
<h1>{{ _("Hello %(name)s", name="Anna") }}</h1>
<p>{{ ngettext("%(num)s person", "%(num)s people", 3) }} · 12 345,6</p>
<p>{{ _("Sent by %(who)s", who=_("the system")) }}</p>
<p>{{ lazy }}</p><p>{{ kind }}</p>
<time datetime="2026-01-01">1 stycznia 2026</time>
<td translate="no">Anna Kowalska</td><a lang="ko" href="?l=ko">한국어</a><code>alertname</code>
<script>const words = "Not shown";</script><!-- A comment -->
<input type="text" value="typed by somebody"><input type="submit" value="{{ _("Send") }}">
%s</body></html>"""
LAZY = gettext_lazy("Made when the module was loaded")


def render(more: str) -> str:
    with pseudo_language():
        kind = next(iter(loader.integration_kinds().values())).name("pl")
        template = engines["jinja2"].from_string(PAGE.replace("%s</body>", f"{more}</body>"))
        return template.render({"lazy": LAZY, "kind": kind})


def test_a_page_whose_words_are_all_marked_is_clean() -> None:
    assert unmarked_texts(render("")) == []


def test_it_finds_forgotten_words_in_text_attributes_and_buttons() -> None:
    forgotten = '<p>Nobody was told.</p><img alt="A chart" src=x><input type="submit" value="Go">'
    assert unmarked_texts(render(forgotten)) == ["Nobody was told.", "A chart", "Go"]


def test_it_finds_words_beside_a_marked_string() -> None:
    assert unmarked_texts(render('<p>{{ _("Told") }} at once</p>')) == ["⟦Told⟧ at once"]


def test_the_caller_may_allow_exact_texts() -> None:
    assert unmarked_texts(render("<p>Example Platform</p>"), allowed={"Example Platform"}) == []


def test_afterwards_everything_is_as_before() -> None:
    with pseudo_language():
        assert translation.gettext("Never translated") == "⟦Never translated⟧"
    assert translation.gettext("Never translated") == "Never translated"
    assert str(LAZY) == "Made when the module was loaded"
