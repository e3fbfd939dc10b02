"""Prepares a test run before any setting is read: own data folder, and PostgreSQL where it is asked for.

Loaded by `-p tests.plugin`. `HOLDFAST_TEST_DATABASE=postgres` starts a throw-away cluster in the first process;
parallel workers inherit its address.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests import postgres


def _prepare() -> None:
    os.environ["HOLDFAST_TESTING"] = "1"
    if "HOLDFAST_TEST_FOLDER" not in os.environ:
        folder = os.environ["HOLDFAST_TEST_FOLDER"] = tempfile.mkdtemp(prefix="holdfast-test-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    own = os.path.join(os.environ["HOLDFAST_TEST_FOLDER"], os.environ.get("PYTEST_XDIST_WORKER", "main"))
    os.makedirs(own, exist_ok=True)
    os.environ["HOLDFAST_DATA"] = own  # parallel workers must not see each other's files
    os.environ.setdefault("HOLDFAST_SECRET_KEY", "test-only")
    if os.environ.get("HOLDFAST_TEST_DATABASE") == "postgres":
        if "HOLDFAST_TEST_POSTGRES" not in os.environ:
            os.environ["HOLDFAST_TEST_POSTGRES"] = postgres.start()
        os.environ["DATABASE_URL"] = os.environ["HOLDFAST_TEST_POSTGRES"]
    else:
        os.environ.pop("DATABASE_URL", None)


_prepare()
