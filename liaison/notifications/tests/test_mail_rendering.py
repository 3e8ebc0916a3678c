"""What a mail looks like on the wire: five languages, headers that cannot be broken, the reasons in it (L1)."""

from __future__ import annotations

from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from django.conf import LazySettings

from liaison.catalog import loader
from liaison.catalog.vocabulary import Topic
from liaison.lib.languages import LANGUAGES
from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.channels.email.render import reader_language, reader_zone, render_letter
from liaison.notifications.facts import Because, Reason, Withheld
from liaison.notifications.registry import Content, Recipient

BECAUSE = (
    Because(Topic.PRODUCTION_ALERT, Reason.ALERT_CONTACT),
    Because(Topic.TECHNICAL_EMERGENCY, Reason.EMERGENCY_CONTACT, Withheld.LATER_STEP),
)


def letter(now: datetime, *, title: str = "Orders fail", text: str = "Look & see <b>now</b>.", **who: Any) -> Letter:
    fields = {"address": "anna@partner.test", "name": "Anna", "language": "en", **who}
    return Letter(
        message_id="<abc@portal.operator.test>",
        at=now,
        recipient=Recipient(key="entry:1", identity_id=None, time_zone="Europe/Rome", reasons=(), **fields),
        content=Content(title, "notifications/plain_mail", {"paragraphs": [text]}),
        because=BECAUSE,
    )


def rendered(made: Letter) -> Rendered:
    with reader_language(made.recipient.language), reader_zone(made.recipient.time_zone):
        return render_letter(made)


def parsed(made: Letter) -> EmailMessage:
    mail = message_from_bytes(rendered(made).data, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return str(found.get_content())


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
def test_it_is_written_in_the_language_of_its_reader(now: datetime, language: str) -> None:
    """L1: topic names stand in the catalog in five languages."""
    mail = parsed(letter(now, language=language, name="김민준"))
    tag = {"zh-hans": "zh-Hans"}.get(language, language)
    topic = loader.topics()[Topic.PRODUCTION_ALERT].name(language)
    assert mail["Content-Language"] == tag
    assert f'<html lang="{tag}">' in part(mail, "html")
    for kind in ("plain", "html"):
        assert topic in part(mail, kind)
        # Polish greets nobody by name, because it would have to inflect it.
        assert ("김민준" in part(mail, kind)) == (language != "pl")


def test_it_carries_the_headers_of_an_automatic_message(now: datetime, settings: LazySettings) -> None:
    settings.OPERATOR_NAME = "Piattaforma «Città»"
    mail = parsed(letter(now))
    assert mail["Message-ID"] == "<abc@portal.operator.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["From"].addresses[0].display_name == "Piattaforma «Città»"
    assert mail["From"].addresses[0].addr_spec == settings.DEFAULT_FROM_EMAIL
    assert parsedate_to_datetime(str(mail["Date"])) == now
    assert mail.get_content_type() == "multipart/alternative"


def test_it_says_why_the_reader_got_it_and_leaves_out_what_did_not_count(now: datetime) -> None:
    mail = parsed(letter(now))
    for kind in ("plain", "html"):
        assert "Why did I get this message?" in part(mail, kind)
        assert "You are an alert contact of your account." in part(mail, kind)
        assert "You are a technical emergency contact." not in part(mail, kind)


def test_the_text_part_is_plain_and_the_html_part_is_escaped(now: datetime) -> None:
    mail = parsed(letter(now))
    assert "Look & see <b>now</b>." in part(mail, "plain")
    assert "Look &amp; see &lt;b&gt;now&lt;/b&gt;." in part(mail, "html")


def test_styles_are_inlined_and_the_dark_ones_kept(now: datetime) -> None:
    html = part(parsed(letter(now)), "html")
    assert '<p style="' in html
    assert "prefers-color-scheme: dark" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    "name",
    [
        "Anna\r\nBcc: victim@else.test",
        "Anna\nSubject: other",
        "Anna\u2028Bcc: victim@else.test",
        "Anna\0Bcc",
        "Anna\x85Bcc: x@else.test",
        'Anna "the, boss" <evil@else.test>',
        "Żółć, Łódź & Gdańsk (ops); \\ team",
        "金" * 90,
        "a" * 300,
        "\ud800 broken",
        "",
    ],
)
def test_no_name_can_break_a_header_or_add_an_address(now: datetime, name: str) -> None:
    mail = parsed(letter(now, name=name))
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna@partner.test"]
    assert mail["Bcc"] is None
    assert len(mail.get_all("Subject", [])) == 1
    assert len(mail.get_all("To", [])) == 1


@pytest.mark.parametrize("name", ["김민준", "王小明", "Zażółć gęślą jaźń", "Nicolò D'Aprà", "O'Neill, Ann"])
def test_a_name_survives_its_encoding(now: datetime, name: str) -> None:
    assert parsed(letter(now, name=name))["To"].addresses[0].display_name == name


@pytest.mark.parametrize("title", ["Orders\r\nBcc: victim@else.test", "주문\u2028실패", "x" * 500, "Zamówienia: błąd"])
def test_no_subject_can_break_a_header(now: datetime, title: str) -> None:
    made = letter(now, title=title)
    mail = parsed(made)
    assert mail["Bcc"] is None
    assert str(mail["Subject"]) == rendered(made).subject_line
    assert len(str(mail["Subject"])) <= 200


@pytest.mark.parametrize("address", ["", "a@evil.test@partner.test", "a@b.test\nBcc: c@d.test", "nobody", "ż@b.test"])
def test_an_address_that_no_header_can_hold_is_refused(now: datetime, address: str) -> None:
    with pytest.raises(UndeliverableError):
        rendered(letter(now, address=address))


def test_only_ascii_with_crlf_goes_out_whatever_the_words(now: datetime) -> None:
    data = rendered(letter(now, title="결제 오류", text="중요한 알림. " * 200)).data
    assert data.isascii()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert max(map(len, data.split(b"\r\n"))) <= 998


def test_a_logo_of_the_portal_gets_the_address_of_the_portal(now: datetime, settings: LazySettings) -> None:
    settings.OPERATOR_LOGO_URL = "/static/logo.svg"
    settings.PORTAL_URL = "https://portal.operator.test"
    assert 'src="https://portal.operator.test/static/logo.svg"' in part(parsed(letter(now)), "html")
