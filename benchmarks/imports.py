"""An import of 20,000 customers and 50,000 order lines from CSV on top of what is there, duplicate check included."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CUSTOMERS = 20_000
LINES = 50_000


def measure(folder: Path, timed: Callable[..., Any], people: dict[str, Any]) -> None:
    customers, orders = _customer_file(folder), _order_file(folder)
    timed("import customers (CSV, duplicates checked)", lambda: _import("customers", customers), CUSTOMERS, "customers")
    timed("import orders (CSV)", lambda: _import("orders", orders), LINES, "lines")


def _import(kind: str, path: Path) -> None:
    command = [str(Path(sys.executable).with_name("holdfast")), "import", kind, str(path), "--by", "admin"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def _customer_file(folder: Path) -> Path:
    path = folder / "customers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["客户编号", "客户名称", "手机", "城市", "联系人"])
        for number in range(CUSTOMERS):
            writer.writerow([f"N{number}", f"温州新进{number}电器有限公司", f"137{number:08d}", "温州", "陈新"])
    return path


def _order_file(folder: Path) -> Path:
    path = folder / "orders.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["订单号", "客户编号", "下单日期", "产品名称", "数量", "单价"])
        for line in range(LINES):
            day = f"2026-{line % 9 + 1:02d}-{line % 27 + 1:02d}"
            writer.writerow([f"NO{line // 2}", f"N{line // 2 % CUSTOMERS}", day, "新品", 3, "19.90"])
    return path
