"""A stencil that is filled shows what its macro draws."""

from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from liaison.web.pages import jinja_environment
from liaison.web.stencils import escaped, stencil

COMPONENTS: Final = "web/components.html"


def test_a_stencil_that_is_filled_shows_what_its_macro_draws() -> None:
    words, address = "100 %s of %(label)s <b>", "/help?q=50%25"
    drawn = jinja_environment().get_template(COMPONENTS).module.link(words, address)  # type: ignore[attr-defined]
    link = stencil(COMPONENTS, "link", {"address": address}, ("label",))
    assert link.html(label=escape(words)) == drawn
    assert link.html(label=escape("another")) != drawn


@pytest.mark.parametrize("words", ["\ufdd0address\ufdd1", "%(address)s", "{address}", "zqxaddressxqz"])
def test_nothing_that_is_drawn_is_taken_for_a_hole(words: str) -> None:
    link = stencil(COMPONENTS, "link", {"label": words}, ("address",))
    drawn = jinja_environment().get_template(COMPONENTS).module.link(words, "/help")  # type: ignore[attr-defined]
    assert link.html(address=escape("/help")) == drawn
    assert words in drawn


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8")), min_size=1))
def test_many_texts_are_escaped_as_each_of_them(texts: list[str]) -> None:
    assert escaped(texts) == [escape(text) for text in texts]
