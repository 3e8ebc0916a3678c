"""The pages of drills: who opens them, what they say, and the links that need no sign-in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from liaison.accounts.models import Identity
from liaison.accounts.testing import sign_in
from liaison.drills.models import Drill, DrillAnswer, DrillSchedule
from liaison.drills.testing import answer_of, make_drill, make_schedule, told_by
from liaison.drills.tests.conftest import House
from liaison.drills.ticking import run_drills
from liaison.lib.clock import utc_now
from liaison.notifications.escalation.tokens import token_of


def client_of(identity: Identity) -> Client:
    return sign_in(Client(headers={"accept-language": "en"}), identity)


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_the_page_of_the_start_says_exactly_who_will_be_told_and_when(house: House) -> None:
    """Invariant 7."""
    page = body(client_of(house.cast.owner), "/u/0/drills/new/")
    assert page.index("Fabio First") < page.index("Sara Second") < page.rindex("Olivia Owner")
    assert "Told at once" in page
    assert page.count("if nobody acknowledges before") == 2
    assert "Mira Manager" not in page
    assert "Basia Administrator" not in page


def test_the_preview_follows_the_choice_without_starting_anything(house: House) -> None:
    client = client_of(house.cast.owner)
    page = client.get(
        "/u/0/drills/new/", {"field": "operator_contacts", "mode": "reality"}, headers={"hx-request": "true"}
    ).content.decode()
    assert "escalations@bistro.test" in page
    assert "first@bistro.test" not in page
    assert not Drill.objects.exists()


def test_a_drill_is_started_watched_and_stopped(house: House) -> None:
    client = client_of(house.cast.colleague)
    field = {"field": "technical_emergency_contacts", "mode": "everybody"}
    started = client.post("/u/0/drills/new/", field)
    drill = Drill.objects.get()
    assert started.headers["Location"] == f"/u/0/drills/{drill.public_id}/"
    assert (drill.everybody, drill.started_by) == (True, house.cast.colleague)
    page = body(client, f"/u/0/drills/{drill.public_id}/")
    assert "Fabio First" in page
    assert "No answer yet" in page
    assert "every 3s" in page
    client.post(f"/u/0/drills/{drill.public_id}/end/")
    page = body(client, f"/u/0/drills/{drill.public_id}/")
    assert "Stopped" in page
    assert "every 3s" not in page


def test_a_conflict_is_said_on_the_page(house: House) -> None:
    make_drill(house.cast.owner, house.cast.partner, utc_now())
    answer = client_of(house.cast.owner).post(
        "/u/0/drills/new/", {"field": "technical_emergency_contacts", "mode": "reality"}
    )
    assert answer.status_code == 422
    assert "A drill of this account runs already." in answer.content.decode()


def test_the_link_of_a_message_answers_without_signing_in_and_only_by_its_button(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, utc_now())
    path = f"/drill-answers/{token_of(told_by(drill)[0].public_id)}/"
    client = Client(headers={"accept-language": "en"})
    assert "DRILL: nothing is wrong" in body(client, path)
    assert not DrillAnswer.objects.exists()
    page = client.post(path, {"name": "Night shift"}).content.decode()
    assert "You answered after 0:" in page
    assert DrillAnswer.objects.get().name == "Night shift"
    assert "You answered after" in body(client, path)


def test_the_usual_link_of_an_escalation_leads_to_the_page_of_the_drill(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, utc_now())
    token = token_of(told_by(drill)[0].public_id)
    answer = Client().get(f"/acknowledge/{token}/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/drill-answers/{token}/")


def test_a_link_that_is_over_says_so(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, utc_now())
    token = token_of(told_by(drill)[0].public_id)
    client_of(house.cast.owner).post(f"/u/0/drills/{drill.public_id}/end/")
    answer = Client(headers={"accept-language": "en"}).post(f"/drill-answers/{token}/")
    assert answer.status_code == 410
    assert "The drill is over." in answer.content.decode()


@pytest.mark.parametrize("path", ["/drill-answers/nothing/", "/test-arrivals/nothing/", "/drill-answers/%00/"])
def test_a_forged_link_is_missing(house: House, path: str) -> None:
    assert Client().get(path).status_code == 404
    assert Client().post(path).status_code == 404


def test_a_link_of_a_drill_says_nothing_about_a_test_and_the_other_way_round(house: House) -> None:
    drill = make_drill(house.cast.owner, house.cast.partner, utc_now())
    assert Client().get(f"/test-arrivals/{token_of(told_by(drill)[0].public_id)}/").status_code == 404


def test_a_person_who_was_told_answers_on_the_page(house: House) -> None:
    client = client_of(house.cast.owner)
    client.post("/u/0/drills/new/", {"field": "alert_contacts", "mode": "reality"})
    drill = Drill.objects.get()
    assert "Acknowledge" in body(client, f"/u/0/drills/{drill.public_id}/")
    client.post(f"/u/0/drills/{drill.public_id}/answer/")
    assert DrillAnswer.objects.get().identity == house.cast.owner
    assert "Acknowledge</span>" not in body(client, f"/u/0/drills/{drill.public_id}/")


def test_readers_see_the_history_and_start_nothing(house: House) -> None:
    make_drill(house.cast.owner, house.cast.partner, utc_now())
    client = client_of(house.cast.reader)
    page = body(client, "/u/0/drills/")
    assert "Under way" in page
    assert "Start a drill" not in page
    body(client, "/u/0/drills/new/", 403)
    body(client, "/u/0/drills/schedule/", 403)


def test_staff_run_drills_of_the_accounts_they_see(house: House) -> None:
    client = client_of(house.cast.manager)
    body(client, "/u/0/accounts/bistro/drills/")
    started = client.post(
        "/u/0/accounts/bistro/drills/new/", {"field": "technical_emergency_contacts", "mode": "reality"}
    )
    assert started.status_code == 302
    body(client, f"/u/0/drills/{Drill.objects.get().public_id}/")
    body(client, "/u/0/accounts/elsewhere/drills/", 404)
    body(client_of(house.cast.engineer), "/u/0/accounts/bistro/drills/", 403)
    body(client_of(house.cast.agent), "/u/0/accounts/bistro/drills/new/", 403)


def test_somebody_elsewhere_sees_nothing(house: House) -> None:
    """Invariant 6."""
    drill = make_drill(house.cast.owner, house.cast.partner, utc_now())
    body(client_of(house.cast.outsider), f"/u/0/drills/{drill.public_id}/", 404)
    body(client_of(house.cast.outsider), "/u/0/accounts/bistro/drills/", 404)


def test_the_schedule_is_saved_paused_and_shown(house: House) -> None:
    client = client_of(house.cast.owner)
    form = {
        "field": "technical_emergency_contacts",
        "mode": "reality",
        "weekday": "2",
        "week": "2",
        "day": "1",
        "at": "10:00",
        "time_zone": "Europe/Rome",
        "announced_days": "3",
    }
    body(client, "/u/0/drills/schedule/")
    assert client.post("/u/0/drills/schedule/", form).headers["Location"] == "/u/0/drills/"
    schedule = DrillSchedule.objects.get()
    assert schedule.next_at is not None
    assert schedule.announced_days == 3
    assert "To the administrators, 3 days before" in body(client, "/u/0/drills/")
    client.post("/u/0/drills/schedule/", form | {"paused": "on"})
    assert "The schedule is paused." in body(client, "/u/0/drills/")
    assert client.post("/u/0/drills/schedule/", form | {"announced_days": "15"}).status_code == 422


def test_history_has_a_chart_with_a_table_beside_it(house: House) -> None:
    for months in (2, 1):
        at = utc_now() - timedelta(days=30 * months)
        drill = make_drill(house.cast.owner, house.cast.partner, at)
        answer_of(drill, "first@bistro.test", at + timedelta(minutes=months))
        run_drills(at + timedelta(minutes=30))
    page = body(client_of(house.cast.owner), f"/u/0/drills/{Drill.objects.latest('pk').public_id}/")
    assert page.count('class="drill-bar"') == 2
    assert "In the drill before, 1 of 1 answered." in page
    assert "2:00" in page


def test_a_drill_that_was_moved_says_why(house: House) -> None:
    schedule = make_schedule(house.cast.owner, house.cast.partner, utc_now())
    schedule.moved_because = "emergency"
    schedule.save()
    assert "people were called about a real emergency" in body(client_of(house.cast.owner), "/u/0/drills/")
