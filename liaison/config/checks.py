"""Boot checks of the settings: every message says how to mend it. Rooms check what is theirs in their own."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as Caution

from liaison.catalog import loader as catalog
from liaison.catalog.source import CatalogError
from liaison.catalog.vocabulary import Topic
from liaison.lib.addresses import AddressError, clean_address
from liaison.lib.zones import is_zone
from liaison.mail.places import place_of
from liaison.notifications.registry import registered_topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SHORTEST_SECRET = 32
_LARGEST_PORT = 65_535
_LEAST_CONNECTIONS_OF_A_WORKER = 5  # three couriers, who keep theirs, a keeper of leases, and a late answer
_LONGEST_SESSION = 400 * 24 * 60 * 60  # browsers forget cookies after 400 days whatever they say
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE)

# What the verbs of today announce, beside what the catalog's severities raise.
ANNOUNCED: frozenset[Topic] = frozenset({Topic.ACCOUNT_MAIL, Topic.ONBOARDING_REMINDER, Topic.STAFF_ALARM})


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """Return what is wrong with the settings, all of it at once."""
    return [message for check in _CHECKS for message in check()]


def check_topics(**kwargs: Any) -> list[CheckMessage]:
    """Every topic that a verb may announce needs a handler, or the verb fails when it is too late."""
    try:
        raised = {topic for severity in catalog.severities().values() for topic in severity.raises}
    except CatalogError:  # the catalog's own check says what is wrong with it
        raised = set()
    hint = "Its room registers one in AppConfig.ready()."
    return [
        Error(f"The topic {topic} has no handler.", hint=hint, id="config.E020")
        for topic in sorted((raised | ANNOUNCED) - registered_topics())
    ]


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _secret() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < _SHORTEST_SECRET:
        yield Error(
            f"The secret key has fewer than {_SHORTEST_SECRET} characters.",
            hint="Set LIAISON_SECRET_KEY to a long random text, or unset it: then Liaison makes its own.",
            id="config.E001",
        )


def _portal_url() -> Iterator[CheckMessage]:
    parts = urlsplit(settings.PORTAL_URL)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or parts.fragment:
        yield Error(
            f"PORTAL_URL={settings.PORTAL_URL!r} is not the address of a site.",
            hint="Write scheme and host, without a path: https://portal.example.com.",
            id="config.E002",
        )
        return
    if parts.scheme == "http" and not is_loopback(parts.hostname) and not settings.DEBUG:
        yield Caution(
            "PORTAL_URL is reached without encryption: passwords and cookies can be read on the way.",
            hint="Put a proxy with a certificate in front and write https:// in PORTAL_URL.",
            id="config.W002",
        )
    if settings.PORTAL_HOST not in settings.ALLOWED_HOSTS:
        yield Error(
            f"ALLOWED_HOSTS does not hold {settings.PORTAL_HOST}, the host of PORTAL_URL.",
            hint="Add it, or unset ALLOWED_HOSTS.",
            id="config.E003",
        )
    if "*" in settings.ALLOWED_HOSTS:
        yield Error("ALLOWED_HOSTS allows every host.", hint="Name the hosts.", id="config.E004")
    if settings.DEMO and not is_loopback(parts.hostname):
        yield Error(
            "LIAISON_DEMO is on and PORTAL_URL is reached from elsewhere: anybody could sign in as anybody.",
            hint="Unset LIAISON_DEMO, or use a PORTAL_URL with the host 127.0.0.1.",
            id="config.E005",
        )


def _debugging() -> Iterator[CheckMessage]:
    hosts = (urlsplit(settings.PORTAL_URL).hostname or "", settings.LISTEN_HOST)
    if settings.DEBUG and not all(is_loopback(host) for host in hosts):
        yield Error(
            "LIAISON_DEBUG is on, and the portal is reached from elsewhere: error pages show everybody its inside.",
            hint="Unset LIAISON_DEBUG, or let PORTAL_URL and LISTEN_HOST name 127.0.0.1.",
            id="config.E019",
        )


def _listening() -> Iterator[CheckMessage]:
    for name, port in (("LISTEN_PORT", settings.LISTEN_PORT), ("SMTP_PORT", settings.EMAIL_PORT)):
        if port > _LARGEST_PORT:
            yield Error(f"{name}={port} is no port.", hint="Ports go from 1 to 65535.", id="config.E006")
    if settings.DEMO and not is_loopback(settings.LISTEN_HOST):
        yield Error(
            f"LIAISON_DEMO is on, and LISTEN_HOST={settings.LISTEN_HOST} can be reached from elsewhere.",
            hint="Unset one of the two.",
            id="config.E007",
        )


def _languages_and_zones() -> Iterator[CheckMessage]:
    codes = [code for code, _name in settings.LANGUAGES]
    if settings.LANGUAGE_CODE not in codes:
        yield Error(
            f"DEFAULT_LANGUAGE={settings.LANGUAGE_CODE!r} is none of Liaison's languages.",
            hint=f"Write one of {', '.join(codes)}.",
            id="config.E008",
        )
    if not is_zone(settings.DEFAULT_TIME_ZONE):
        yield Error(
            f"DEFAULT_TIME_ZONE={settings.DEFAULT_TIME_ZONE!r} is no time zone.",
            hint="Write an IANA name: Europe/Rome, Asia/Seoul, UTC.",
            id="config.E009",
        )


def _operator() -> Iterator[CheckMessage]:
    for name, address in (
        ("OPERATOR_SUPPORT_EMAIL", settings.OPERATOR_SUPPORT_EMAIL),
        ("MAIL_FROM", settings.DEFAULT_FROM_EMAIL),
    ):
        try:
            clean_address(address)
        except AddressError as problem:
            yield Error(
                f"{name}={address!r} is not an e-mail address ({problem.code}).",
                hint="Write one plain address: support@example.com.",
                id="config.E010",
            )
    logo = settings.OPERATOR_LOGO_URL
    if logo and not logo.startswith(("/", f"{settings.PORTAL_URL}/", "data:image/")):
        yield Error(
            f"OPERATOR_LOGO_URL={logo!r} lies on another site, and browsers would not load it.",
            hint="Serve the picture under PORTAL_URL, or write it as data:image/….",
            id="config.E011",
        )


def _mail() -> Iterator[CheckMessage]:
    if bool(settings.EMAIL_HOST_USER) != bool(settings.EMAIL_HOST_PASSWORD):
        yield Error("Of SMTP_USER and SMTP_PASSWORD only one is set.", hint="Set both, or neither.", id="config.E012")
    if settings.EMAIL_HOST_USER and not settings.EMAIL_USE_TLS and not is_loopback(settings.EMAIL_HOST):
        yield Caution(
            "The password for the mail server travels without encryption.",
            hint="Set SMTP_STARTTLS=1.",
            id="config.W012",
        )
    if not _DOMAIN.fullmatch(settings.MESSAGE_ID_DOMAIN):
        yield Error(
            f"MESSAGE_ID_DOMAIN={settings.MESSAGE_ID_DOMAIN!r} is no domain.",
            hint="Write a domain that you own, as in example.com, or unset it.",
            id="config.E013",
        )


def _mail_in() -> Iterator[CheckMessage]:
    if settings.MAIL_DOMAIN and not _DOMAIN.fullmatch(settings.MAIL_DOMAIN):
        yield Error(
            f"MAIL_DOMAIN={settings.MAIL_DOMAIN!r} is no domain.",
            hint="Write a domain whose mail your server hands to Liaison: in.example.com.",
            id="config.E030",
        )
    if settings.LMTP_LISTEN:
        try:
            place_of(settings.LMTP_LISTEN)
        except ValueError as problem:
            yield Error(
                f"LMTP_LISTEN: {problem}.",
                hint="Write 127.0.0.1:8024, or the path of a socket: /run/liaison/lmtp.",
                id="config.E031",
            )
        if not settings.MAIL_DOMAIN:
            yield Error(
                "LMTP_LISTEN is set and MAIL_DOMAIN is not: every mail would be refused.",
                hint="Set MAIL_DOMAIN to the domain whose mail comes in, or unset LMTP_LISTEN.",
                id="config.E032",
            )
    if settings.MAIL_DOMAIN and not settings.MAIL_AUTHSERV_ID:
        yield Caution(
            "MAIL_AUTHSERV_ID is not set: no answer by mail can acknowledge anything, and none is asked for.",
            hint="Set it to the name that your mail server writes into Authentication-Results.",
            id="config.W030",
        )


def _processes() -> Iterator[CheckMessage]:
    if settings.INTAKE_MAX_CONCURRENT >= settings.WEB_THREADS > 1:
        yield Caution(
            f"INTAKE_MAX_CONCURRENT={settings.INTAKE_MAX_CONCURRENT} can take all {settings.WEB_THREADS} web threads: "
            "pages wait behind alerts, and overload is never answered.",
            hint="Set INTAKE_MAX_CONCURRENT below WEB_THREADS, or unset it.",
            id="config.W018",
        )
    pool = settings.DATABASES["default"]["OPTIONS"].get("pool")
    if pool and pool["max_size"] < settings.WEB_THREADS:
        yield Caution(
            f"{settings.WEB_THREADS} web threads share {pool['max_size']} database connections.",
            hint="Set DATABASE_POOL_SIZE to at least WEB_THREADS.",
            id="config.W015",
        )
    if pool and pool["max_size"] < _LEAST_CONNECTIONS_OF_A_WORKER:
        yield Error(
            f"The couriers of a worker share {pool['max_size']} database connections: leases could not be prolonged, "
            "and messages would go out twice.",
            hint=f"Set DATABASE_POOL_SIZE to at least {_LEAST_CONNECTIONS_OF_A_WORKER}.",
            id="config.E022",
        )


def _limits() -> Iterator[CheckMessage]:
    if settings.INTAKE_MAX_BYTES > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        yield Error(
            f"INTAKE_MAX_BYTES={settings.INTAKE_MAX_BYTES} is more than any request may hold.",
            hint=f"Set it to at most {settings.DATA_UPLOAD_MAX_MEMORY_SIZE}.",
            id="config.E016",
        )
    if settings.DELIVERY_PEOPLE_DAYS < settings.SENT_BYTES_DAYS:
        yield Error(
            "DELIVERY_PEOPLE_DAYS is shorter than SENT_BYTES_DAYS: the kept bytes name the people anyway.",
            hint=f"Set it to at least {settings.SENT_BYTES_DAYS}.",
            id="config.E021",
        )
    if settings.SESSION_COOKIE_AGE > _LONGEST_SESSION:
        yield Error("SESSION_DAYS is more than browsers keep.", hint="Set it to at most 400.", id="config.E017")


_CHECKS: tuple[Callable[[], Iterator[CheckMessage]], ...] = (
    _secret,
    _portal_url,
    _debugging,
    _listening,
    _languages_and_zones,
    _operator,
    _mail,
    _mail_in,
    _processes,
    _limits,
)
