"""Prepare a checkout: `python3 scripts/bootstrap.py run` for the portal, `dev` for checks, `test` for tests.

Needs Python 3.11 or newer and nothing else. What is done already is not done again, so a second run is quick.
This file itself reads on any Python 3, so that an old one gets a clear answer.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14")


def find_python() -> str:
    """Return a Python that is new enough, an empty text when there is none."""
    question = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for name in NAMES:
        try:
            if subprocess.call([name, "-c", question], stderr=subprocess.DEVNULL) == 0:
                return name
        except OSError:
            continue
    return ""


def main() -> int:
    if sys.version_info < OLDEST:
        python = find_python()
        if not python:
            print(f"Liaison needs Python 3.11 or newer; this is {sys.version.split()[0]}.", file=sys.stderr)
            print("Install one, for example: apt-get install python3.11 python3.11-venv", file=sys.stderr)
            return 1
        os.execvp(python, [python, *sys.argv])  # noqa: S606  # no shell is meant
    from setup_steps.order import prepare  # noqa: PLC0415  # only a Python that is new enough can read it

    return prepare(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
