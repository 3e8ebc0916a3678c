"""Rules by the API: read by everybody who sees the integration, changed by the operator's administrators."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from liaison.accounts.testing import Cast, make_cast
from liaison.api.tests.house import secret_of
from liaison.contacts.testing import complete_record
from liaison.detection.models import RuleOverride
from liaison.integrations.testing import make_launched

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


def ask(identity: Any, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    headers = {"Authorization": f"Bearer {secret_of(identity)}", "Accept-Language": "en"}
    more = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(Client(), method)(f"/api/v1/{path}", headers=headers, **more)


def test_a_change_holds_for_the_integration_and_is_taken_back(cast: Cast) -> None:
    integration = make_launched(cast.partner)
    complete_record(cast.owner)
    place = f"rules/booking_errors/changes/integration:{integration.public_id}"
    answer = ask(cast.administrator, "put", place, {"parameters": {"threshold": 0.2, "min_errors": 10}})
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "place": f"integration:{integration.public_id}", "parameters": {"threshold": 0.2}, "is_on": True
    }  # fmt: skip
    rules = {
        rule["key"]: rule for rule in ask(cast.reader, "get", f"integrations/{integration.public_id}/rules").json()
    }
    assert rules["booking_errors"]["parameters"]["threshold"] == 0.2
    assert "It is bad when 20% or more of the calls fail." in rules["booking_errors"]["says"]
    assert "checkout_errors" not in rules
    assert [one["parameters"] for one in ask(cast.agent, "get", "rules/booking_errors").json()["changes"]] == [
        {"threshold": 0.2}
    ]
    assert ask(cast.administrator, "delete", place).status_code == 204
    assert ask(cast.administrator, "delete", place).status_code == 409
    assert not RuleOverride.objects.exists()


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"parameters": {"threshold": 2}}, "threshold", "rule_out_of_range"),
        ({"parameters": {"threshold": "high"}}, "threshold", "rule_not_a_number"),
        ({"parameters": {"colour": 1}}, "colour", "rule_unknown_parameter"),
    ],
)
def test_every_mistake_names_its_field(cast: Cast, body: dict[str, Any], field: str, code: str) -> None:
    answer = ask(cast.administrator, "put", "rules/booking_errors/changes/everybody", body)
    assert answer.status_code == 422
    problem = answer.json()
    assert any(field in str(one) and code in str(one) for one in problem["errors"]), problem


def test_only_the_operators_administrators_change_rules(cast: Cast) -> None:
    body = {"parameters": {"threshold": 0.2}}
    assert ask(cast.owner, "put", "rules/booking_errors/changes/everybody", body).status_code == 404
    assert ask(cast.agent, "put", "rules/booking_errors/changes/everybody", body).status_code == 403
    assert ask(cast.owner, "get", "rules/booking_errors").status_code == 404
    assert ask(cast.administrator, "put", "rules/of_yesterday/changes/everybody", body).status_code == 404
    assert ask(cast.administrator, "put", "rules/booking_errors/changes/nowhere", body).status_code == 422
