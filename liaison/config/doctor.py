"""What `liaison doctor` looks at. Each examination answers findings: all right, or what to do about it."""

from __future__ import annotations

import secrets
import shutil
import smtplib
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from liaison.config import locks, static_files
from liaison.config.messages import catalogues
from liaison.delegation.comparing import differs, some_customers
from liaison.files import clamd, scanning
from liaison.files.storage import free_bytes, has_room
from liaison.lib.clock import utc_now
from liaison.notifications.auditing.dead_man import has_beaten_lately
from liaison.notifications.auditing.standing import Health, Standing, standing
from liaison.notifications.checks import unguarded_services
from liaison.notifications.offer import endpoint_channels
from liaison.notifications.queries import message_stats

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OLDEST_VERSION = 150_000
_LARGEST_CLOCK_DIFFERENCE = 2.0
_LEAST_FREE_BYTES = 500 * 1024 * 1024
_MAIL_TIMEOUT = 5.0
_LONGEST_WAIT = 60.0
_MOST_CUSTOMERS = 2_000
_LONGEST_COMPARISON = 5.0


@dataclass(frozen=True)
class Finding:
    """One line of the report: what was looked at, what was found, and how to mend it if need be."""

    about: str
    what: str
    mend: str = ""

    @property
    def is_problem(self) -> bool:
        return bool(self.mend)


def examine() -> Iterator[Finding]:
    """Look at everything; what needs the database is left out when there is none."""
    yield from look_at_settings()
    reachable = True
    for finding in look_at_database():
        reachable = reachable and not (finding.about == "database" and finding.is_problem)
        yield finding
    for look in (*(_NEED_DATABASE if reachable else ()), *_NEED_NO_DATABASE):
        yield from look()


def look_at_settings() -> Iterator[Finding]:
    found = checks.run_checks()
    for message in found:
        yield Finding("settings", message.msg, message.hint or f"See {message.id}.")
    if not found:
        yield Finding("settings", "every boot check holds")


def look_at_database() -> Iterator[Finding]:
    try:
        with locks.connect() as own:
            version = own.info.server_version
            icu = own.execute("SELECT count(*) FROM pg_collation WHERE collprovider = 'i'").fetchone()
    except psycopg.Error as problem:
        yield Finding(
            "database",
            f"does not answer: {str(problem).strip()}",
            "Start the server that DATABASE_URL names, or unset DATABASE_URL to use a private one.",
        )
        return
    where = connection.settings_dict["HOST"] or "localhost"
    words = f"PostgreSQL {version // 10_000}.{version % 10_000} at {where}"
    if version < _OLDEST_VERSION:
        yield Finding("database", words, "Move to PostgreSQL 15 or newer.")
        return
    yield Finding("database", f"{words}, {'with' if icu and icu[0] else 'without'} ICU")


def look_at_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        names = ", ".join(f"{migration.app_label}.{migration.name}" for migration, _backwards in waiting[:5])
        yield Finding("migrations", f"{len(waiting)} not applied: {names}", "Run `liaison prepare`.")
        return
    tables = connection.introspection.table_names()
    if settings.CACHES["default"]["LOCATION"] not in tables:
        yield Finding("migrations", "the cache table is missing", "Run `liaison prepare`.")
        return
    yield Finding("migrations", "all applied")


def look_at_clock() -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    difference = abs((theirs.astimezone(UTC) - utc_now()).total_seconds())
    words = f"{difference:.3f} s away from the database's"
    too_far = difference > _LARGEST_CLOCK_DIFFERENCE
    yield Finding("clock", words, "Let both machines follow the same time server (NTP)." if too_far else "")


def look_at_messages() -> Iterator[Finding]:
    now = utc_now()
    try:
        stats = message_stats(now)
    except DatabaseError:
        return  # the tables are not there yet, and the line about migrations says so
    waited = (now - stats.oldest_due_at).total_seconds() if stats.oldest_due_at else 0.0
    words = f"{stats.waiting} waiting, {stats.unknown} unknown, {stats.failed} failed in the last day"
    if waited > _LONGEST_WAIT:
        mend = "Run `liaison worker`, and read its log."
        yield Finding("messages", f"{words}; the oldest has waited {waited:.0f} s", mend)
        return
    yield Finding("messages", words)


def look_at_deliveries() -> Iterator[Finding]:
    """Say what the last audit of the deliveries found."""
    try:
        stands = standing(utc_now())
    except DatabaseError:
        return  # as above
    said = ", ".join(f"{one.count} {one.trouble.value.replace('_', ' ')}" for one in stands.findings)
    if stands.health is Health.SILENT:
        when = f"the last audit was at {stands.at:%Y-%m-%d %H:%M:%S} UTC" if stands.at else "there never was an audit"
        yield Finding("deliveries", when, "Run `liaison worker`: nobody watches over the deliveries.")
    elif stands.health is Health.FAILED:
        yield Finding("deliveries", f"the audit failed: {said}", "Follow docs/runbooks/deliveries-are-late.md.")
    elif stands.health is Health.TO_LOOK_AT:
        yield Finding("deliveries", f"the audit passed; to look at: {said}", "Open Deliveries at the desk.")
    else:
        yield Finding("deliveries", "the audit passed")
    yield from _look_at_dead_man(stands)


