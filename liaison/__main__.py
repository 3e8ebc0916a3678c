"""`python -m liaison` is the `liaison` command."""

from __future__ import annotations

import sys

from liaison.config.command import main

if __name__ == "__main__":
    sys.exit(main())
