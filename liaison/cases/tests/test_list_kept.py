"""What is kept of lists reaches nobody who should not see it, and hides from nobody what changed (D1, D6, W7)."""

from __future__ import annotations

import re
from itertools import product
from typing import Final

import pytest
from django.test import Client

from liaison.accounts.actions import suspend_identity
from liaison.accounts.models import Account, Identity, RoleAssignment, Session
from liaison.accounts.rights import PredefinedRole
from liaison.accounts.testing import TESTS, Cast, sign_in
from liaison.cases.lists.testing import keep_case
from liaison.cases.models import SavedView, Share
from liaison.cases.pages.list_html import _views
from liaison.lib.clock import utc_now

NOTHING_TYPED: Final = "\ufdd0rows\ufdd1 %(rows)s {rows} %s"


def page(client: Client, slot: int = 0, query: str = "") -> str:
    answer = client.get(f"/u/{slot}/cases{query}")
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_each_reader_gets_their_own_page_whoever_asked_before(cast: Cast) -> None:
    keep_case(cast.partner, "Ours", filed_by=cast.owner)
    keep_case(cast.elsewhere, "Theirs")
    SavedView.objects.create(identity=cast.owner, name="Of Olivia", query="q=ours", created_at=utc_now())
    Identity.objects.filter(pk=cast.colleague.pk).update(language="ko", time_zone="Asia/Seoul")
    people = ((0, cast.owner), (3, cast.colleague), (4, cast.reader), (5, cast.outsider), (6, cast.agent))
    for slot, person in (*people, *people):
        shown = page(sign_in(Client(), person, slot), slot)
        is_theirs, is_staff = person == cast.outsider, person == cast.agent
        assert ("Ours" in shown, "Theirs" in shown) == (not is_theirs, is_theirs or is_staff)
        assert ("Of Olivia" in shown) == (person == cast.owner)
        assert ('name="number"' in shown) == (person != cast.reader), "to select what can be closed"
        assert ('name="account"' in shown) == is_staff
        assert ('<html lang="ko"' in shown, "Rome" in shown) == (person == cast.colleague, person != cast.colleague)
        free = "0" if slot else "1"  # of this browser, for a further sign-in
        others = {found for found in re.findall(r"/u/(\d)/", shown) if found not in {str(slot), free}}
        assert not others


def test_what_was_taken_from_somebody_is_gone_with_the_next_request(cast: Cast) -> None:
    """W7, W13: nothing that was shown before is kept."""
    now = utc_now()
    shared = keep_case(cast.elsewhere, "Lent")
    keep_case(cast.partner, "Ours")
    share = Share.objects.create(case=shared, address="a@b.test", identity=cast.colleague, right="view", created_at=now)
    client = sign_in(Client(), cast.colleague)
    assert "Lent" in page(client)
    assert client.get(f"/u/0/cases/{shared.number}").status_code == 200
    Share.objects.filter(pk=share.pk).update(expires_at=utc_now())
    assert "Lent" not in page(client)
    assert client.get(f"/u/0/cases/{shared.number}").status_code == 404
    assert 'name="number"' in page(client)
    RoleAssignment.objects.filter(identity=cast.colleague).update(predefined=PredefinedRole.READER)
    assert 'name="number"' not in page(client)
    RoleAssignment.objects.filter(identity=cast.colleague).delete()
    assert "Ours" not in page(client)
    suspend_identity(actor=TESTS, identity=cast.colleague, now=utc_now())
    assert client.get("/u/0/cases").status_code == 302
    again = sign_in(Client(), cast.owner)
    assert "Ours" in page(again)
    Session.objects.filter(identity=cast.owner).update(expires_at=utc_now())
    assert again.get("/u/0/cases").status_code == 302


@pytest.mark.parametrize("words", [NOTHING_TYPED, "<b>\"'&%25"])
def test_nothing_that_somebody_typed_is_taken_for_a_place_in_the_page(cast: Cast, words: str) -> None:
    for account in (cast.partner, cast.elsewhere):
        Account.objects.filter(pk=account.pk).update(name=words)
        keep_case(account, words, filed_by=cast.owner)
    Identity.objects.filter(pk=cast.owner.pk).update(name=words)
    SavedView.objects.create(identity=cast.agent, name=words, query="q=x", created_at=utc_now())
    client = sign_in(Client(), cast.agent)
    shown = page(client)
    assert shown.count("&lt;b&gt;" if "<" in words else "%(rows)s") >= 3  # titles, accounts, filers, the view
    assert "<b>" not in shown
    for name in ("account", "integration", "q", "older"):
        answer = client.get("/u/0/cases", {name: words})
        assert answer.status_code == 200
        assert "<b>" not in answer.content.decode()
    assert client.get("/u/0/cases", {"account": "bistro"}).status_code == 200


def test_no_words_that_somebody_seeks_make_the_kept_parts_more(cast: Cast) -> None:
    client = sign_in(Client(), cast.owner)
    page(client)
    page(client, query="?q=any")
    kept = _views.cache_info().currsize  # type: ignore[attr-defined]  # of `lru_cache`
    for number in range(3):
        page(client, query=f"?q=other{number}")
    assert _views.cache_info().currsize == kept  # type: ignore[attr-defined]  # as above


def test_the_token_of_every_form_is_that_of_its_sign_in(cast: Cast) -> None:
    """D1: forms that are drawn once for all still hold the token of their reader, and no other is taken."""
    case = keep_case(cast.partner)
    browser = Client(enforce_csrf_checks=True)
    sign_in(sign_in(browser, cast.owner, 0), cast.colleague, 1)
    for slot, path in product((0, 1), ("", f"/{case.number}")):
        shown = browser.get(f"/u/{slot}/cases{path}").content.decode()
        tokens = set(re.findall(r'(?:csrfmiddlewaretoken" value="|X-CSRFToken": ")([^"]+)"', shown))
        assert 0 < len(tokens) <= 2
        assert shown.count("csrfmiddlewaretoken") == len(re.findall(r'csrfmiddlewaretoken" value="\w{64}"', shown)) > 1
        for token, other in product(tokens, (0, 1)):
            form = {"csrfmiddlewaretoken": token}
            answer = browser.post(f"/u/{other}/cases/{case.number}/follow", form)
            assert answer.status_code == (302 if other == slot else 403)
