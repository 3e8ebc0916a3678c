"""The story's browser reads forms as browsers do."""

from __future__ import annotations

import pytest

from liaison.demo.client import Browser, form_of

PAGE = """
<form action="/other"><input name="q" value="x"></form>
<form action="/u/0/form" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="token">
  <input name="name" value="A &amp; B"><input name="empty"><input name="off" disabled value="1">
  <input type="checkbox" name="yes" checked><input type="checkbox" name="no">
  <input type="radio" name="one" value="a"><input type="radio" name="one" value="b" checked>
  <select name="zone"><option value="UTC">UTC</option><option value="Asia/Seoul" selected>Seoul</option></select>
  <select name="first"><option value="1">1</option><option value="2">2</option></select>
  <textarea name="text">
two
lines</textarea>
  <button name="submit" value="1">Send</button><input type="submit" name="other" value="2">
</form>"""


def test_it_sends_what_a_browser_would_send_untouched() -> None:
    form = form_of(PAGE, "zone")
    assert form.action == "/u/0/form"
    assert form.fields == [
        ("csrfmiddlewaretoken", "token"), ("name", "A & B"), ("empty", ""), ("yes", "on"), ("one", "b"),
        ("zone", "Asia/Seoul"), ("first", "1"), ("text", "two\nlines"),
    ]  # fmt: skip


def test_filling_in_replaces_what_the_page_holds() -> None:
    filled = form_of(PAGE, "submit").filled({"name": "C", "days": ["1", "2"]})
    assert ("name", "A & B") not in filled
    assert filled[-3:] == [("name", "C"), ("days", "1"), ("days", "2")]


def test_a_form_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError, match="'never'"):
        form_of(PAGE, "never")


@pytest.mark.parametrize("path", ["http://elsewhere.test/", "//elsewhere.test/", "file:///etc/passwd"])
def test_it_never_leaves_the_portal(path: str) -> None:
    with pytest.raises(ValueError, match="leads away"):
        Browser("http://127.0.0.1:1").get(path)
