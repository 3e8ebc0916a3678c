"""The pages of rules: staff read and change them, partners read what counts as a problem of theirs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from liaison import catalog
from liaison.accounts.models import Identity
from liaison.accounts.testing import Cast, sign_in
from liaison.contacts.testing import complete_record
from liaison.detection.forms import RuleForm
from liaison.detection.models import Finding, RuleOverride
from liaison.integrations.models import Environment, Integration
from liaison.lib.clock import utc_now
from liaison.signals.testing import Calls, write_minutes

pytestmark = pytest.mark.django_db

BOOKINGS = catalog.rules()["booking_errors"]


def get(identity: Identity, path: str) -> Any:
    return sign_in(Client(), identity).get(f"/u/0{path}", headers={"Accept-Language": "en"})


def post(identity: Identity, path: str, values: dict[str, Any]) -> Any:
    client = sign_in(Client(), identity)
    return client.post(f"/u/0{path}", values, headers={"Accept-Language": "en"})


def words(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def filled(**changes: Any) -> dict[str, Any]:
    """Return what the form of the rule sends, with some fields changed; None leaves a box unticked."""
    form = RuleForm(rule=BOOKINGS)
    values = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
    sent = {name: value for name, value in {**values, **changes}.items() if value not in {None, False}}
    return {name: "on" if value is True else str(value) for name, value in sent.items()}


def test_the_list_says_what_each_rule_means(cast: Cast) -> None:
    said = words(get(cast.agent, "/rules/"))
    assert "Orders fail" in said
    assert "It is bad when more than 50% of the calls fail." in said
    assert "It counts only with at least 25 calls, 25 errors and 5 different merchants." in said


def test_an_administrator_changes_a_rule_in_percent_and_minutes(cast: Cast) -> None:
    answer = post(cast.administrator, "/rules/booking_errors/change/?place=everybody", filled(threshold="12.5"))
    assert answer.status_code == 302
    kept = RuleOverride.objects.get()
    assert (kept.rule, kept.kind, kept.integration, kept.parameters) == (
        "booking_errors",
        "",
        None,
        {"threshold": 0.125},
    )
    said = words(get(cast.administrator, "/rules/booking_errors/"))
    assert "It is bad when 12.5% or more of the calls fail." in said
    assert "Threshold: 5% → 12.5%" in said


def test_the_form_as_it_stands_changes_nothing(cast: Cast) -> None:
    """Numbers come back from the form exactly as they were."""
    for rule in catalog.rules().values():
        form = RuleForm(rule=rule)
        sent = {name: form.get_initial_for_field(form.fields[name], name) for name in form.fields}
        again = RuleForm({name: "" if value is None else value for name, value in sent.items()}, rule=rule)
        assert again.is_valid(), (rule.key, again.errors)
        for name, value in again.parameters().items():
            assert value == getattr(rule, name), (rule.key, name)


def test_a_mistake_stands_at_its_field_and_nothing_is_kept(cast: Cast) -> None:
    answer = post(cast.administrator, "/rules/booking_errors/change/?place=everybody", filled(threshold="1"))
    assert answer.status_code == 422
    assert "It can be over only below the threshold" in words(answer)
    assert not RuleOverride.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"threshold": "150", "clear_below": ""}, "Enter a number from 0.01% to 100%."),
        ({"threshold": "5", "clear_below": "9"}, "enter 5% or less"),
        ({"threshold": "5", "clear_below": "-3"}, "Enter a number from 0.01% to 5%."),
    ],
)
def test_a_refusal_names_limits_in_the_percent_that_the_field_takes(
    cast: Cast, changes: dict[str, str], said: str
) -> None:
    answer = post(cast.administrator, "/rules/booking_errors/change/?place=everybody", filled(**changes))
    assert answer.status_code == 422
    assert said in words(answer)


def test_a_change_for_one_integration_is_taken_back_after_a_question(cast: Cast, integration: Integration) -> None:
    place = f"?place=integration:{integration.public_id}"
    post(cast.administrator, f"/rules/booking_errors/change/{place}", filled(is_on=None))
    assert RuleOverride.objects.get(integration=integration).is_on is False
    assert "This rule is off here" in words(get(cast.administrator, f"/rules/booking_errors/{place}"))
    assert "Take back what was changed of this rule?" in words(
        get(cast.administrator, f"/rules/booking_errors/reset/{place}")
    )
    post(cast.administrator, f"/rules/booking_errors/reset/{place}", {})
    assert not RuleOverride.objects.exists()


def test_trying_shows_whom_it_would_have_told_and_saves_nothing(
    cast: Cast, integration: Integration, production: Environment
) -> None:
    """Issue 5: try a changed threshold against the stored history before saving it."""
    integration.launched_at = integration.judged_from = utc_now() - timedelta(days=30)
    integration.save()
    begun = utc_now() - timedelta(days=2)
    write_minutes(production, "CreateBooking", begun, [Calls(40, errors=20, merchants=6)] * 30 + [Calls(40)] * 60)
    path = f"/rules/booking_errors/try/?place=integration:{integration.public_id}"
    answer = post(cast.administrator, path, filled(threshold="90", clear_below="80"))
    assert answer.status_code == 200
    rows = BeautifulSoup(answer.content, "html.parser").select("#trial table")[0].select("tbody tr")
    numbers = [[cell.get_text(strip=True) for cell in row.select("td")] for row in rows]
    assert numbers[:2] == [["3", "0"], ["1", "0"]]
    assert not RuleOverride.objects.exists()
    assert not Finding.objects.exists()
    assert post(cast.administrator, path, filled(threshold="0")).status_code == 422


def test_partners_read_the_rules_of_their_integration_and_nothing_else(cast: Cast, integration: Integration) -> None:
    complete_record(cast.owner)
    complete_record(cast.outsider)
    said = words(get(cast.reader, f"/integrations/{integration.public_id}/rules/"))
    assert "Bookings fail" in said
    assert "Orders fail" not in said
    assert "Change for this integration" not in said
    assert get(cast.reader, "/rules/").status_code == 404
    assert get(cast.reader, "/rules/booking_errors/").status_code == 404
    assert get(cast.outsider, f"/integrations/{integration.public_id}/rules/").status_code == 404


def test_staff_without_the_right_read_and_change_nothing(cast: Cast) -> None:
    assert "Save" not in words(get(cast.agent, "/rules/booking_errors/"))
    assert post(cast.agent, "/rules/booking_errors/change/?place=everybody", filled()).status_code == 403
    assert post(cast.agent, "/rules/booking_errors/try/?place=everybody", filled()).status_code == 403


def test_a_partner_manager_sees_no_change_of_an_account_that_is_not_assigned(
    cast: Cast, integration: Integration
) -> None:
    post(
        cast.administrator,
        f"/rules/booking_errors/change/?place=integration:{integration.public_id}",
        filled(threshold="9"),
    )
    cast.partner.partner_manager = None
    cast.partner.save()
    assert cast.partner.name not in words(get(cast.manager, "/rules/booking_errors/"))
    assert cast.partner.name in words(get(cast.agent, "/rules/booking_errors/"))
    hidden = get(cast.manager, f"/rules/booking_errors/?place=integration:{integration.public_id}")
    assert hidden.status_code == 404


def test_a_rule_is_shown_in_the_words_of_prometheus(cast: Cast) -> None:
    said = get(cast.agent, "/rules/booking_errors/").content.decode()
    assert "sum_over_time(liaison_errors{action=~" in said.replace("&#34;", '"')
    assert "Prometheus" not in words(get(cast.agent, "/rules/feed_missing/"))
