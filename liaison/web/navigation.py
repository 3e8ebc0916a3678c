"""The registry of navigation: rooms above register their pages in `AppConfig.ready()`, the base page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.web.addresses import public_url


class NavigationGroup(StrEnum):
    """The groups in the order in which they are shown. Help stands at the foot of every page as well."""

    MAIN = "main"
    ACCOUNT = "account"
    CONFIGURATION = "configuration"
    STAFF = "staff"
    HELP = "help"


GROUP_LABELS: dict[NavigationGroup, Promise | str] = {
    NavigationGroup.MAIN: "",
    NavigationGroup.ACCOUNT: _("Account and users"),
    NavigationGroup.CONFIGURATION: _("Configuration"),
    NavigationGroup.STAFF: _("Staff"),
    NavigationGroup.HELP: _("Help"),
}


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One entry. `icon` is a Tabler name listed in `scripts/icons.txt`; `visible` must not query per item.

    `is_public`: the route lives outside the identity slots, as help does.
    """

    key: str
    label: Promise
    url_name: str
    icon: str
    order: int
    visible: Callable[[HttpRequest], bool]
    group: NavigationGroup = NavigationGroup.MAIN
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as one reader sees it."""

    key: str
    label: str
    address: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class NavigationSection:
    """A group with at least one link for this reader."""

    key: NavigationGroup
    label: str
    links: tuple[NavigationLink, ...]


_items: dict[str, NavigationItem] = {}


def register(item: NavigationItem) -> None:
    """Add an entry. A key given twice is a mistake of ours and raises `ValueError`."""
    if item.key in _items:
        raise ValueError(f"The navigation entry {item.key!r} is registered twice.")
    _items[item.key] = item


def items_for(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Return the entries this reader may see, in order."""
    shown = (item for item in _items.values() if item.visible(request))
    return tuple(sorted(shown, key=lambda item: (item.order, item.key)))


def sections_for(request: HttpRequest) -> tuple[NavigationSection, ...]:
    """Return the groups with their links; of all links the one with the longest matching address is current."""
    items = items_for(request)
    addresses = {item.key: _address(item) for item in items}
    current = max(
        (item.key for item in items if _covers(addresses[item.key], request.path)),
        key=lambda key: len(addresses[key]),
        default="",
    )
    sections = []
    for group in NavigationGroup:
        links = tuple(
            NavigationLink(item.key, str(item.label), addresses[item.key], item.icon, item.key == current)
            for item in items
            if item.group == group
        )
        if links:
            sections.append(NavigationSection(group, str(GROUP_LABELS[group]), links))
    return tuple(sections)


def help_links() -> tuple[NavigationLink, ...]:
    """Return the public help pages: for everyone, on error pages too, so nobody is asked who is looking."""
    found = [item for item in _items.values() if item.is_public and item.group == NavigationGroup.HELP]
    return tuple(
        NavigationLink(item.key, str(item.label), _address(item), item.icon, is_current=False)
        for item in sorted(found, key=lambda item: (item.order, item.key))
    )


def _address(item: NavigationItem) -> str:
    return public_url(item.url_name) if item.is_public else reverse(item.url_name)


def _covers(address: str, path: str) -> bool:
    # The first page stands for itself alone; every page lies below its address.
    below = address != get_script_prefix() and path.startswith(address.rstrip("/") + "/")
    return path == address or below
