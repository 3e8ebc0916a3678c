"""What every page owes its readers: their own language (L1), and nothing serious for a screen reader."""

from __future__ import annotations

import os
import re
from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import DEFAULT_OPTIONS, Axe
from django.conf import settings
from django.test import Client

from liaison.accounts.models import Account, Domain, Group
from liaison.accounts.testing import sign_in
from liaison.calendars.models import Rota
from liaison.calendars.regions import region_choices
from liaison.catalog.loader import case_severities, categories, questions
from liaison.contacts.models import ContactEntry
from liaison.delegation.models import Bond, Grant, SalesRecord
from liaison.drills.forms import weekdays_in_full
from liaison.filing.models import Draft
from liaison.health.models import Incident
from liaison.helpcentre.shipped import shipped
from liaison.integrations.models import Brand, Pause
from liaison.lib.dates import format_duration, week_days
from liaison.lib.languages import LANGUAGES
from liaison.lib.zones import city_name, zone_choices
from liaison.notices.models import Notice
from liaison.support.models import Interest
from tests.house import House
from tests.pages import PAGES
from tests.pseudo import pseudo_language, unmarked_texts, without_marked

# Written by lib/dates and CLDR: "22 novembre 2026, 10:05, Roma", "Every day 11:00–24:00, Rome".
_MOMENT_OR_HOURS = re.compile(r"^(\S+ ){0,5}\S*\d{1,2}:\d\d\S*( \S+){0,3}$")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+")  # an example of one, in an empty field
_VARIANTS = (("pl", "light", 1280), ("ko", "dark", 390))
_PARTS = 2  # so that two processes share the longest test there is
# `make looks` shows every page in every variant; `make test` each page in one, its neighbours in the other.
_EVERYTHING = bool(os.environ.get("LOOKS_EVERYTHING"))
# What stands around every page of a person is looked at on the first: half of the work, with the same answer each time.
_FRAME = [["header.topbar"], ["nav.sidebar"], ["footer.site-footer"]]
_AT_ONCE = {"preload": False, "iframes": False}  # our pages have neither sound nor frames that would be waited for
_TECHNICAL = ("Message-ID", "SHA-256", "Alertmanager", "UTC")


@pytest.mark.django_db
def test_no_page_holds_a_word_that_is_not_translated(house: House) -> None:
    """L1, rendered in a language that does not exist."""
    found: dict[str, list[str]] = {}
    known = _known_data(house)
    is_data = cache(lambda text: _is_data(text, known))  # most texts stand on many pages
    clients: dict[str, Client] = {}
    for page in PAGES:
        if page.person not in clients:
            clients[page.person] = sign_in(Client(), house.people[page.person]) if page.person else Client()
    with pseudo_language():
        for page in PAGES:
            answer = clients[page.person].get(page.address(house), headers={"accept-language": "en"}, follow=True)
            assert answer.status_code in {200, 403, 404, 410}, (page.name, answer.status_code)
            if words := [text for text in unmarked_texts(answer.content) if not is_data(text)]:
                found[page.name] = words
    assert found == {}, chr(10).join(f"{name}: {words}" for name, words in found.items())


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("part", range(_PARTS))
@pytest.mark.parametrize("variant", range(len(_VARIANTS)), ids=lambda number: "-".join(map(str, _VARIANTS[number])))
def test_axe_finds_nothing_serious_on_any_page(
    signed_in_browser: Any, running_house: House, *, variant: int, part: int
) -> None:
    language, scheme, width = _VARIANTS[variant]
    type(running_house.people["luca"]).objects.update(language=language)
    view = {"width": width, "height": 900}
    tabs: dict[str, Any] = {}  # one for each person: a new one for each page takes longer than the page
    serious: list[str] = []
    axe = Axe()
    shown = PAGES if _EVERYTHING else PAGES[variant :: len(_VARIANTS)]
    for page in shown[part::_PARTS]:
        is_first = page.person not in tabs
        if is_first:
            browser = signed_in_browser(page.person, locale=language, color_scheme=scheme, viewport=view)
            tabs[page.person] = browser.new_page()
        tab = tabs[page.person]
        tab.goto(page.address(running_house))
        found = axe.run(tab, None if is_first or _EVERYTHING else {"exclude": _FRAME}, {**DEFAULT_OPTIONS, **_AT_ONCE})
        for violation in found.response["violations"]:
            if violation["impact"] in {"serious", "critical"}:
                targets = [node["target"] for node in violation["nodes"]][:3]
                serious.append(f"{page.name}: {violation['id']} {targets}")
    assert serious == []


