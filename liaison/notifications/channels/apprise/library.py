"""The apprise library, loaded when it is needed, with everything shut that is not ours to open.

Attachments are off as a whole, and with them files and addresses that templates and keys are read from; nothing is
stored; `requests` is ours. Only plugins that call by `requests` alone can be guarded: all others are refused.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from functools import cache
from types import ModuleType
from typing import Any, Final
from urllib.parse import urlsplit

import apprise
import requests  # noqa: TID251  # only to find where the library holds it
from apprise.manager_attachment import AttachmentManager
from apprise.manager_plugins import NotificationManager

from liaison.notifications.channels.apprise.guarded import GuardedRequests

# Whatever a plugin has from these, it can call by it past our client.
_OTHER_WAYS: Final = (
    "aiohttp",
    "apprise.utils.socket",
    "asyncio",
    "ftplib",
    "http.client",
    "httpx",
    "paho",
    "requests.adapters",
    "requests.api",
    "requests.sessions",
    "slixmpp",
    "smtplib",
    "socket",
    "ssl",
    "subprocess",
    "urllib.request",
    "urllib3",
    "websocket",
)
# They read and write files of their own beside what they are told to send.
_KEEP_FILES: Final = frozenset({"fcm", "vapid"})
_PLUGINS: Final = "apprise.plugins."
_loading = threading.Lock()
_BASES: Final = frozenset({"apprise.plugins.base"})

logger = logging.getLogger(__name__)


def plugin_of(address: str, allowed: tuple[str, ...]) -> apprise.NotifyBase | None:
    """Return what sends to an address, None for one that is not allowed, cannot be guarded or makes no sense."""
    scheme = scheme_of(address)
    if scheme not in allowed or why_not(scheme):
        return None
    asset = apprise.AppriseAsset(
        async_mode=False,
        secure_logging=True,
        allow_templates=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
    )
    try:
        plugin = apprise.Apprise.instantiate(address, asset=asset)
    except Exception as error:  # noqa: BLE001  # what people type is theirs, and its plugins trust it
        logger.info("The apprise library broke over an address: %s", type(error).__name__)
        return None
    # What was allowed is the plugin of the scheme, and none that the library might see in the rest of the address.
    if not isinstance(plugin, apprise.NotifyBase) or type(plugin) is not _loaded()[scheme]:
        return None
    plugin.request_rate_per_sec = 0  # our own time ends soon enough: nobody sleeps in between
    return plugin


def why_not(scheme: str) -> str:
    """Return why services of a scheme cannot be offered, empty when they can."""
    known = _loaded()
    if scheme not in known.schemas():
        return "apprise knows no such scheme, or lacks what it needs"
    if scheme in _KEEP_FILES:
        return "it keeps files of its own"
    modules = _modules_of(known[scheme])
    has_other_ways = any(map(_has_another_way, modules))
    if has_other_ways or not any(isinstance(vars(module).get("requests"), GuardedRequests) for module in modules):
        return "it does not call by HTTP alone, so its calls cannot be guarded"
    return ""


def scheme_of(address: str) -> str:
    """Return the scheme, empty for what is no address."""
    try:
        return urlsplit(address.strip()).scheme.lower()
    except ValueError:  # of brackets, for example
        return ""


def _loaded() -> Any:
    with _loading:  # two threads serve this channel
        return _load()


@cache
def _load() -> Any:
    """Load all plugins, once in a process: about 40 MB."""
    logging.getLogger("apprise").setLevel(logging.CRITICAL)  # it logs answers, which are nobody's business
    managers: Any = (AttachmentManager, NotificationManager)  # they carry no types
    attachments, known = (manager() for manager in managers)
    attachments.remove("file", "http", "https", unload=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what its optional parts import is not ours to mend
        known.schemas()
    ours = GuardedRequests()
    for name, module in tuple(sys.modules.items()):
        if name.startswith("apprise.") and vars(module).get("requests") is requests:
            module.requests = ours  # type: ignore[attr-defined]  # the one name by which they call
    return known


def _modules_of(plugin: type) -> list[ModuleType]:
    """Return the modules that a plugin is made of: its own, those of its package, and those it inherits from."""
    own = {one.__module__ for one in plugin.__mro__ if one.__module__.startswith(_PLUGINS)} - _BASES
    packages = {name if hasattr(sys.modules[name], "__path__") else name.rpartition(".")[0] for name in own} - {
        _PLUGINS.rstrip(".")
    }
    return [
        module
        for name, module in tuple(sys.modules.items())
        if name in own or any(name == package or name.startswith(f"{package}.") for package in packages)
    ]


def _has_another_way(module: ModuleType) -> bool:
    """Say whether a module holds something that can make calls: a module, a class or a function of one."""
    origins = (
        value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", ""))
        for value in vars(module).values()
    )
    return any(origin == way or origin.startswith(f"{way}.") for origin in origins for way in _OTHER_WAYS)
