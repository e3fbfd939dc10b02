from __future__ import annotations

import pytest

from holdfast.doors.api.tests.callers import Caller


@pytest.fixture
def caller(owner):
    """A program that acts as `owner` with all of the owner's words."""
    return Caller(owner)
