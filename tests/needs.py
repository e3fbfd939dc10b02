"""What some tests need from the machine: absent, they skip loudly on a user's machine and fail in CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def missing(what: str, remedy: str) -> None:
    """Skip, saying what is missing and what brings it; with CI=true fail."""
    message = f"{what} is missing: {remedy}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


def shared_data() -> Path:
    """The folder of real data made by others, kept beside the code and not part of it."""
    folder = Path(os.environ.get("HOLDFAST_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        missing("The folder of public test data", "put it beside the code, or name it in HOLDFAST_SHARED_DATA")
    return folder


def chromium() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("Chromium", "install the package chromium")
    return path or ""
