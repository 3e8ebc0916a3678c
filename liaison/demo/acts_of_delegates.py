"""A customer lets others work for it, and takes it back: from the grant to who could see a case (D1 to D5, D11, W5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from liaison.demo.acts_of_cases import newest_mail
from liaison.demo.relations import AIUTO, NORDLICHT
from liaison.demo.story import Scene, expect, expect_status, wait_until
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from liaison.demo.mailbox import Received

CUSTOMER: Final = "harbour-kitchen"
_ACCESS: Final = f"/customers/{CUSTOMER}/access"
_WITHIN: Final = 25.0
_NOWHERE: Final = 404
_CASE: Final = {
    "customer": CUSTOMER,
    "product": "other",
    "category": "question",
    "severity": "medium",
    "title": "Bookings of the terrace are missing",
    "description": "Since Friday no booking of the terrace arrives. Booking 90417 is one of them.",
}


def not_without_the_grant(scene: Scene) -> Iterator[str]:
    refused = scene.api("freja", "POST", "/cases", _CASE)
    yield expect_status(refused, 403, "the reseller files for a customer that granted nothing")
    yield refused.json()["detail"]
    oliver = scene.person("oliver").mailbox
    known = {mail.key for mail in scene.mailbox.to(oliver)}
    asked = scene.api("freja", "POST", f"/customers/{CUSTOMER}/access-requests", {})
    yield expect_status(asked, 201, "it asks for access")
    yield _told(scene, oliver, known)


def granted_and_filed(scene: Scene) -> Iterator[str]:
    granted = scene.api("oliver", "PUT", f"{_ACCESS}/{NORDLICHT.slug}", {"level": "manage", "why": "Before the summer"})
    yield expect_status(granted, 200, "the customer grants it: file and manage")
    filed = scene.api("freja", "POST", "/cases", _CASE)
    yield expect_status(filed, 201, "the same again")
    number = scene.facts["delegated"] = filed.json()["number"]
    mail = newest_mail(scene, scene.person("freja").mailbox, number)
    yield f"[{mail.language}] {mail.subject}"
    read = scene.api("oliver", "GET", f"/cases/{number}")
    yield expect_status(read, 200, f"the customer reads case {number}, filed for it")
    scene.facts["while_granted"] = utc_now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    _expect_nowhere(scene, "freja-south", number)
    yield "for her other sign-in, of the other domain, it does not exist"


def revoked(scene: Scene) -> Iterator[str]:
    number = scene.facts["delegated"]
    taken = scene.api("oliver", "DELETE", f"{_ACCESS}/{NORDLICHT.slug}")
    yield expect_status(taken, 204, "the customer revokes it")
    _expect_nowhere(scene, "freja", number)
    yield "the next request of the reseller finds nothing, though it filed the case"
    listed = scene.api("freja", "GET", "/cases?q=90417").json()["items"]
    expect(not listed, "the list still has it")
    seen = scene.api("oliver", "GET", f"/cases/{number}")
    yield expect_status(seen, 200, "the customer's case stays, for the customer")


def support_partner(scene: Scene) -> Iterator[str]:
    marta = scene.person("marta").mailbox
    known = {mail.key for mail in scene.mailbox.to(marta)}
    begun = scene.api("oliver", "POST", f"/customers/{CUSTOMER}/support-partners", {"partner": AIUTO.slug})
    yield expect_status(begun, 201, f"the customer chooses {AIUTO.name} itself; nobody approves it")
    yield _told(scene, marta, known)
    granted = scene.api("oliver", "PUT", f"{_ACCESS}/{AIUTO.slug}", {"level": "view"})
    yield expect_status(granted, 200, "and grants it: view")
    _expect_nowhere(scene, "marta", scene.facts["delegated"])
    yield "what was filed before it came does not exist for it"


def handed_over(scene: Scene) -> Iterator[str]:
    number = scene.facts["delegated"]
    given = scene.api("oliver", "POST", "/hand-overs", {"account": AIUTO.slug, "numbers": [number]})
    yield expect_status(given, 200, f"the customer hands case {number} over")
    yield expect_status(scene.api("marta", "GET", f"/cases/{number}"), 200, "the support partner reads it")
    refused = scene.api("marta", "POST", f"/cases/{number}/updates", {"text": "Ci penso io."})
    yield f"{expect_status(refused, 403, 'and cannot write in it')}: {refused.json()['detail']}"
    expect(refused.json()["code"] == "delegation_only_view", "the reason is another one")


def who_could_see_it(scene: Scene) -> Iterator[str]:
    number = scene.facts["delegated"]
    answers = {}
    for when, asked in (("after it was filed", f"?at={scene.facts['while_granted']}"), ("now", "")):
        answer = scene.api("oliver", "GET", f"/cases/{number}/access{asked}")
        yield expect_status(answer, 200, f"who could see it {when}")
        yield from (f"  {line}" for line in _lines(answer.json()))
        answers[when] = {one["name"] for one in answer.json()["seeing"]} & {AIUTO.name, NORDLICHT.name}
    expect(answers == {"after it was filed": {NORDLICHT.name}, "now": {AIUTO.name}}, f"others are named: {answers}")
    looks = answer.json()["looks"]
    expect(any(one["is_refused"] and one["account"] == NORDLICHT.name for one in looks), "no refusal is proven")
    for one in looks[:4]:
        said = "refused" if one["is_refused"] else "read"
        yield f"  {one['at']}: {one['person']}, {one['account']}, {said} ({one['rule']})"
    delegate = scene.api("marta", "GET", f"/cases/{number}/access")
    yield expect_status(delegate, 403, "whoever works for the customer does not read this page")


def _lines(audience: dict[str, Any]) -> Iterator[str]:
    """Yield who sees the case, then who does not, each with the rule."""
    for one in audience["seeing"]:
        yield f"{one['name'] or 'support'}: {one['why']}"
    for one in audience["others"]:
        yield f"not {one['name']} {one['domain']}: {one['why']}"


def _expect_nowhere(scene: Scene, key: str, number: str) -> None:
    """Expect that a case answers somebody as one that never was."""
    shut, never = (scene.api(key, "GET", f"/cases/{one}") for one in (number, "1000000000"))
    expect(shut.status == never.status == _NOWHERE, f"case {number} answers {key} with HTTP {shut.status}")
    expect(shut.json()["detail"] == never.json()["detail"], "it answers otherwise than a case that never was")


def _told(scene: Scene, mailbox: str, known: set[str]) -> str:
    """Wait for a mail that was not there before; return it as evidence."""

    def new() -> list[Received]:
        return [mail for mail in scene.mailbox.to(mailbox) if mail.key not in known]

    wait_until(scene, lambda: bool(new()), _WITHIN, f"{mailbox} got no mail")
    mail = new()[0]
    return f"[{mail.language}] {mailbox}: {mail.subject}"
