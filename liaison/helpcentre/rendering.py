"""From the Markdown of an article to HTML, for one reader: links stay in the reader's identity slot."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from liaison.helpcentre.marking import marked
from liaison.web.addresses import public_root, public_url

ARTICLE: Final = "article:"
PAGE: Final = "page:"
PICTURE: Final = "picture:"
# What everybody may read stays where the reader is; the other pages need somebody signed in.
PUBLIC_PAGES: Final = frozenset({"help", "contact_support", "support"})


@dataclass(frozen=True, slots=True)
class PictureAt:
    """Where a picture is, and how many pixels it measures (0: not known)."""

    address: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text is read: `is_fragment` inside another page, which its links must not leave; `in_slot` signed in here.

    `marks` are the words of a question, `pictures` those of the article by name.
    """

    in_slot: bool
    is_fragment: bool = False
    marks: tuple[str, ...] = ()
    pictures: Mapping[str, PictureAt] = field(default_factory=dict)


class ArticleHtml(RendererHTML):
    """Renders links, pictures and code as the portal shows them. `env["reading"]`: a `Reading`."""

    def text(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return marked(tokens[index].content, env["reading"].marks)

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        target = str(tokens[index].attrGet("href") or "")
        reading: Reading = env["reading"]
        try:
            attributes = link_attributes(target, in_slot=reading.in_slot, is_fragment=reading.is_fragment)
        except NoReverseMatch:
            # A page that an operator's article leads to may be gone in a later release: the words stay.
            attributes = {}
        return Markup("<a{}>").format(_attributes(attributes))

    def image(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        """Show a picture of ours. Any other picture is not shown, only its words."""
        words = self.renderInlineAsText(tokens[index].children, options, env)
        target = str(tokens[index].attrGet("src") or "")
        found = env["reading"].pictures.get(target.removeprefix(PICTURE)) if target.startswith(PICTURE) else None
        if found is None:
            return escape(words)
        sizes = {"width": str(found.width), "height": str(found.height)} if found.width else {}
        attributes = {"class": "help-picture", "src": found.address, "alt": words, "loading": "lazy", **sizes}
        shown = Markup("<img{}>").format(_attributes(attributes))
        if _is_in_link(tokens, index):
            return shown
        # On a phone its words are too small: the picture leads to itself, in its own size.
        link = {"class": "help-picture-link", "href": found.address, "target": "_blank", "rel": "noopener"}
        return Markup("<a{}>{}</a>").format(_attributes(link), shown)

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: MutableMapping[str, Any]) -> str:
        return Markup('<pre class="help-code" tabindex="0" translate="no"><code>{}</code></pre>\n').format(
            tokens[index].content
        )


_PARSER: Final = MarkdownIt("commonmark", {"html": False}, renderer_cls=ArticleHtml)


def html_of(markdown: str, reading: Reading) -> Markup:
    """Return the HTML of an article's text. HTML inside the Markdown is shown, never passed on.

    `{operator}`, `{support_email}` and `{portal_url}` stand for the settings.
    """
    tokens = _PARSER.parse(markdown)
    _fill_in(tokens)
    return Markup(_PARSER.renderer.render(tokens, _PARSER.options, {"reading": reading}))  # noqa: S704  # no raw HTML


def plain_text(markdown: str, *, has_pictures: bool = True) -> str:
    """Return the words of a text without its marks, for search and for lists; of pictures what they show, if wanted."""
    tokens = _PARSER.parse(markdown)
    _fill_in(tokens)
    words = []
    for token in tokens:
        if token.type == "fence":
            words.append(token.content)
        children = [child for child in token.children or () if has_pictures or child.type != "image"]
        words.extend(child.content or " " * (child.type == "softbreak") for child in children)
        words.append(" ")
    return " ".join("".join(words).split())


def targets_of(markdown: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return where the links of a text lead, and its pictures as pairs of target and words."""
    links: list[str] = []
    pictures: list[tuple[str, str]] = []
    for token in _PARSER.parse(markdown):
        for child in token.children or ():
            if child.type == "link_open":
                links.append(str(child.attrGet("href") or ""))
            elif child.type == "image":
                pictures.append((str(child.attrGet("src") or ""), child.content.strip()))
    return tuple(links), tuple(pictures)


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


def _is_in_link(tokens: Sequence[Token], index: int) -> bool:
    before = [token.type for token in tokens[:index]]
    return before.count("link_open") > before.count("link_close")


def _attributes(attributes: Mapping[str, str]) -> Markup:
    return Markup("").join(Markup(' {}="{}"').format(*pair) for pair in attributes.items())


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
