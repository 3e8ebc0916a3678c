"""The demo's pages work in the demo, on this machine, and nowhere else."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as current
from django.test import Client
from django.urls import URLPattern, URLResolver, reverse

import liaison.demo
from liaison.config import urls as portal
from liaison.demo import people, seed
from liaison.demo import urls as demo_urls
from liaison.demo.mailbox import Mailbox
from liaison.lib.clock import utc_now

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db
TEMPLATES = Path(liaison.demo.__file__).parent / "jinja2"


@pytest.fixture
def demo(settings: Settings, tmp_path: Path) -> Settings:
    settings.ROOT_URLCONF = "liaison.demo.tests.urls"
    settings.TEMPLATES = copy.deepcopy(current.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [TEMPLATES]  # the app is not installed in tests
    settings.DEMO, settings.DEMO_MAILBOX = True, tmp_path
    return settings


@pytest.fixture
def mailbox(demo: Settings) -> Mailbox:
    message = EmailMessage()
    message["Subject"], message["Content-Language"] = "예약 <b>서버</b>", "ko"
    message.set_content("본문")
    message.add_alternative("<html><head></head><p>본문</p><script>alert(1)</script></html>", subtype="html")
    kept = Mailbox(demo.DEMO_MAILBOX)
    kept.keep("liaison@operator.test", ["junho@hana-table.test"], message.as_bytes())
    return kept


def test_the_portal_itself_has_no_routes_of_the_demo() -> None:
    def names(routes: Iterable[URLPattern | URLResolver]) -> Iterator[str]:
        for route in routes:
            if isinstance(route, URLResolver):
                yield from names(route.url_patterns)
            else:
                yield route.name or ""

    of_demo, of_portal = (set(names(routes)) - {""} for routes in (demo_urls.urlpatterns, portal.urlpatterns))
    assert "demo_sign_in" in of_demo
    assert "cases" in of_portal
    assert not of_demo & of_portal


def test_everybody_of_the_story_can_sign_in_again_and_again(demo: Settings, client: Client) -> None:
    seed.fill(operator_name="Example Platform", now=utc_now())
    listed = client.get("/demo/").content.decode()
    for slot, key in enumerate(("seoyun", "luca", "administrator")):
        link = reverse("demo_sign_in", kwargs={"key": key})
        assert link in listed
        for _ in range(2):
            page = client.get(link, follow=True)
            assert page.request["PATH_INFO"].startswith(f"/u/{slot}/") or page.request["SCRIPT_NAME"] == f"/u/{slot}"
            assert page.wsgi_request.user.mailbox == people.part(key).mailbox  # type: ignore[union-attr]
    assert client.get(reverse("demo_sign_in", kwargs={"key": "nobody"})).status_code == 404


def test_the_mailbox_lists_a_mail_and_shows_it_escaped(mailbox: Mailbox, client: Client) -> None:
    (mail,) = mailbox.mails()
    listed = client.get("/demo/mailbox").content.decode()
    assert "예약 &lt;b&gt;서버&lt;/b&gt;" in listed
    assert f"/demo/mailbox/{mail.key}" in listed
    shown = client.get(f"/demo/mailbox/{mail.key}").content.decode()
    assert "본문" in shown
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in shown
    assert client.get("/demo/mailbox/20200101000000000000-000000").status_code == 404


def test_the_frame_of_a_mail_runs_no_script_and_stands_only_in_our_page(mailbox: Mailbox, client: Client) -> None:
    (mail,) = mailbox.mails()
    answer = client.get(f"/demo/mailbox/{mail.key}/html")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy


def test_an_empty_mailbox_says_so(demo: Settings, client: Client) -> None:
    assert client.get("/demo/mailbox").status_code == 200


@pytest.mark.parametrize("path", ["/demo/", "/demo/mailbox", "/demo/sign-in/seoyun"])
def test_outside_the_demo_and_from_elsewhere_there_is_nothing(demo: Settings, client: Client, path: str) -> None:
    assert client.get(path, REMOTE_ADDR="192.0.2.7").status_code == 404
    demo.DEMO = False
    assert client.get(path).status_code == 404
