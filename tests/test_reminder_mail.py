"""A real worker that is killed while it hands a letter over."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from holdfast.foundation.notices.tests.postbox import opened
from tests.machine import ROOT, data, environment, migrated, sql, until

__all__ = ["data", "migrated"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("HOLDFAST_TEST_DATABASE") == "postgres", reason="runs on SQLite of its own"),
]
TELL = """
import datetime, django; django.setup()
from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices import services
user = User.objects.create_user("fang", "x", name="方圆", email="fang@example.com")
noon = datetime.time(0)
services.set_preference(user, mail="at_once", digest_at=noon, quiet_from=noon, quiet_until=noon)
services.notify(user, kind="some.kind", key="1", payload={}, url="/tasks/")
"""


@pytest.fixture
def post(data):
    """A mail server, and the settings of a company that sends by it."""
    controller, box = opened()
    settings = environment(data, HOLDFAST_SMTP_URL=f"smtp-plain://127.0.0.1:{controller.port}")
    subprocess.run([sys.executable, "-c", TELL], env=settings, cwd=ROOT, check=True)
    yield box, settings
    box.hold = ""
    controller.stop()


@pytest.fixture
def worker(data, post):
    """Starts workers, and ends what is left of them."""
    started = []

    def start():
        command = [sys.executable, "-m", "django", "worker"]
        with (data / "worker.log").open("ab") as log:
            started.append(subprocess.Popen(command, env=post[1], cwd=ROOT, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(20)


def state(data):
    return sql(data, "SELECT state FROM notices_mail")[0][0]


def killed(process):
    process.send_signal(signal.SIGKILL)
    process.wait(20)


@pytest.mark.shows("SAL-02")
def test_a_worker_killed_before_the_content_leaves_the_letter_to_the_next_and_it_comes_once(data, post, worker):
    box, _settings = post
    box.hold = "RCPT"
    first = worker()
    assert box.held.wait(60)
    assert state(data) == "claimed"
    killed(first)
    box.hold = ""

    second = worker()
    until(lambda: state(data) == "sent", "the letter")
    killed(second)
    worker()
    runs = len(sql(data, "SELECT id FROM jobs_job"))
    sql(data, "UPDATE jobs_job SET created_at = datetime(created_at, '-5 minutes')")
    until(lambda: sql(data, "SELECT max(id) FROM jobs_job WHERE state = 'done'")[0][0] > runs, "another round")

    assert len(box.letters) == 1


@pytest.mark.shows("SAL-02")
def test_a_worker_killed_while_the_content_goes_over_never_sends_twice(data, post, worker):
    box, _settings = post
    box.hold = "DATA"
    first = worker()
    assert box.held.wait(60)
    assert state(data) == "sending"
    killed(first)
    box.hold = ""

    worker()

    until(lambda: state(data) == "uncertain", "the mark")
    assert len(box.letters) <= 1
