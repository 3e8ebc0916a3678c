"""The settings about calls to other machines."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from liaison.lib.http import CallError, Obstacle
from liaison.notifications.checks import check_outbound
from liaison.notifications.outbound import check_address


def test_as_it_comes_nothing_private_is_called() -> None:
    with pytest.raises(CallError) as refusal:
        check_address("https://127.0.0.1/")
    assert refusal.value.obstacle is Obstacle.ADDRESS_NOT_ALLOWED


def test_the_usual_settings_are_right() -> None:
    assert check_outbound() == []


def test_a_wrong_word_is_named_at_the_start(settings: LazySettings) -> None:
    settings.HTTP_ALLOWED_NETWORKS = ("10.1.2.0/24", "10.1.2.3/24", "localhost")
    settings.HTTP_ALLOWED_PORTS = ("443", "https", "9-1", "0")
    found = check_outbound()
    assert [one.id for one in found] == ["notifications.E001"] * 2 + ["notifications.E002"] * 3
    assert "10.1.2.3/24" in found[0].msg
    assert "'https'" in found[2].msg
