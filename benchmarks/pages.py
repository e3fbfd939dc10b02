"""What people wait for, against the real server: each page at one client and at eight."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote, urlencode

from benchmarks.company import PASSWORD

PORT = 8977
ONE, MANY = 40, 25


def measure(folder: Path, people: dict[str, Any], say: Callable[[str, str], None]) -> dict[str, Any]:
    server = _serve()
    try:
        _wait()
        bare = _measure("/login/", "", 1, ONE)
        say("bare page (login)", _words(bare))
        figures: dict[str, Any] = {"bare": bare}
        for login in ("admin", "seller"):
            cookie = _login(login)
            for name, path in _paths(people[login]).items():
                for clients, rounds in ((1, ONE), (8, MANY)):
                    found = _measure(path, cookie, clients, rounds)
                    key = f"{login}: {name}, {clients} client{'s' if clients > 1 else ''}"
                    figures[key] = found
                    say(key, f"{_words(found)}, {found['p50'] / bare['p50']:.1f} × bare")
        return figures
    finally:
        server.terminate()
        server.wait(20)


def _paths(person: Any) -> dict[str, str]:
    from holdfast.records.customers.models import Customer

    customer = Customer.objects.visible_to(person).order_by("-standing__revenue_12m_minor").first()
    return {
        "list": "/customers/",
        "counts of the tabs": "/customers/counts/",
        "list by stage": "/customers/?stage=at_risk",
        "list by revenue": "/customers/?sort=revenue",
        "list of a common phrase": f"/customers/?q={quote('精密')}",
        "search rare": "/search/?q=1380004567",
        "search common phrase": f"/search/?q={quote('精密')}",
        "search shared name": f"/search/?q={quote('王建')}",
        "suggestions": f"/search/?part=suggest&q={quote('王建')}",
        "customer page": f"/customers/{customer.pk}/",
        "orders panel": f"/commerce/customers/{customer.pk}/orders/",
        "money panel": f"/commerce/customers/{customer.pk}/money/",
        "history panel": f"/customers/{customer.pk}/history/",
        "needs panel": f"/customers/{customer.pk}/needs/",
        "care panel": f"/care/customers/{customer.pk}/",
        "score card": f"/value/customers/{customer.pk}/card/",
        "workbench": "/",
    }


def _serve() -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("holdfast")), "serve", "--port", str(PORT), "--workers", "2"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ.copy())


def _wait() -> None:
    for _ in range(120):
        try:
            _get("/login/", "")
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise SystemExit("the server did not answer within a minute")


def _get(path: str, cookie: str) -> tuple[int, bytes, str]:
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    link.request("GET", path, headers={"Cookie": cookie, "Accept-Language": "zh-CN"})
    answer = link.getresponse()
    body = answer.read()
    cookies = "; ".join(part.split(";")[0] for part in answer.headers.get_all("Set-Cookie", []))
    link.close()
    return answer.status, body, cookies


def _login(login: str) -> str:
    _status, body, cookies = _get("/login/", "")
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    token = found.group(1).decode() if found else ""
    link = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    form = urlencode({"csrfmiddlewaretoken": token, "username": login, "password": PASSWORD})
    head = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    link.request("POST", "/login/", form, head)
    answer = link.getresponse()
    answer.read()
    fresh = "; ".join(part.split(";")[0] for part in answer.headers.get_all("Set-Cookie", []))
    if answer.status != 302:
        raise SystemExit(f"login of {login} answered {answer.status}")
    return fresh


def _measure(path: str, cookie: str, clients: int, rounds: int) -> dict[str, float]:
    """p50 and p95 in milliseconds and requests a second; a page that does not answer 200 ends the run."""
    times: list[float] = []

    def client() -> None:
        for _ in range(rounds):
            start = time.perf_counter()
            status, _body, _cookies = _get(path, cookie)
            times.append((time.perf_counter() - start) * 1000)
            if status != 200:
                times.append(float("nan"))

    _get(path, cookie)
    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - start
    if any(one != one for one in times):
        raise SystemExit(f"{path} did not answer 200")
    cuts = quantiles(times, n=20)
    return {"p50": cuts[9], "p95": cuts[18], "a_second": len(times) / seconds}


def _words(found: dict[str, float]) -> str:
    return f"p50 {found['p50']:6.1f} ms, p95 {found['p95']:6.1f} ms, {found['a_second']:6.1f}/s"
