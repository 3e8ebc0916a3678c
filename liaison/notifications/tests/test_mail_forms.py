"""A mail that is set into a form says exactly what one says that is written for itself, whatever the words are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from bs4 import BeautifulSoup
from django.conf import LazySettings
from hypothesis import example, given, settings
from hypothesis import strategies as st

from liaison.catalog.vocabulary import Topic
from liaison.lib.languages import LANGUAGES
from liaison.notifications.channels.contract import Letter, Rendered, UndeliverableError
from liaison.notifications.channels.email import forms
from liaison.notifications.channels.email.render import reader_language, reader_zone, render_letter
from liaison.notifications.facts import Because, Reason
from liaison.notifications.registry import Content, Recipient
from liaison.notifications.tests.test_header_values import read_name

NOW = datetime(2026, 11, 5, 13, 5, tzinfo=UTC)
HOSTILE = (
    "\r\nBcc: victim@else.test",
    "a\r\n.\r\nMAIL FROM:<evil@evil.test>\r\n",
    "\n.\n.\n..\n",
    "--=_boundary--\r\n\r\n--=_boundary",
    '"><script>alert(1)</script><a href="',
    "' onclick='x' \" <!-- --> </title></style>",
    "{{ mail.subject }} %(name)s %s {0} mail.subject link_label",
    "=?utf-8?q?=41?= ?=",
    "\0\x0b\x0c\x1c\x85\u2028\u2029\x7f\ud800",
    "  \t spaces \t  ",
    "\n\n\n\n",
    "김민준 王 ŁĄ 🧑‍🚒",
    "\u202eabc\u00a0\ufeff",
    "x" * 1200,
    "ż" * 600,
    "&amp; &lt;b&gt;",
    "",
)
WORDS = st.one_of(
    st.sampled_from(HOSTILE),
    st.lists(st.sampled_from(HOSTILE), max_size=3).map("".join),
    st.text(max_size=80),
    st.text(alphabet=st.characters(categories=("Cc", "Zs", "Zl", "Zp", "Cs", "Po")), max_size=20),
)


def letter(language: str = "en", *, title: str = "Orders fail", name: str = "Anna", **slots: str) -> Letter:
    words = {"link": "https://portal.test/go/?a=1&as=2", "link_label": "Open", **slots}
    context = {"paragraphs": ["Look & see.", "주문 · żółć"]}
    return Letter(
        message_id="<abc@portal.operator.test>",
        at=NOW,
        recipient=Recipient("entry:1", None, "anna@partner.test", name, language, "Europe/Rome", ()),
        content=Content(title, "notifications/plain_mail", context, form="plain", slots=words),
        because=(Because(Topic.PRODUCTION_ALERT, Reason.ALERT_CONTACT),),
    )


def quickly(made: Letter, *, eight_bits: bool = True) -> Rendered:
    with reader_language(made.recipient.language), reader_zone("Europe/Rome"):
        return render_letter(made, eight_bits=eight_bits)


def slowly(made: Letter) -> Rendered:
    return quickly(replace(made, content=replace(made.content, form="")))


def parsed(data: bytes) -> EmailMessage:
    mail = message_from_bytes(data, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    return mail


def said(data: bytes) -> tuple[object, ...]:
    """Return all that a mail program finds in a mail."""
    mail = parsed(data)
    headers = {name: str(value) for name, value in mail.items() if not name.startswith("Content-T")}
    text, html = (part.get_content().replace("\r\n", "\n") for part in mail.iter_parts())
    headers["To"] = read_name(data.partition(b"\nTo: ")[2].partition(b"\r\nSubject:")[0])
    assert [address.addr_spec for address in mail["To"].addresses] == ["anna@partner.test"]
    assert len(mail.keys()) == len(set(mail.keys()))
    return headers, text, BeautifulSoup(html, "html.parser").decode()


def is_fit_for_the_wire(data: bytes) -> bool:
    lines = data.split(b"\r\n")
    return not any(b"\r" in line or b"\n" in line or b"\0" in line or len(line) > 998 for line in lines)


@pytest.mark.parametrize("language", [language.code for language in LANGUAGES])
@settings(max_examples=30, deadline=None)
@given(title=WORDS, name=WORDS, link=WORDS, label=WORDS)
@example(title="", name="", link="", label="")
@example(title="Plain", name="Anna", link="?a=1&b=2", label="Open <it>")
def test_both_ways_say_the_same(language: str, title: str, name: str, link: str, label: str) -> None:
    made = letter(language, title=title, name=name, link=f"https://portal.test/{link}", link_label=label)
    quick, slow = quickly(made), slowly(made)
    assert quick.subject_line == slow.subject_line
    assert is_fit_for_the_wire(quick.data)
    assert is_fit_for_the_wire(slow.data)
    assert said(quick.data) == said(slow.data)


def test_ordinary_words_go_the_quick_way() -> None:
    """Else the test above would compare the slow way with itself."""
    made = quickly(letter("ko", title="주문 실패: <b> & 'so'", name="김민준", link_label="a\nb"))
    assert made.form is not None
    assert b"Content-Transfer-Encoding: 8bit" in made.data
    assert slowly(letter("ko")).form is None


def test_one_form_serves_many_readers_and_facts() -> None:
    first = quickly(letter(title="One", link_label="Open it"))
    second = quickly(replace(letter(title="Two", name="Bob", link="https://b.test/"), message_id="<b@p.test>"))
    assert first.form is not None
    assert first.form is second.form
    assert b"Anna" not in first.form
    assert b"portal.test/go" not in first.form


def test_every_process_lays_out_the_same_form() -> None:
    first = quickly(letter("it"))
    forms.forget_forms()
    again = quickly(letter("it"))
    assert first.form is not again.form
    assert first == again


def test_what_the_operator_changes_changes_the_form(settings: LazySettings) -> None:
    settings.OPERATOR_NAME = "One Platform"
    first = quickly(letter())
    settings.OPERATOR_NAME = "Other Platform"
    second = quickly(letter())
    assert "Other Platform" in parsed(second.data)["From"]
    assert b"One Platform" not in second.data
    assert first.form != second.form


def test_a_reader_without_a_name_is_greeted_without_one() -> None:
    assert "Hello Anna," in str(said(quickly(letter(name="Anna")).data)[1])
    assert "Hello,\n" in str(said(quickly(letter(name="")).data)[1])


@pytest.mark.parametrize("label", ["x" * 999, "ż" * 500, "& " * 300])
def test_a_line_that_would_be_too_long_goes_the_slow_way(label: str) -> None:
    made = quickly(letter(link_label=label))
    assert made.form is None
    assert made.data.isascii()
    assert label.strip() in str(said(made.data)[1])


def test_words_that_hold_the_boundary_end_no_part() -> None:
    form = quickly(letter()).form
    assert form is not None
    boundary = parsed(form).get_boundary()
    assert boundary is not None
    made = quickly(letter(link_label=f"a\r\n--{boundary}--\r\n\r\nb"))
    assert made.form is None
    assert f"--{boundary}--" in str(said(made.data)[1])


def test_a_server_of_seven_bits_gets_seven_bits() -> None:
    made = quickly(letter("ko"), eight_bits=False)
    assert made.data.isascii()
    assert said(made.data) == said(quickly(letter("ko")).data)


def test_a_link_cannot_leave_its_attribute() -> None:
    html = str(said(quickly(letter(link='https://x.test/"onmouseover="x')).data)[2])
    assert "onmouseover" not in BeautifulSoup(html, "html.parser").find("a", class_="button").attrs  # type: ignore[union-attr]  # the frame has it


def test_a_slot_where_nothing_is_escaped_is_a_mistake() -> None:
    for place in ("<style>a { color: gap1 }</style>", "<!-- gap1 -->", "<SCRIPT>gap1</SCRIPT>"):
        with pytest.raises(ValueError, match="nothing is escaped"):
            forms._refuse_unescaped(f"<p>{place}</p>", {"gap1": "slot"})
    forms._refuse_unescaped("<style>a {}</style><a href='gap1'>gap1</a><style></style>", {"gap1": "slot"})


def test_an_address_that_no_header_can_hold_is_refused() -> None:
    made = letter()
    with pytest.raises(UndeliverableError):
        quickly(replace(made, recipient=replace(made.recipient, address="a@b.test\nBcc: c@d.test")))


def test_no_more_than_so_many_forms_are_kept() -> None:
    forms.forget_forms()
    one = forms.form_of(letter(), has_name=True)
    for number in range(forms.MOST_FORMS + 5):
        assert forms._forms.get(number, lambda: one) is one
    assert len(forms._forms) == forms.MOST_FORMS
    forms.forget_forms()
