from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import jinja2
import pytest
from django.test import Client
from django.utils import timezone, translation

from liaison.web.pages import jinja_environment

MOMENT = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)


def render(source: str, **context: object) -> str:
    return jinja_environment().from_string(source).render(context)


def test_a_misspelt_name_is_an_error_and_not_an_empty_page(portal: Client) -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("{{ contcat }}")
    assert portal.get("/broken").status_code == 500


def test_everything_is_escaped(portal: Client) -> None:
    assert render("{{ name }}", name="<script>") == "&lt;script&gt;"
    assert render("{{ ui.tag(name) }}", name="<b>") == '<span class="pill pill-neutral">&lt;b&gt;</span>'
    assert render("{{ icon('x', name) }}", name='"><b>').count("<b>") == 0


def test_dates_and_numbers_follow_the_readers_language_and_zone_also_behind_constants(portal: Client) -> None:
    """L1. A constant must not be worked out once, in the language of whoever came first."""
    template = jinja_environment().from_string("{{ moment | moment }}; {{ 12345.6 | number }}")
    with timezone.override(ZoneInfo("Europe/Warsaw")):
        with translation.override("en"):
            assert template.render(moment=MOMENT) == "5 Nov 2026, 14:05, Warsaw; 12,345.6"
        with translation.override("pl"):
            assert template.render(moment=MOMENT) == "5 listopada 2026, 14:05, Warszawa; 12\N{NO-BREAK SPACE}345,6"


def test_a_length_of_time_is_said_in_units_that_people_use(portal: Client) -> None:
    """L1. A message that waited for the next morning took hours, and not 53,880,000 milliseconds."""
    template = jinja_environment().from_string("{{ 53880000 | duration }}; {{ 60000 | duration }}")
    with translation.override("en"):
        assert template.render() == "14 hours 58 minutes; 1 minute"
    with translation.override("ko"):
        assert template.render() == "14시간 58분; 1분"


def test_a_time_element_carries_the_moment_in_utc(portal: Client) -> None:
    with timezone.override(ZoneInfo("Asia/Seoul")), translation.override("en"):
        shown = render("{{ ui.time(moment) }}", moment=MOMENT)
    assert 'datetime="2026-11-05T13:05:00Z" title="2026-11-05T13:05:00Z"' in shown
    assert "5 Nov 2026, 22:05, Seoul" in shown


def test_translation_is_looked_up_while_rendering(portal: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pseudo-language in tests replaces Django's functions; also components must then speak it."""
    template = jinja_environment().from_string("{{ _('Save') }} {{ ui.copy_button('a', 'b') }}")
    template.render()
    monkeypatch.setattr("django.utils.translation.gettext", lambda message: f"[{message}]")
    shown = template.render()
    assert shown.startswith("[Save]")
    assert "[Copied]" in shown


def test_the_plural_is_chosen_by_the_number_and_placeholders_are_escaped(portal: Client) -> None:
    source = "{{ ngettext('%(num)s contact of %(name)s', '%(num)s contacts of %(name)s', count, name=name) }}"
    assert render(source, count=1, name="<i>") == "1 contact of &lt;i&gt;"
    assert render(source, count=2, name="a") == "2 contacts of a"
