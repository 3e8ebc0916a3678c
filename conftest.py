"""Every test run has a PostgreSQL: that of DATABASE_URL, else the private cluster, started here.

It happens while this file is read, because the settings need the address and are read right after. Workers of
pytest-xdist inherit the address. The last process that used the cluster stops it.
"""

from __future__ import annotations

import atexit
import os
import tempfile
from collections.abc import Iterator

import hypothesis
import pytest

from liaison.config.postgres import PrivatePostgres, default_root

if not os.environ.get("DATABASE_URL"):
    cluster = PrivatePostgres(default_root())
    cluster.start()
    atexit.register(cluster.stop)
    os.environ["DATABASE_URL"] = cluster.url
# Tests of other things tell the same people again and again within seconds; each shall get a mail of its own.
os.environ["BUNDLE_SECONDS"] = "0"
# Files that tests keep lie in a folder of this run, however full the disk is.
if "FILES_DIR" not in os.environ:
    files = tempfile.TemporaryDirectory(prefix="liaison-files-")
    atexit.register(files.cleanup)
    os.environ |= {"FILES_DIR": files.name, "FILES_MIN_FREE_BYTES": "0"}
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liaison.config.settings")
# Nothing is collected for tests: pages name the static files as they lie in the rooms.
os.environ.setdefault("LIAISON_PLAIN_STATIC", "1")

import django  # needs the address above
import pytest_django
from django.conf import LazySettings, settings  # as above

# Whitenoise warns where nothing was collected yet, and warnings are errors here.
settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)

# pytest-django sets Django up only where it knew the settings before this file; models are imported right after.
django.setup()

from liaison.notifications import forms  # noqa: E402  # needs the settings
from liaison.notifications.testing import MailServer  # noqa: E402  # as above
from tests.database import commit_without_waiting, empty_quickly, forget_the_killed, share_template  # noqa: E402  # needs the settings

# Properties that do not say how often they are tried: the suite has minutes, `HYPOTHESIS_EXAMPLES=1000` has longer.
# How busy the machine is decides about none of them.
hypothesis.settings.register_profile(
    "suite",
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "50")),
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("suite")


@pytest.fixture
def mail_server(settings: LazySettings) -> Iterator[MailServer]:
    """A real SMTP server with a ledger, where the portal's mail goes."""
    forms.forget()  # those of another test were rolled back with it
    server = MailServer()
    server.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    yield server
    server.let_go()
    server.stop()
    forms.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    request: pytest.FixtureRequest,
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: pytest_django.DjangoDbBlocker,
) -> None:
    """Let the database of this process be a copy of one that is migrated, and be emptied only where it has rows."""
    with django_db_blocker.unblock():
        share_template(request.config)
        empty_quickly()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker) -> None:
    with django_db_blocker.unblock():
        commit_without_waiting()
        forget_the_killed()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name content by its argument: bytes made anew differ from process to process (the clock in a zip, for one)."""
    return argname if isinstance(val, bytes) else None
