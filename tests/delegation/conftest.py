from __future__ import annotations

import pytest

from tests.delegation.scene import make_scene
from tests.delegation.staging import Stage


@pytest.fixture
def scene(db: None) -> Stage:
    return make_scene()