def _known_data(house: House) -> list[str]:
    """Names, addresses and zones of the house, longest first: what people typed needs no translation."""
    people = house.people.values()
    zones = zone_choices()
    words = {
        *(person.name for person in people),
        *(person.username for person in people),
        *(account.name for account in house.accounts.values()),
        *(incident.title for incident in house.incidents.values()),
        *(note.replace("\n", " ") for note in Incident.objects.exclude(note="").values_list("note", flat=True)),
        *Notice.objects.values_list("title", flat=True),
        *Brand.objects.values_list("name", flat=True),
        *Rota.objects.values_list("name", flat=True),
        *Pause.objects.exclude(reason="").values_list("reason", flat=True),
        *ContactEntry.objects.exclude(address="").values_list("address", flat=True),
        *ContactEntry.objects.exclude(name="").values_list("name", flat=True),
        *(language.native_name for language in LANGUAGES),
        *(name for language in LANGUAGES for _day, name in week_days(language.code)),
        *(name for language in LANGUAGES for _day, name in weekdays_in_full(language.code)),
        *(word for language in LANGUAGES for word in _words_of_time(language.code)),
        *(region.name for language in LANGUAGES for region in region_choices(language.code)),
        *zones,
        *(zone.replace("_", " ") for zone in zones),
        *(city_name(zone, language.code) for zone in zones for language in LANGUAGES),
        *(one for category in categories().values() for texts in category.prompts.values() for one in texts),
        *(hint for question in questions().values() for hint in question.hints.values()),
        *(words for severity in case_severities().values() for words in severity.explanations.values()),
        *Draft.objects.values_list("data__title", flat=True),
        *Group.objects.values_list("name", flat=True),
        *Interest.objects.values_list("company", flat=True),
        *_of_customers(),
        # In <title>, and in lists of all articles. Their spaces that do not break are read as plain ones.
        *(" ".join(text.title.split()) for article in shipped().values() for text in article.texts.values()),
        settings.OPERATOR_NAME,
        settings.OPERATOR_SUPPORT_EMAIL,
        *_TECHNICAL,
    }
    return sorted(words, key=len, reverse=True)


def _of_customers() -> set[str]:
    """Return what stands in sales records, names of the accounts that work for customers, domains and reasons."""
    fields = ("company", "address", "contact_name", "contact_address", "contact_phone")
    records = (text for record in SalesRecord.objects.values_list(*fields) for text in record)
    lines = {line for text in records for line in (text, " ".join(text.split()), *text.splitlines())}
    reasons = {*Bond.objects.values_list("begun_why", flat=True), *Grant.objects.values_list("given_why", flat=True)}
    names = Account.objects.values_list("name", flat=True)
    return {text for text in (*lines, *reasons, *names, *Domain.objects.values_list("name", flat=True)) if text}


def _words_of_time(language: str) -> set[str]:
    """Return the words in which lib/dates says how long something takes."""
    lengths = [count * unit for count in range(1, 60) for unit in (timedelta(minutes=1), timedelta(hours=1))]
    lengths += [timedelta(days=count) for count in range(1, 4)]
    return {word for length in lengths for word in format_duration(length, language).split() if not word.isdecimal()}


def _is_data(text: str, known: list[str]) -> bool:
    left = without_marked(text)
    if (
        _MOMENT_OR_HOURS.match(left.strip()) or _ADDRESS.fullmatch(left.strip()) or len(left.strip()) == 1
    ):  # one letter is a monogram
        return True
    for word in known:
        if word in left:
            left = left.replace(word, "")
            if _LETTER.search(left) is None:
                return True
    return _LETTER.search(left) is None
