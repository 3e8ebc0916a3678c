"""The pages of rotas and holidays, as staff use them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liaison.accounts import duty
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.calendars.models import HolidayOverride, Layer, Override, Rota, Swap
from liaison.calendars.testing import make_layer, make_override, make_rota
from liaison.calendars.tests.test_ical import entry, file_of
from liaison.lib.clock import utc_now
from liaison.lib.dates import format_clock

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}


def show(reader: Identity, path: str, status: int = 200) -> str:
    answer = sign_in(Client(), reader).get(f"/u/0/calendars/{path}", headers=ENGLISH)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


def send(actor: Identity, path: str, status: int = 302, **form: object) -> str:
    answer = sign_in(Client(), actor).post(f"/u/0/calendars/{path}", form, headers=ENGLISH)
    assert answer.status_code == status, answer.content.decode()
    return answer.content.decode()


@pytest.fixture
def layer(cast: Cast) -> Layer:
    return make_layer(
        make_rota(), cast.agent, cast.engineer, starts_on=utc_now().date() - timedelta(days=1), turn_days=7
    )


def test_without_a_rota_the_page_says_who_is_called_instead(cast: Cast) -> None:
    assert "There is no rota yet" in show(cast.agent, "rotas/")
    assert "Create a rota" not in show(cast.agent, "rotas/")
    assert "Create a rota" in show(cast.administrator, "rotas/")


def test_the_list_says_who_is_on_call_now_and_next_and_where_nobody_is(cast: Cast, layer: Layer) -> None:
    """Invariant 7: what is shown is what is paged."""
    page = show(cast.manager, "rotas/")
    (paged,) = duty.people_on_call(utc_now())
    assert f'<strong translate="no">{paged.name}</strong>' in page
    assert f"Next: {cast.engineer.name}" in page
    assert "Nobody is on call at" not in page
    make_layer(make_rota("Office"), cast.agent, hours=((frozenset({1, 2, 3}), 540, 1080),))
    assert "within the next 30 days" in show(cast.manager, "rotas/")


def test_who_is_suspended_is_named_as_a_warning(cast: Cast, layer: Layer) -> None:
    Identity.objects.filter(pk=cast.agent.pk).update(suspended_at=utc_now())
    page = show(cast.administrator, "rotas/")
    assert "cannot be called, so the next of their layer stand in: Ada Agent." in page
    assert "Stands in, because whose turn it is cannot be called." in page


def test_a_rota_is_drawn_up_from_nothing(cast: Cast) -> None:
    send(cast.administrator, "rotas/new/", name="Night", time_zone="Asia/Seoul")
    rota = Rota.objects.get()
    assert "No layer yet" in show(cast.administrator, f"rotas/{rota.public_id}/")
    form: dict[str, Any] = {
        "person_1": cast.agent.public_id,
        "person_2": "",
        "person_3": cast.engineer.public_id,
        "starts_on": "2026-11-02",
        "handover": "09:00",
        "turn": "2",
        "unit": "7",
        "days_1": ["1", "2"],
        "start_1": "22:00",
        "end_1": "06:00",
    }
    send(cast.administrator, f"rotas/{rota.public_id}/layers/new/", **form)
    layer = rota.layers.get()
    assert (layer.turn_days, layer.members.count()) == (14, 2)
    assert list(layer.hours.values_list("days", "start_minute", "end_minute")) == [([1, 2], 1320, 1800)]
    page = show(cast.administrator, f"layers/{layer.public_id}/")
    assert 'value="22:00"' in page
    assert 'value="06:00"' in page
    send(
        cast.administrator,
        f"layers/{layer.public_id}/",
        **(form | {"unit": "1", "days_1": [], "start_1": "", "end_1": ""}),
    )
    layer.refresh_from_db()
    assert (layer.turn_days, layer.hours.count()) == (2, 0)
    page = show(cast.agent, f"rotas/{rota.public_id}/")
    assert "Ada Agent and Emil Engineer" in page
    assert "2 days" in page


def test_saving_a_layer_keeps_all_of_its_hours(cast: Cast) -> None:
    hours = tuple((frozenset({number % 7 + 1}), 60 * number, 60 * number + 90) for number in range(10))
    layer = make_layer(make_rota(), cast.agent, cast.engineer, hours=hours)
    page = show(cast.administrator, f"layers/{layer.public_id}/")
    assert 'name="start_10"' in page
    form: dict[str, Any] = {
        "person_1": cast.agent.public_id,
        "person_2": cast.engineer.public_id,
        "starts_on": layer.starts_on.isoformat(),
        "handover": "09:00",
        "turn": "2",
        "unit": "7",
    }
    for number, (days, start, end) in enumerate(hours, 1):
        form |= {f"start_{number}": format_clock(start, "en"), f"end_{number}": format_clock(end, "en")}
        form[f"days_{number}"] = [str(day) for day in days]
    send(cast.administrator, f"layers/{layer.public_id}/", **form)
    kept = layer.hours.order_by("pk").values_list("days", "start_minute", "end_minute")
    assert [(frozenset(days), start, end) for days, start, end in kept] == list(hours)


def test_what_is_wrong_in_a_form_is_said_at_its_field(cast: Cast) -> None:
    rota = make_rota()
    assert "Another rota has this name." in send(
        cast.administrator, "rotas/new/", 422, name=rota.name, time_zone="Asia/Seoul"
    )
    path = f"rotas/{rota.public_id}/layers/new/"
    twice = dict.fromkeys(("person_1", "person_2"), cast.agent.public_id)
    good = {"starts_on": "2026-11-02", "handover": "09:00", "turn": "1", "unit": "7"}
    assert "A person can stand in a layer only once." in send(cast.administrator, path, 422, **twice, **good)
    one = {"person_1": cast.agent.public_id}
    for wrong, words in (
        ({"handover": "24:00"}, "A hand-over is between 00:00 and 23:59."),
        ({"handover": "25:00"}, "Enter a time between 00:00 and 24:00"),
        ({"turn": "300"}, "A turn lasts from 1 to 366 days."),
        ({"days_1": ["1"], "start_1": "09:00"}, "Hours need at least one day, a start and an end"),
        ({"start_2": "09:00", "end_2": "18:00"}, "Hours need at least one day, a start and an end"),
        ({"starts_on": "9999-12-31"}, "Choose a date between the years"),
    ):
        assert words in send(cast.administrator, path, 422, **(one | good | wrong))
    assert not rota.layers.exists()


def test_the_picture_has_a_bar_for_each_shift_and_a_list_that_says_the_same(cast: Cast, layer: Layer) -> None:
    path = f"rotas/{layer.rota.public_id}/"
    page = show(cast.agent, path)
    assert page.count('class="rota-bar') >= 3
    assert page.count("rota-line") == 14
    assert "The same as a list" in page
    assert "style=" not in page.partition("<main")[2]
    for asked in ("2026-12-24", "nonsense", "9999-12-31", "0001-01-01"):
        assert "rota-picture" in show(cast.agent, f"{path}?from={asked}")


def test_somebody_takes_over_now_and_ends_it_again(cast: Cast, layer: Layer) -> None:
    assert "The next hand-over is" in show(cast.engineer, f"layers/{layer.public_id}/take-over/")
    send(cast.engineer, f"layers/{layer.public_id}/take-over/", until="")
    assert [one.name for one in duty.people_on_call(utc_now())] == [cast.engineer.name]
    assert "Took over on the spot." in show(cast.agent, "rotas/")
    override = Override.objects.get()
    assert "Emil Engineer" in show(cast.engineer, f"overrides/{override.public_id}/remove/")
    send(cast.engineer, f"overrides/{override.public_id}/remove/")
    assert [one.name for one in duty.people_on_call(utc_now())] == [cast.agent.name]


def test_it_is_agreed_who_takes_over_by_the_clock_of_the_reader(cast: Cast, layer: Layer) -> None:
    tomorrow = (utc_now() + timedelta(days=1)).date().isoformat()
    form: dict[str, Any] = {"starts_at": f"{tomorrow}T09:00", "ends_at": f"{tomorrow}T10:00"}
    path = f"layers/{layer.public_id}/overrides/new/"
    send(cast.administrator, path, person=cast.engineer.public_id, **form)
    assert Override.objects.get().starts_at.isoformat() == f"{tomorrow}T08:00:00+00:00"
    assert "The end must be later than the start." in send(
        cast.administrator, path, 422, person=cast.engineer.public_id, **(form | {"ends_at": form["starts_at"]})
    )
    assert cast.administrator.name not in show(cast.engineer, path).partition("<main")[2]
    show(cast.manager, path, 403)


def test_turns_are_swapped_between_two_browsers(cast: Cast, layer: Layer) -> None:
    path = f"rotas/{layer.rota.public_id}/swap/"
    page = show(cast.agent, path)
    mine, theirs = page.split('name="own"')[1].split('name="other"')
    own, other = ((one.partition(f'value="{layer.public_id}/')[2]).partition('"')[0] for one in (mine, theirs))
    own, other = f"{layer.public_id}/{own}", f"{layer.public_id}/{other}"
    assert "Ada Agent: from" not in page
    assert "Emil Engineer: from" in theirs
    send(cast.agent, path, own=own, other=other)
    swap = Swap.objects.get()
    assert "Ada Agent asks you to swap turns" in show(cast.engineer, "rotas/")
    assert "asks you to swap turns" not in show(cast.administrator, "rotas/")
    assert "Accept" not in show(cast.agent, f"swaps/{swap.public_id}/")
    send(cast.engineer, f"swaps/{swap.public_id}/", answer="accept")
    assert "Accepted" in show(cast.agent, f"swaps/{swap.public_id}/")
    assert Override.objects.filter(swap=swap).count() == 2
    assert "asks you to swap turns" not in show(cast.engineer, "rotas/")


def test_turns_to_swap_stand_below_the_number_of_their_layer_where_there_are_several(cast: Cast, layer: Layer) -> None:
    path = f"rotas/{layer.rota.public_id}/swap/"
    assert "<optgroup" not in show(cast.agent, path)
    second = make_layer(layer.rota, cast.agent, starts_on=utc_now().date(), turn_days=1)
    mine, theirs = show(cast.agent, path).split('name="own"')[1].split('name="other"')
    assert f'value="{layer.public_id}/' in mine.partition('label="Layer 2"')[0].partition('label="Layer 1"')[2]
    assert f'value="{second.public_id}/' in mine.partition('label="Layer 2"')[2]
    assert 'label="Layer 2"' not in theirs
    kept = send(cast.agent, path, 422, own=f"{second.public_id}/190001010900", other="")
    assert "is not one of the available choices" in kept


def test_whoever_has_taken_over_is_told_so_instead_of_taking_over_twice(cast: Cast, layer: Layer) -> None:
    path = f"layers/{layer.public_id}/take-over/"
    send(cast.engineer, path)
    assert "You are on call already for all of this time." in send(cast.engineer, path, 422)
    assert Override.objects.count() == 1


def test_the_page_of_a_rota_is_headed_by_its_name(cast: Cast, layer: Layer) -> None:
    name = f'<span translate="no">{layer.rota.name}</span>'
    assert name in show(cast.agent, f"rotas/{layer.rota.public_id}/").partition("<h1")[2].partition("</h1>")[0]
    assert f">{layer.rota.name}</a>" in show(cast.agent, f"rotas/{layer.rota.public_id}/swap/")


def test_deleting_is_asked_first(cast: Cast, layer: Layer) -> None:
    rota = layer.rota
    for path in (f"layers/{layer.public_id}/delete/", f"rotas/{rota.public_id}/delete/"):
        assert "This cannot be undone." in show(cast.administrator, path)
        send(cast.administrator, path)
    assert not Rota.objects.exists()


def test_holidays_of_a_region_are_listed_corrected_and_put_back(cast: Cast) -> None:
    page = show(cast.agent, "holidays/?region=PL&year=2026")
    assert "Second Day of Christmas" in page
    assert "Correct a day" not in page
    path = "holidays/PL/days/new/"
    half: dict[str, Any] = {"day": "2026-12-24", "kind": "half_day", "note": "Agreed"}
    assert "Enter when hours end on that day" in send(cast.administrator, path, 422, **half)
    closed = send(cast.administrator, path, 422, **(half | {"kind": "closed"}), end="13:00")
    assert "Only on a half day hours end at a time." in closed
    assert 'value="13:00"' in closed
    send(cast.administrator, path, **half, end="13:00")
    page = show(cast.administrator, "holidays/?region=PL&year=2026")
    assert "Half day" in page
    assert "until 13:00" in page
    correction = HolidayOverride.objects.get()
    send(cast.administrator, f"holidays/days/{correction.public_id}/remove/")
    assert "Half day" not in show(cast.agent, "holidays/?region=PL&year=2026")
    show(cast.agent, "holidays/?region=XX&year=2026", 422)
    show(cast.agent, "holidays/?region=PL&year=nonsense", 422)
    show(cast.administrator, "holidays/XX/days/new/", 404)


def test_a_calendar_file_is_shown_before_it_counts(cast: Cast) -> None:
    year = utc_now().year + 1
    data = file_of(entry(f"{year}1207"), entry(f"{year}1225", uid="b", name="Natale"))
    page = send(cast.administrator, "holidays/IT/import/", 200, file=SimpleUploadedFile("a.ics", data))
    assert "1 day would become a holiday." in page
    assert "Is a holiday already" in page
    assert not HolidayOverride.objects.exists()
    sealed = page.partition('name="read" value="')[2].partition('"')[0]
    send(cast.administrator, "holidays/PL/import/", 404, read=sealed)
    send(cast.administrator, "holidays/IT/import/", read=sealed)
    assert [(one.day.month, one.day.day, one.note) for one in HolidayOverride.objects.all()] == [
        (12, 7, "Sant’Ambrogio")
    ]
    send(cast.administrator, "holidays/IT/import/", read=sealed[:-2] + "xx")
    refused = send(cast.administrator, "holidays/IT/import/", 422, file=SimpleUploadedFile("a.ics", b"nonsense"))
    assert "This is not a calendar file that can be read." in refused


def test_partners_have_no_calendars(cast: Cast, layer: Layer) -> None:
    for path in (
        "rotas/",
        f"rotas/{layer.rota.public_id}/",
        f"layers/{layer.public_id}/",
        "holidays/",
        "holidays/IT/import/",
    ):
        show(cast.owner, path, 404)


def test_a_page_takes_as_many_queries_for_one_rota_as_for_many(cast: Cast, layer: Layer) -> None:
    client = sign_in(Client(), cast.agent)
    client.get("/u/0/calendars/rotas/")
    counts = []
    for size in (0, 4):
        for number in range(size):
            one = make_layer(make_rota(f"Rota {number}"), cast.agent, cast.engineer)
            make_override(one, cast.administrator, utc_now(), utc_now() + timedelta(hours=1), utc_now())
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/u/0/calendars/rotas/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
