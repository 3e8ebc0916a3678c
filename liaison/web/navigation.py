"""The registry of navigation: rooms above register their pages in `AppConfig.ready()`, the base page shows them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.http import HttpRequest
from django.urls import get_script_prefix
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from liaison.lib.remembered import remembered
from liaison.web.addresses import address_of, public_url


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


@dataclass(frozen=True, slots=True, eq=False)
class NavigationItem:
    """One entry. `icon` is a Tabler name listed in `scripts/icons.txt`; `visible` must not query per item.

    `is_public`: the route lives outside the identity slots, as help does. An entry equals itself alone: what is kept
    of pages is found by the entries that they show.
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


@dataclass(frozen=True, slots=True)
class Entries:
    """What one reader may see, in order, and the key of the one that covers the present page: all that a menu shows."""

    items: tuple[NavigationItem, ...]
    current: str = ""

    @property
    def links(self) -> tuple[NavigationLink, ...]:
        prefix = get_script_prefix()
        return tuple(
            NavigationLink(item.key, str(item.label), _address(item, prefix), item.icon, item.key == self.current)
            for item in self.items
        )

    @property
    def sections(self) -> tuple[NavigationSection, ...]:
        """The groups with at least one link."""
        of_group: dict[NavigationGroup, list[NavigationLink]] = {group: [] for group in NavigationGroup}
        for item, link in zip(self.items, self.links, strict=True):
            of_group[item.group].append(link)
        return tuple(
            NavigationSection(group, str(GROUP_LABELS[group]), tuple(links))
            for group, links in of_group.items()
            if links
        )


_items: dict[str, NavigationItem] = {}  # in the order in which they are shown


def register(item: NavigationItem) -> None:
    """Add an entry. A key given twice is a mistake of ours and raises `ValueError`."""
    if item.key in _items:
        raise ValueError(f"The navigation entry {item.key!r} is registered twice.")
    ordered = sorted([*_items.values(), item], key=lambda one: (one.order, one.key))
    _items.clear()
    _items.update({one.key: one for one in ordered})


def items_for(request: HttpRequest) -> tuple[NavigationItem, ...]:
    """Return the entries this reader may see, in order."""
    return tuple([item for item in _items.values() if item.visible(request)])


def entries_for(request: HttpRequest) -> Entries:
    """Return the entries of this reader; of all the one with the longest matching address is current."""
    items = items_for(request)
    path, longest, current = request.path, 0, ""
    for item, (address, below) in zip(items, _addresses(items, get_script_prefix()), strict=True):
        if len(address) > longest and (path == address or path.startswith(below)):
            longest, current = len(address), item.key
    return Entries(items, current)


def help_pages() -> Entries:
    """Return the public help pages: for everyone, on error pages too, so nobody is asked who is looking."""
    found = [item for item in _items.values() if item.is_public and item.group == NavigationGroup.HELP]
    return Entries(tuple(sorted(found, key=lambda item: (item.order, item.key))))


@remembered(4096)
def _address(item: NavigationItem, prefix: str) -> str:  # of all addresses, which is asked for where they are made
    return public_url(item.url_name) if item.is_public else address_of(item.url_name)


@remembered(4096)
def _addresses(items: tuple[NavigationItem, ...], prefix: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return of each entry its address, and how what lies below it begins: of the first page nothing does."""
    found = [_address(item, prefix) for item in items]
    return tuple([(one, () if one == prefix else (one.rstrip("/") + "/",)) for one in found])