def _look_at_dead_man(stands: Standing) -> Iterator[Finding]:
    if not settings.DEAD_MAN_URL:
        yield Finding("deliveries", "nobody outside is told that all is well (DEAD_MAN_URL is not set)")
    elif stands.health in {Health.GOOD, Health.TO_LOOK_AT} and not has_beaten_lately(utc_now()):
        yield Finding("deliveries", "the dead man does not hear us", "Check DEAD_MAN_URL, and the worker's log.")


def look_at_delegation() -> Iterator[Finding]:
    """Compare the rows by which lists know who sees whose cases with the rule: of all customers, or some by chance."""
    now, until = utc_now(), time.monotonic() + _LONGEST_COMPARISON
    compared, wrong = 0, []
    try:
        customers = some_customers(_MOST_CUSTOMERS, chance=secrets.randbelow)
        for customer in customers:
            if time.monotonic() > until:
                break
            compared += 1
            if differs(customer.pk, now):
                wrong.append(customer.slug)
    except DatabaseError:
        return  # as above
    is_all = compared == len(customers) < _MOST_CUSTOMERS
    words = f"{compared} customers compared" if is_all else f"{compared} customers compared, chosen by chance"
    if wrong:
        mend = "Run `liaison compare_access --mend`, and report it: no verb leaves them like that."
        yield Finding("delegation", f"{words}; lists disagree with the rule for {', '.join(wrong[:5])}", mend)
        return
    yield Finding("delegation", f"{words}: lists agree with the rule of who sees whose cases")


def look_at_mail() -> Iterator[Finding]:
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    mend = "Set SMTP_HOST, SMTP_PORT and, where it wants them, SMTP_USER, SMTP_PASSWORD and SMTP_STARTTLS."
    try:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=_MAIL_TIMEOUT) as server:
            server.ehlo_or_helo_if_needed()
            offers_encryption = server.has_extn("starttls")
    except (OSError, smtplib.SMTPException) as problem:
        yield Finding("mail", f"{where} does not answer: {problem}", mend)
        return
    if settings.EMAIL_USE_TLS and not offers_encryption:
        yield Finding("mail", f"{where} offers no STARTTLS", "Unset SMTP_STARTTLS, or use another server.")
        return
    yield Finding("mail", f"{where} answers")


def look_at_channels() -> Iterator[Finding]:
    """Say which channels are offered, and what of the operator's allow-list is not."""
    offered = ", ".join(channel.value.replace("_", " ") for channel in endpoint_channels())
    printed = " (WEBHOOKS=console: printed, not sent)" if settings.WEBHOOKS == "console" else ""
    yield Finding("channels", f"mail, {offered}{printed}")
    for scheme, reason in unguarded_services():
        yield Finding("channels", f"{scheme}: {reason}", "Take it out of APPRISE_ALLOWED.")


def look_at_storage() -> Iterator[Finding]:
    folder = Path(settings.VAR_DIR)
    mend = "Set LIAISON_VAR to a folder that this user can write, on a disk with room."
    probe = folder / f".doctor-{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"written")
        probe.unlink()
    except OSError as problem:
        yield Finding("storage", f"{folder} cannot be written: {problem}", mend)
        return
    free = shutil.disk_usage(folder).free
    words = f"{folder} can be written, {free / 1024**3:.1f} GiB free"
    yield Finding("storage", words, mend if free < _LEAST_FREE_BYTES else "")
    if not static_files.are_collected():
        yield Finding("storage", "the static files are missing or old", "Run `liaison prepare`.")


def look_at_files() -> Iterator[Finding]:
    """Say whether there is room for files, and whether the scanner answers where there should be one."""
    free = f"{free_bytes() / 1024**3:.1f} GiB free for files" if settings.FILES_STORAGE == "folder" else "in S3 storage"
    mend = "See docs/runbooks/files-are-not-taken.md."
    yield Finding("files", free if has_room() else f"{free}: none are taken", "" if has_room() else mend)
    if not scanning.is_on():
        yield Finding("files", "no virus scanner is set (CLAMD_ADDRESS)")
    elif clamd.is_up():
        yield Finding("files", f"the virus scanner at {settings.CLAMD_ADDRESS} answers")
    else:
        yield Finding("files", f"the virus scanner at {settings.CLAMD_ADDRESS} does not answer: files are held", mend)


def look_at_translations() -> Iterator[Finding]:
    for language in catalogues.LANGUAGES:
        source = catalogues.po_file(language)
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns:
            yield Finding("translations", f"{language.name} is not compiled", "Run `liaison prepare`.")
            continue
        messages = dict(catalogues.messages_of(catalogues.read(language)))
        missing = sum(not all(catalogues.translations_of(message)) for message in messages.values())
        words = f"{language.name}: {len(messages) - missing} of {len(messages)}"
        mend = "Use a release: in this state English stands where words are missing." if missing else ""
        yield Finding("translations", words, mend)


_NEED_NO_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    look_at_mail,
    look_at_channels,
    look_at_storage,
    look_at_files,
    look_at_translations,
)
_NEED_DATABASE: tuple[Callable[[], Iterator[Finding]], ...] = (
    look_at_migrations,
    look_at_clock,
    look_at_messages,
    look_at_deliveries,
    look_at_delegation,
)
