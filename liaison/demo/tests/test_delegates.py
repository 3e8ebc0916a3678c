"""Whoever looks around the demo finds delegated support in every state (issue 7)."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as current
from django.test import Client
from django.urls import reverse

import liaison.demo
from liaison.cases.access import visible_cases
from liaison.cases.delegated.handing import targets_of
from liaison.delegation.access import visible_customers
from liaison.delegation.models import AccessRequest, ContactLink
from liaison.demo import seed
from liaison.demo.delegates import fill_delegates
from liaison.demo.relations import CUSTOMERS, NORTH, SOUTH
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    from pytest_django import Settings

    from liaison.accounts.models import Identity
    from liaison.demo.seed import Stage

TEMPLATES = Path(liaison.demo.__file__).parent / "jinja2"


@pytest.fixture
def stage(db: None) -> Stage:
    stage = seed.fill(operator_name="Example Platform", now=utc_now())
    fill_delegates(stage, utc_now())
    return stage


def customers_of(actor: Identity) -> set[str]:
    return set(visible_customers(actor).values_list("slug", flat=True))


def accounts_of_cases_of(actor: Identity) -> set[str]:
    return set(visible_cases(actor, utc_now()).values_list("account__slug", flat=True))


def test_each_sign_in_of_the_reseller_sees_the_customers_of_its_domain(
    stage: Stage, settings: Settings, client: Client
) -> None:
    """D1, D3, D5, D12, W11: one person, two sign-ins; a colleague without the privileges; what waits for an answer."""
    north, south = stage.people["freja"], stage.people["freja-south"]
    assert (north.domain.name, south.domain.name, north.mailbox) == (NORTH, SOUTH, south.mailbox)
    assert customers_of(north) == {"osteria-del-porto", "hangang-sikdang", "harbour-kitchen"}
    assert customers_of(south) == {"kawiarnia-pod-lipa", "guangzhou-chalou"}
    assert accounts_of_cases_of(north) == {"osteria-del-porto"}
    assert accounts_of_cases_of(south) == {"kawiarnia-pod-lipa"}
    assert customers_of(stage.people["jonas"]) == set()
    assert customers_of(stage.people["marta"]) == {"osteria-del-porto"}
    assert {one.account.slug: one.waiting for one in targets_of(stage.accounts["hangang-sikdang"])} == {"nordlicht": 2}
    assert AccessRequest.objects.filter(state="waits").count() == 2
    assert ContactLink.objects.get(customer=stage.accounts["guangzhou-chalou"]).used_at is None
    settings.ROOT_URLCONF, settings.DEMO = "liaison.demo.tests.urls", True
    settings.TEMPLATES = copy.deepcopy(current.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [TEMPLATES]  # the app is not installed in tests
    for key in ("freja", "freja-south"):  # a link of its own for each, though the mailbox is one
        page = client.get(reverse("demo_sign_in", kwargs={"key": key}), follow=True)
        assert page.wsgi_request.user.pk == stage.people[key].pk


def test_the_customers_speak_all_five_languages() -> None:
    assert {one.language for one in CUSTOMERS} == {"en", "ko", "zh-hans", "it", "pl"}
    assert [one for one in CUSTOMERS if not one.people]
