"""The `holidays` package, loaded a country at a time: what it knows of a country, and which countries it knows.

The package itself loads all 250 countries as soon as one is asked for, 8 MB in every process; nearly every
installation asks for fewer than ten.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec, module_from_spec
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from holidays import HolidayBase

_COUNTRIES: Final = "holidays.countries"


@lru_cache(maxsize=1)
def countries() -> Mapping[str, tuple[str, str]]:
    """Return the countries that are known, by their two letters: the module and the class of each."""
    registry = importlib.import_module("holidays.registry").COUNTRIES
    return MappingProxyType({names[1]: (module, names[0]) for module, names in registry.items()})


@lru_cache(maxsize=64)
def lists_of(country: str) -> type[HolidayBase]:
    """Return the class that computes the lists of a country of `countries()`; raises KeyError for another."""
    module, name = countries()[country]
    _stand_in_for_the_package()
    found: type[HolidayBase] = getattr(importlib.import_module(f"{_COUNTRIES}.{module}"), name)
    return found


@lru_cache(maxsize=1)
def _stand_in_for_the_package() -> None:
    """Put a package in the place of `holidays.countries` that finds its modules and imports none by itself."""
    if _COUNTRIES in sys.modules:
        return
    spec = find_spec(_COUNTRIES)
    if spec is None:
        raise ImportError("The package of public holidays has no countries.")
    # Made and never run: its code is what imports every country.
    sys.modules[_COUNTRIES] = module_from_spec(spec)
