"""People write, a backup is made, the server is killed: what was acknowledged is there, in the base and in the backup."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import uuid
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import pytest

from tests.machine import ROOT, Server, cluster, data, environment, holdfast, migrated, until

__all__ = ["cluster", "data", "migrated"]
pytestmark = [pytest.mark.slow]
PASSWORD = "only-of-this-test"
WRITERS, SOME = 3, 15
PEOPLE = f"""
import django; django.setup()
from holdfast.foundation.accounts import services as accounts
from holdfast.foundation.accounts.models import Role
accounts.add_user(login="lin", name="林岚", password={PASSWORD!r}, roles=[Role.objects.get(code="admin")], by=None)
"""
KEPT = """
import json, sys
import django; django.setup()
from holdfast.foundation.audit.models import Change
from holdfast.records.customers.models import Customer, SearchEntry
names = dict(Customer.objects.values_list("pk", "name"))
found = {"names": sorted(names.values())}
found["without a search entry"] = sorted(set(names) - set(SearchEntry.objects.values_list("pk", flat=True)))
told = Change.objects.filter(model="customers.customer", verb="add").values_list("subject", flat=True)
found["without a journal entry"] = sorted(set(names) - {int(subject.split(":")[1]) for subject in told})
json.dump(found, sys.stdout)
"""


class Writer(threading.Thread):
    """Somebody who logs in and adds customers through the form until the server is gone."""

    def __init__(self, port: int, name: str) -> None:
        super().__init__(daemon=True)
        self.port, self.mark, self.acknowledged = port, name, []

    def run(self) -> None:
        try:
            self.log_in()
            for number in range(10_000):
                self.add(f"{self.mark}{number}号有限公司")
        except (OSError, http.client.HTTPException):
            return  # the server was killed

    def ask(self, method: str, path: str, form: dict | None = None):
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        head = {"Cookie": getattr(self, "cookies", ""), "Content-Type": "application/x-www-form-urlencoded"}
        link.request(method, path, urlencode(form or {}), head)
        answer = link.getresponse()
        text = answer.read().decode()
        given = dict(part.split(";")[0].split("=", 1) for part in answer.headers.get_all("Set-Cookie", []))
        link.close()
        return answer, text, given

    def log_in(self) -> None:
        _answer, page, given = self.ask("GET", "/login/")
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        self.cookies = "; ".join(f"{name}={value}" for name, value in given.items())
        form = {"csrfmiddlewaretoken": self.token, "username": "lin", "password": PASSWORD}
        answer, page, given = self.ask("POST", "/login/", form)
        assert answer.status == 302, page
        self.cookies = "; ".join(f"{name}={value}" for name, value in given.items())
        _answer, page, _given = self.ask("GET", "/customers/new/")
        self.token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        self.form = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', page))

    def add(self, name: str) -> None:
        form = {**self.form, "csrfmiddlewaretoken": self.token, "name": name, "kind": "company", "channel": "end"}
        answer, page, _given = self.ask("POST", "/customers/new/", form)
        assert answer.status == 302, page
        self.acknowledged.append(name)


def run(folder, code: str, **more: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(folder, **more), capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request):
    """Environment of the database; PostgreSQL gets one of its own in the cluster."""
    if request.param == "sqlite":
        yield {}
        return
    cluster = request.getfixturevalue("cluster")
    name = f"lost_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield {"DATABASE_URL": urlunsplit(urlsplit(cluster)._replace(path=f"/{name}"))}
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.shows("SEC-04")
def test_nothing_acknowledged_is_lost_when_the_server_is_killed_and_a_backup_is_made_meanwhile(data, address, tmp_path):
    if address:
        run(data, "import django; django.setup(); from django.core.management import call_command as c; "
            "c('migrate', verbosity=0)", **address)  # fmt: skip
    run(data, PEOPLE, **address)
    server, archive = Server(data, tmp_path / "serve.log", **address), tmp_path / "busy.holdfast"
    server.ready()
    writers = [Writer(server.port, f"第{number}位写入") for number in range(WRITERS)]
    for writer in writers:
        writer.start()

    def acknowledged() -> list[str]:
        return [name for writer in writers for name in list(writer.acknowledged)]

    until(lambda: len(acknowledged()) >= SOME, "the first customers")
    before = acknowledged()
    made = holdfast(data, "backup", str(archive), **address)
    during = len(acknowledged())
    until(lambda: len(acknowledged()) >= during + SOME, "more customers")
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    server.file.close()
    for writer in writers:
        writer.join(30)

    assert made.returncode == 0, made.stderr
    kept = json.loads(run(data, KEPT, **address))
    assert set(acknowledged()) <= set(kept.pop("names"))
    assert kept == {"without a search entry": [], "without a journal entry": []}
    assert holdfast(data, "doctor", **address).returncode == 0
    back = tmp_path / "back"
    assert holdfast(back, "restore", str(archive)).returncode == 0
    restored = json.loads(run(back, KEPT))
    assert set(before) <= set(restored.pop("names"))
    assert restored == {"without a search entry": [], "without a journal entry": []}
    assert holdfast(back, "doctor").returncode == 0
