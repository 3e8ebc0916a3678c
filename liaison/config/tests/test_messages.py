"""The tools that keep the words of five languages whole (L1)."""

from __future__ import annotations

import gettext
import json
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from jinja2 import TemplateSyntaxError

from liaison.config.messages import catalogues, exchange
from liaison.config.messages.catalogues import LANGUAGES, language_of
from liaison.config.messages.problems import misfit, problems_of_catalogue, problems_of_source
from liaison.config.messages.scripts import literals_in, reads_like_words
from liaison.config.messages.sources import ConflictError, Key, messages_in

if TYPE_CHECKING:
    from pathlib import Path

TEMPLATE = """
<h1>{{ _("Contact information") }}</h1>
{# Translators: how many people are told #}
<p>{{ ngettext("%(num)s person", "%(num)s people", people | length) }}</p>
<p>{% trans name=user.name %}Hello {{ name }}{% endtrans %}</p>
<input placeholder="{{ pgettext("placeholder", "Search") }}">
"""
MODULE = """
from django.utils.translation import gettext_lazy as _, npgettext_lazy
LABEL = _("Contact "
          "information")
OTHER = npgettext_lazy("entries", "One entry", "%(count)s entries", "count")
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    room = tmp_path / "liaison" / "room"
    (room / "jinja2" / "room").mkdir(parents=True)
    (room / "tests").mkdir()
    (room / "jinja2" / "room" / "page.html").write_text(TEMPLATE)
    (room / "forms.py").write_text(MODULE)
    (room / "tests" / "test_it.py").write_text('_("Only a test")')
    return tmp_path / "liaison"


def test_it_finds_every_string_of_templates_and_modules_and_none_of_tests(package: Path) -> None:
    found = messages_in(package)
    assert set(found) == {
        Key("Contact information"),
        Key("%(num)s person", "%(num)s people"),
        Key("Hello %(name)s"),
        Key("Search", context="placeholder"),
        Key("One entry", "%(count)s entries", "entries"),
    }
    assert found[Key("Contact information")].places == [
        "liaison/room/forms.py",
        "liaison/room/jinja2/room/page.html",
    ]
    assert found[Key("%(num)s person", "%(num)s people")].comments == ["how many people are told"]


def test_it_refuses_two_plurals_of_one_sentence(package: Path) -> None:
    (package / "room" / "a.py").write_text('ngettext("One", "Many", n); ngettext("One", "Several", n)')
    with pytest.raises(ConflictError, match="two different plurals"):
        messages_in(package)


def test_it_says_where_a_template_cannot_be_parsed(package: Path) -> None:
    (package / "room" / "jinja2" / "room" / "broken.html").write_text("{{ _('lost') ")
    with pytest.raises(TemplateSyntaxError):
        messages_in(package)


def test_updating_twice_changes_nothing_and_keeps_translations(package: Path, tmp_path: Path) -> None:
    polish, folder = language_of("pl"), tmp_path / "locale"
    assert catalogues.update(polish, messages_in(package), folder)
    first = catalogues.po_file(polish, folder).read_bytes()
    assert not catalogues.update(polish, messages_in(package), folder)
    assert catalogues.po_file(polish, folder).read_bytes() == first
    assert b"Date" not in first

    work = [
        {
            "msgid": "Contact information",
            "plural": "",
            "context": "",
            "current": ["Dane kontaktowe w portalu"],
        },
        {"msgid": "Hello %(name)s", "plural": "", "context": "", "current": ["Witaj"]},
        {"msgid": "Never there", "plural": "", "context": "", "current": ["Nigdy"]},
    ]
    taken, refused = exchange.take_in(polish, json.dumps(work), folder)
    assert taken == 1
    assert len(refused) == 2
    (package / "room" / "forms.py").write_text('_("New sentence.")')
    catalogues.update(polish, messages_in(package), folder)
    text = catalogues.po_file(polish, folder).read_text()
    assert "Dane kontaktowe w\N{NO-BREAK SPACE}portalu" in text
    assert "One entry" not in text
    assert "New sentence." in text


def test_compiled_catalogues_choose_the_polish_plural_of_a_number(package: Path, tmp_path: Path) -> None:
    """terms.md: Polish has four forms."""
    polish, folder = language_of("pl"), tmp_path / "locale"
    catalogues.update(polish, messages_in(package), folder)
    forms = ["%(num)s osoba", "%(num)s osoby", "%(num)s osób", "%(num)s osoby"]
    row = {"msgid": "%(num)s person", "plural": "%(num)s people", "context": "", "current": forms}
    assert exchange.take_in(polish, json.dumps([row]), folder) == (1, [])
    assert catalogues.compile_catalogue(polish, folder)
    assert not catalogues.compile_catalogue(polish, folder)
    with (catalogues.po_file(polish, folder).with_suffix(".mo")).open("rb") as file:
        words = gettext.GNUTranslations(file)
    chosen = {number: words.ngettext("%(num)s person", "%(num)s people", number) for number in (1, 3, 5, 22, 112)}
    assert chosen == {1: forms[0], 3: forms[1], 5: forms[2], 22: forms[1], 112: forms[2]}


def test_the_check_names_what_is_missing_superfluous_fuzzy_or_open(package: Path, tmp_path: Path) -> None:
    italian, folder = language_of("it"), tmp_path / "locale"
    found = messages_in(package)
    catalogues.update(italian, found, folder)
    catalogue = catalogues.read(italian, folder)
    catalogue["Contact information"].string = "Informazioni di contatto"
    catalogue["Contact information"].flags.add("fuzzy")
    keys = set(found) - {Key("Hello %(name)s")} | {Key("Fresh")}
    said = {str(problem) for problem in problems_of_catalogue(italian, catalogue, keys)}
    assert "it: is marked fuzzy: 'Contact information'" in said
    assert "it: is not in the catalogue (run `update`): 'Fresh'" in said
    assert "it: is no longer in the source (run `update`): 'Hello %(name)s'" in said
    assert "it: is not translated: 'Search'" in said


@pytest.mark.parametrize(
    ("key", "form", "is_for_one", "fits"),
    [
        (Key("Hello %(name)s"), "Ciao %(name)s", False, True),
        (Key("Hello %(name)s"), "Ciao %(nome)s", False, False),
        (Key("Hello %(name)s"), "Ciao %s", False, False),
        (Key("Hello"), "Ciao %(name)s", False, False),
        (Key("One entry", "%(count)s entries"), "Una voce", True, True),
        (Key("One entry", "%(count)s entries"), "%(count)s voce", True, True),
        (Key("One entry", "%(count)s entries"), "voci", False, False),
        (Key("<b>Now</b>"), "<b>Ora</b>", False, True),
        (Key("<b>Now</b>"), "<i>Ora</i>", False, False),
        (Key("100%% sure"), "sicuro al 100%%", False, True),
    ],
)
def test_a_translation_fits_its_message_or_not(key: Key, form: str, is_for_one: bool, fits: bool) -> None:
    assert (misfit(key, form, is_for_one=is_for_one) == "") is fits


def test_it_refuses_placeholders_without_a_name_in_the_source(package: Path) -> None:
    (package / "room" / "a.py").write_text('_("Hello %s"); _("100%% of %(all)s")')
    assert [problem.msgid for problem in problems_of_source(messages_in(package).values())] == ["Hello %s"]


def test_words_in_scripts_are_found_and_code_is_not() -> None:
    script = """
    // "A comment is free"
    element.textContent = "Copied to the clipboard";
    button.label = 'Kopiuj ścieżkę';
    if (event.key === "Escape") menu.querySelector("[data-menu] > a.active").focus();
    fetch(url, { method: "POST", headers: { "X-CSRFToken": token } });
    """
    words = [literal for literal in literals_in(script) if reads_like_words(literal)]
    assert words == ["Copied to the clipboard", "Kopiuj ścieżkę"]


def test_the_languages_are_those_of_the_settings() -> None:
    assert {language.code for language in LANGUAGES} | {"en"} == {code for code, _name in settings.LANGUAGES}
    for language in LANGUAGES:
        assert catalogues.read(language).plural_forms == language.plural_forms
