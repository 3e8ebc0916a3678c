"""The register of all routes: pages with a slot, public pages, intake, and every operation of the API.

A route that is not here fails the build, and so does a verb without a page or an operation of the API.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from tests.matrix.operations import OPERATIONS
from tests.matrix.pages import DEMO_PAGES, PAGES
from tests.matrix.vocabulary import Route

ROUTES: Final[tuple[Route, ...]] = (*PAGES, *(DEMO_PAGES if settings.DEMO else ()), *OPERATIONS)
BY_KEY: Final[dict[str, Route]] = {route.key: route for route in ROUTES}
