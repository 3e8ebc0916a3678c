"""From the Markdown of an article to HTML, for one reader: links stay in the reader's identity slot."""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.urls import reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup

from liaison.web.addresses import public_root, public_url

ARTICLE: Final = "article:"
PAGE: Final = "page:"
# What everybody may read stays where the reader is; the other pages need somebody signed in.
PUBLIC_PAGES: Final = frozenset({"help", "contact_support"})


class ArticleHtml(RendererHTML):
    """Renders links and code as the portal shows them. `env`: `in_slot`, `is_fragment`."""

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        target = str(tokens[index].attrGet("href") or "")
        attributes = link_attributes(target, in_slot=env["in_slot"], is_fragment=env["is_fragment"])
        return Markup("<a{}>").format(Markup("").join(Markup(' {}="{}"').format(*pair) for pair in attributes.items()))

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return Markup('<pre class="help-code" tabindex="0" translate="no"><code>{}</code></pre>\n').format(
            tokens[index].content
        )


_PARSER: Final = MarkdownIt("commonmark", {"html": False}, renderer_cls=ArticleHtml)


def html_of(markdown: str, *, in_slot: bool, is_fragment: bool = False) -> Markup:
    """Return the HTML of a text of ours. HTML inside the Markdown is shown, never passed on.

    `{operator}`, `{support_email}` and `{portal_url}` stand for the settings. `in_slot`: the reader is signed in
    here. `is_fragment`: it is shown inside another page, which its links must not leave.
    """
    tokens = _PARSER.parse(markdown)
    _fill_in(tokens)
    env = {"in_slot": in_slot, "is_fragment": is_fragment}
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, env))  # noqa: S704  # made without raw HTML


def plain_text(markdown: str) -> str:
    """Return the words of a text without its marks, for search and for lists."""
    tokens = _PARSER.parse(markdown)
    _fill_in(tokens)
    words = []
    for token in tokens:
        if token.type == "fence":
            words.append(token.content)
        words.extend(child.content or " " * (child.type == "softbreak") for child in token.children or ())
        words.append(" ")
    return " ".join("".join(words).split())


def link_attributes(target: str, *, in_slot: bool, is_fragment: bool) -> dict[str, str]:
    """Return the attributes of a link: `article:<slug>`, `page:<route name>`, or an address of the outside."""
    if target.startswith(ARTICLE):
        slug = target.removeprefix(ARTICLE)
        address = reverse("help_article", kwargs={"slug": slug}) if in_slot else public_url("help_article", slug=slug)
        if not is_fragment:
            return {"href": address}
        into = {"hx-target": "closest .help-fragment", "hx-swap": "outerHTML"}
        return {"href": address, "hx-get": f"{address}?fragment=1", **into}
    address = page_address(target.removeprefix(PAGE), in_slot=in_slot) if target.startswith(PAGE) else target
    return {"href": address, "target": "_blank", "rel": "noopener"} if is_fragment else {"href": address}


def page_address(name: str, *, in_slot: bool) -> str:
    """Return the address of a page: in the reader's slot, else by way of whoever is signed in in this browser."""
    if in_slot:
        return reverse(name)
    if name in PUBLIC_PAGES:
        return public_url(name)
    return f"{public_root()}go/{public_url(name).removeprefix(public_root())}"


def _fill_in(tokens: Sequence[Token]) -> None:
    for token in tokens:
        for name, value in _settings().items():
            token.content = token.content.replace(f"{{{name}}}", value)
        _fill_in(token.children or ())


def _settings() -> dict[str, str]:
    return {
        "operator": settings.OPERATOR_NAME,
        "support_email": settings.OPERATOR_SUPPORT_EMAIL,
        "portal_url": settings.PORTAL_URL,
    }
