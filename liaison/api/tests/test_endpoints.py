"""Endpoints of contacts by API (C2b, W1)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import LazySettings

from liaison.api.tests.house import Caller, House, problem_of
from liaison.lib.clock import utc_now
from liaison.notifications.endpoints import unsealed
from liaison.notifications.models import Endpoint

ALIAS = "emergency@bistro.test"
PLACE = "/accounts/bistro/endpoints"
NEW = {"person": ALIAS, "name": "Pager", "url": "http://127.0.0.1:9/hook"}


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("127.0.0.1",)
    settings.HTTP_ALLOWED_PORTS = ("1-65535",)


def test_an_endpoint_is_added_changed_and_removed(house: House) -> None:
    editor = Caller(house.cast.colleague)
    answer = editor.post(PLACE, NEW)
    assert answer.status_code == 201, answer.content
    made = answer.json()
    assert made["secret"] == unsealed(Endpoint.objects.get().secret)
    path = f"/endpoints/{made['endpoint']['id']}"
    shown = editor.get(path).json()
    assert shown == made["endpoint"]
    assert "secret" not in shown
    assert (shown["person"], shown["url"], shown["disabled_because"]) == (ALIAS, NEW["url"], "")
    assert editor.put(f"{path}/name", {"name": "Night"}).json()["name"] == "Night"
    rotated = editor.post(f"{path}/secrets").json()
    assert rotated["secret"] != made["secret"]
    assert rotated["endpoint"]["old_secret_until"] is not None
    assert editor.put(f"{path}/disablement").json()["disabled_because"] == "by_hand"
    problem_of(editor.put(f"{path}/disablement"), 409)
    assert editor.delete(f"{path}/disablement").status_code == 204
    assert editor.delete(path).status_code == 204
    problem_of(editor.get(path), 404)
    assert editor.get(PLACE).json()["items"] == []


def test_every_problem_is_named_with_its_field(house: House) -> None:
    wrong = {"person": "nobody@bistro.test", "name": "", "url": "https://10.0.0.1/"}
    problem = problem_of(Caller(house.cast.owner).post(PLACE, wrong), 422)
    assert {(one["field"], one["code"]) for one in problem["errors"]} == {
        ("person", "endpoint_unknown_person"),
        ("name", "endpoint_name_unusable"),
        ("url", "endpoint_address_not_allowed"),
    }


def test_who_cannot_change_an_endpoint_sees_its_server_alone(house: House) -> None:
    """An address may be a secret in itself."""
    Caller(house.cast.owner).post(PLACE, NEW)
    Endpoint.objects.update(failing_since=utc_now() - timedelta(days=1))
    for identity in (house.cast.reader, house.cast.agent, house.cast.manager):
        caller = Caller(identity)
        (shown,) = caller.get(PLACE).json()["items"]
        assert shown["url"] == "127.0.0.1"
        assert shown["failing_since"] is not None
        problem_of(caller.post(PLACE, NEW), 403)
        problem_of(caller.delete(f"/endpoints/{shown['id']}"), 403)
    problem_of(Caller(house.cast.engineer).get(PLACE), 403)


def test_other_channels_are_added_by_their_name(house: House, settings: LazySettings) -> None:
    settings.SMS_GATEWAY_URL = "https://gateway.operator.test/"
    editor = Caller(house.cast.colleague)
    chat = editor.post(PLACE, NEW | {"channel": "slack", "url": "http://127.0.0.1:9/services/the-secret-of-it-9f3a"})
    assert chat.status_code == 201, chat.content
    made = chat.json()
    assert made["secret"] == ""
    assert made["endpoint"]["url"] == "127.0.0.1 …9f3a"
    assert b"the-secret" not in chat.content
    problem_of(editor.post(f"/endpoints/{made['endpoint']['id']}/secrets"), 409)
    phone = editor.post(PLACE, NEW | {"channel": "sms", "url": "+39 06 1234 5678"}).json()["endpoint"]
    assert (phone["channel"], phone["url"], phone["only_emergencies"]) == ("sms", "+390612345678", True)
    topics = f"/endpoints/{phone['id']}/topics"
    assert editor.put(topics, {"only_emergencies": False}).json()["only_emergencies"] is False
    shown = {one["channel"]: one["url"] for one in Caller(house.cast.reader).get(PLACE).json()["items"]}
    assert shown == {"slack": "127.0.0.1", "sms": "…678"}
    problem = problem_of(editor.post(PLACE, NEW | {"channel": "voice", "url": "+39 06 1234 5678"}), 422)
    assert [(one["field"], one["code"]) for one in problem["errors"]] == [("channel", "endpoint_channel_not_offered")]
