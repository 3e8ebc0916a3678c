"""From the closed gate to the launch: what the story shows about contact information (section C)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from liaison.accounts.slots import in_slot
from liaison.contacts.models import ContactRecord
from liaison.demo.cast import HANA
from liaison.demo.client import form_of
from liaison.demo.records import form_for
from liaison.demo.seed import asks_for_merchants
from liaison.demo.story import Scene, expect, expect_status
from liaison.integrations.models import Integration

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_SLOT = 0


def the_portal_runs(scene: Scene) -> Iterator[str]:
    for path in ("/healthz", "/readyz", "/demo/mailbox"):
        yield expect_status(scene.browser("nobody").get(path), 200, f"GET {path}")
    expect(scene.browser("nobody").follow(_page("home"))[0] == _page("account_login"), "the portal is open to all")
    yield "whoever is not signed in is led to the sign-in page"


def held_at_the_gate(scene: Scene) -> Iterator[str]:
    ended, page = scene.browser("seoyun").follow("/demo/sign-in/seoyun")
    expect(ended == _page("gate"), f"signing in led to {ended}")
    yield expect_status(page, 200, f"signing in leads to {ended}")
    yield _in_language(page.text, "ko")
    for name in ("incidents", "who_would_be_told"):
        answer = scene.browser("seoyun").get(_page(name))
        expect(answer.location.endswith(_page("gate")), f"{name} leads to {answer.location!r}")
        yield f"{expect_status(answer, 302, f'GET {_page(name)}')}, to {answer.location}"


def held_in_the_api(scene: Scene) -> Iterator[str]:
    answer = scene.api("seoyun", "GET", "/incidents")
    yield expect_status(answer, 403, "GET /api/v1/incidents, with a token of the administrator")
    expect("problem+json" in str(answer.headers["Content-Type"]), "the answer is no problem document")
    problem = answer.json()
    expect(problem["missing"], "it does not say what is missing")
    yield f"{problem['detail']}"
    yield f"missing: {', '.join(problem['missing'])}"


def colleague_is_held(scene: Scene) -> Iterator[str]:
    ended, _gate = scene.browser("junho").follow("/demo/sign-in/junho")
    expect(ended == _page("gate"), f"signing in led to {ended}")
    yield f"signing in leads to {ended}"
    yield expect_status(scene.browser("junho").get(_page("users")), 200, f"GET {_page('users')}")
    yield expect_status(scene.browser("junho").get(reverse("help")), 200, f"GET {reverse('help')}")


def completed(scene: Scene) -> Iterator[str]:
    people = {person.key: scene.person(person.key).public_id for person in HANA.people}
    whole = form_for(HANA, people, asks_for_merchants=asks_for_merchants(HANA))
    partial = {name: rows for name, rows in whole.items() if name != "support_hours"}
    refused = _submit(scene, partial)
    yield expect_status(refused, 422, "submitted without the support hours")
    expect("pager@hana-table.test" in refused.text, "what was typed is lost")
    yield "what was typed is still in the form"
    answer = _submit(scene, whole)
    yield expect_status(answer, 302, "submitted complete")
    record = ContactRecord.objects.get(account=scene.stage.accounts[HANA.slug])
    expect(record.first_completed_at is not None, "the record is not complete")
    yield f"then: {answer.location}"


def open_for_everybody(scene: Scene) -> Iterator[str]:
    for key in ("junho", "seoyun"):
        page = scene.browser(key).get(_page("incidents"))
        yield expect_status(page, 200, f"{key}, with the session from before, GET {_page('incidents')}")
    answer = scene.api("seoyun", "GET", "/incidents")
    yield expect_status(answer, 200, "GET /api/v1/incidents, with the token from before")


def launched(scene: Scene) -> Iterator[str]:
    public_id = scene.stage.integrations[HANA.slug][0].public_id
    path = f"/integrations/{public_id}/stage"
    yield expect_status(scene.api("seoyun", "PUT", path, {"stage": "launched"}), 403, "the partner itself may not")
    answer = scene.api("manager", "PUT", path, {"stage": "launched"})
    yield expect_status(answer, 200, f"PUT /api/v1{path} by the partner manager")
    kept = Integration.objects.get(public_id=public_id)
    expect(kept.status == "live", f"the production environment is {kept.status!r}")
    yield f"{kept.kind}: {kept.stage}, production is {kept.status}"


def public_page(scene: Scene) -> Iterator[str]:
    path = f"/brands/{HANA.brands[0][0]}/support"
    page = scene.browser("nobody").get(path, {"Accept-Language": "it"})
    yield expect_status(page, 200, f"GET {path}")
    expect("help@hana-table.test" in page.text, "the shared contact is not shown")
    for secret in ("duty-desk@", "pager@", "engineering@", "merchants@"):
        expect(secret not in page.text, f"it shows {secret}, which is not for consumers")
    yield _in_language(page.text, "it")
    yield "it shows help@hana-table.test and the hours, and nothing else of the record"


def _submit(scene: Scene, data: Mapping[str, list[dict[str, Any]]]) -> Any:
    """Fill in the form of the gate as a browser does, and press the button."""
    browser = scene.browser("seoyun")
    page = browser.get(_page("gate"))
    form = form_of(page.text, "seen_version")
    hidden = [(name, value) for name, value in form.fields if "." not in name]
    return browser.post(form.action or _page("gate"), [*hidden, *_inputs(data), ("submit", "1")])


def _inputs(data: Mapping[str, list[dict[str, Any]]]) -> Iterator[tuple[str, str]]:
    for name, rows in data.items():
        for index, row in enumerate(rows):
            for key, value in row.items():
                if isinstance(value, list):
                    yield from ((f"{name}.{index}.{key}", str(one)) for one in value)
                elif isinstance(value, str) or value:
                    yield f"{name}.{index}.{key}", value if isinstance(value, str) else "on"


def _page(name: str) -> str:
    return in_slot(_SLOT, reverse(name))


def _in_language(page: str, language: str) -> str:
    expect(f'<html lang="{language}"' in page, f"the page is not in the language {language}")
    return f"the page is in the reader's language, {language}"
