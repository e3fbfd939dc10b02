"""`holdfast serve`: the web server and the background worker, together, until told to stop."""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from holdfast.doors.cli.parsing import say
from holdfast.doors.cli.problems import Problem
from holdfast.doors.cli.tongue import spoken

BLOCKING_THREADS = 4
SECONDS_TO_READY = 60.0
VENDOR = ("tabler/tabler.min.css", "htmx/htmx.min.js", "echarts/echarts.min.js", "icons/tabler-icons.min.css")


def add_parser(subparsers: Any) -> None:
    tongue = spoken()
    says = tongue("启动网页与后台任务", "run the web server and its background worker")
    parser = subparsers.add_parser("serve", help=says, description=says)
    parser.add_argument("--host", default="127.0.0.1", help=tongue("监听的地址", "address to listen on"))
    parser.add_argument("--port", type=int, default=8000, help=tongue("端口", "port"))
    parser.add_argument("--workers", type=int, default=_workers(), help=tongue("网页进程数", "web processes"))


def _workers() -> int:
    return max(1, min(4, os.cpu_count() or 1))


def run(args: argparse.Namespace) -> int:
    from holdfast.doors.cli.house import set_up

    _allow_host(args.host)
    set_up(migrated=False)
    from django.conf import settings

    from holdfast.doors.cli.archive.places import folder_to_oneself

    address = f"http://{_shown(args.host)}:{args.port}/"
    _refuse_without_vendor()
    with folder_to_oneself(settings.DATA, address):
        _refuse_busy_port(args.host, args.port)
        _prepare()
        return _serve(args, address)


def _allow_host(host: str) -> None:
    """A named address to listen on is an address people type, too."""
    if host not in ("0.0.0.0", "::", "127.0.0.1", "localhost"):
        known = os.environ.get("HOLDFAST_HOSTS") or "127.0.0.1,localhost,[::1]"
        os.environ["HOLDFAST_HOSTS"] = f"{known},{host}"


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)


def _refuse_without_vendor() -> None:
    import holdfast.common

    folder = Path(str(holdfast.common.__file__)).parent / "static" / "vendor"
    if missing := [name for name in VENDOR if not (folder / name).is_file()]:
        raise Problem(
            spoken()(
                "缺少网页用的文件 {name}。请运行 make setup，再启动。",
                "The front-end file {name} is missing. Run make setup, then start again.",
                name=missing[0],
            )
        )


def _refuse_busy_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise Problem(
                spoken()(
                    "不能在 {host} 的端口 {port} 上监听：{what}。请换一个端口，例如 --port {other}。",
                    "Cannot listen on {host} port {port}: {what}. Choose another, such as --port {other}.",
                    host=host, port=port, what=getattr(error, "strerror", None) or error, other=8001 if port != 8001 else 8002,
                )
            ) from error  # fmt: skip


# --- before serving ---------------------------------------------------------------------------------------------
def _prepare() -> None:
    from django.conf import settings

    from holdfast.doors.cli.upgrade import upgrade
    from holdfast.foundation.accounts.models import User

    filling = settings.DATA / "filling"
    if filling.exists():
        _forget_half_demo(filling)
    upgrade()
    if settings.DEMO and not User.objects.exists():
        _fill_demo(filling)


def _forget_half_demo(filling: Path) -> None:
    """A demo that was broken off while it was made holds nothing of anybody's: begin anew."""
    from django.db import connection, connections

    if connection.vendor != "sqlite":
        raise Problem(
            spoken()(
                "上次填演示数据中断了。请清空这个 PostgreSQL 数据库，删除 {file}，再启动。",
                "Filling in the demo company broke off. Empty this PostgreSQL database, delete {file}, then start again.",
                file=filling,
            )
        )
    connections.close_all()
    named = Path(str(connection.settings_dict["NAME"]))
    for end in ("", "-wal", "-shm"):
        named.with_name(named.name + end).unlink(missing_ok=True)
    filling.unlink()


def _fill_demo(filling: Path) -> None:
    """In a process of its own, so that the server stays small."""
    say(
        spoken()(
            "第一次启动：正在填入演示公司，约需一两分钟……",
            "First start: filling in the demo company, a minute or two …",
        )
    )
    filling.touch(mode=0o600)
    code = subprocess.run([*_holdfast(), "demo"], env=os.environ, check=False).returncode
    if code:
        raise Problem(
            spoken()(
                "演示公司没有填完（状态 {code}）。再启动一次会重来；不要演示数据就设 HOLDFAST_DEMO=0。",
                "The demo company was not filled in (status {code}). Start again to retry, or set HOLDFAST_DEMO=0 to go without.",
                code=code,
            )
        )
    filling.unlink()


def _holdfast() -> list[str]:
    return [sys.executable, "-c", "import sys; from holdfast.doors.cli.main import main; sys.exit(main())"]


# --- serving ----------------------------------------------------------------------------------------------------
def _serve(args: argparse.Namespace, address: str) -> int:
    from django.db import connections

    from holdfast.doors.cli.children import Family

    lines = _welcome(address)
    connections.close_all()
    family = Family(_children(args))
    family.start()
    try:
        if _is_ready(family, args.host, args.port):
            for line in lines:
                say(line)
            sys.stdout.flush()
        family.start_others()
        return 0 if family.watch() else 1
    finally:
        family.end()


def _children(args: argparse.Namespace) -> list[Any]:
    from holdfast.doors.cli.children import Child

    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "holdfast.config.settings"}
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port),
        "--workers", str(max(1, args.workers)), "--blocking-threads", str(BLOCKING_THREADS), "--no-ws",
        "--respawn-failed-workers", "--log-level", "warning",
        "holdfast.config.wsgi:application",
    ]  # fmt: skip
    worker = [sys.executable, "-m", "django", "worker"]
    return [Child("web", web, environment), Child("worker", worker, environment)]


def _is_ready(family: Any, host: str, port: int) -> bool:
    """Whether the web server answers a page, before patience ends."""
    limit = time.monotonic() + SECONDS_TO_READY
    target = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    while time.monotonic() < limit and not family.is_ending and family.children[0].is_alive:
        if _answers(target, port):
            return True
        time.sleep(0.05)
    return False


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("HEAD", "/login/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(address: str) -> list[str]:
    from django.conf import settings

    from holdfast.foundation.accounts import queries, services

    tongue = spoken()
    lines = [tongue("守客已启动：{address}", "Holdfast is running: {address}", address=address)]
    if not queries.has_administrator():
        link = f"{address}setup/{services.open_token()}/"
        lines.append(
            tongue(
                "还没有管理员。24 小时内打开这个一次性链接，成为第一位管理员：\n  {link}",
                "There is no administrator yet. Open this one-time link within 24 hours to become the first:\n  {link}",
                link=link,
            )
        )
    lines += _demo_logins(settings.DATA / "demo_logins.json")
    lines.append(tongue("按 Ctrl+C 停止。", "Stop with Ctrl+C."))
    return lines


def _demo_logins(path: Path) -> list[str]:
    """Who may try the demo: it holds nothing real, and its passwords are no secret."""
    if not path.is_file():
        return []
    logins = json.loads(path.read_text(encoding="utf-8"))
    heading = spoken()("演示账号（登录名 / 密码）：", "Demo logins (login / password):")
    return [heading, *(f"  {one['login']} / {one['password']}  {one.get('name', '')}" for one in logins)]
