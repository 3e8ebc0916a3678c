"""A delivery process of its own, for the tests that kill and stop one. It prints when it is ready."""

from __future__ import annotations

import os
import signal
import sys
import threading

import django


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "liaison.config.settings"
    django.setup()

    from liaison.notifications import registry  # noqa: PLC0415  # the apps must be there first
    from liaison.notifications.testing import TopicOfTests  # noqa: PLC0415
    from liaison.notifications.tests.conftest import TOPICS  # noqa: PLC0415
    from liaison.notifications.worker import deliver_forever  # noqa: PLC0415

    registry._handlers.update({topic: TopicOfTests(topic) for topic in TOPICS})
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    deliver_forever(stop)


if __name__ == "__main__":
    main()
