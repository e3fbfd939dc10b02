"""What is said and done with the demo company's customers: contacts with their minutes, needs, small files."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

# channel → weight, usual minutes, what came of it
CHANNELS: dict[str, tuple[float, int, list[str]]] = {
    "call": (0.46, 12, ["确认到货，没有问题", "问下月计划，答应周五给数量", "对账一致，月底付款", "报了滤芯新价，对方要比一比", "提醒保养到期，约下周"]),
    "wechat": (0.25, 6, ["发了产品样本和检测报告", "客户发来设备照片，型号已确认", "通知节前最后发货日", "确认收货地址"]),
    "visit": (0.17, 110, ["看了现场三台空压机，噪声偏大，建议换油分", "见了采购和设备两位，谈年度框架", "陪同检修，当场换了密封件", "新产线明年三月投产，要两台 55 kW"]),
    "email": (0.07, 10, ["发了报价单和合同草稿", "寄出质检报告扫描件"]),
    "meeting": (0.05, 60, ["季度例会：准时率九成六，投诉一件已结", "与技术科开会，定下备件清单"]),
}  # fmt: skip
NEEDS = [
    ("need", "想把耗材改成按季度打包采购，省得每次走流程"), ("need", "停机时间不能超过四小时，备件要放在厂里"), ("need", "希望账期从 30 天放到 45 天"),
    ("preference", "只在上午收货，下午仓库盘点"), ("preference", "喜欢微信沟通，不爱接电话"), ("preference", "认准进口轴承，国产要先试用"),
    ("hobby", "周末钓鱼，爱聊鱼竿"), ("hobby", "打羽毛球，球队队长"), ("hobby", "喝岩茶，不喝酒"), ("requirement", "送货单必须写合同号和物料编码"),
    ("business", "给两家主机厂做配套，旺季在九到十一月"), ("business", "采购、设备、财务三方会签，平均两周"), ("environment", "车间粉尘大，滤芯寿命只有一半"),
    ("environment", "厂房限高 3.8 米，只能用小吊车"), ("support", "要我们派人培训两名夜班维修工"), ("support", "需要每季度一次现场能效检测"),
]  # fmt: skip
BACK = 395
KEPT = 0.78  # how much of the service standard these salespeople keep
# The best hundredths of customers → visits and contacts that their standard asks for in a month.
TIERS = [(0.06, 2.0, 4.0), (0.26, 1.0, 2.0), (0.54, 0.34, 1.0), (0.84, 0.0, 0.67), (1.0, 0.0, 0.34)]
RECENT = 92


@dataclass
class Contacted:
    customer: str
    channel: str
    at: datetime
    minutes: int | None
    summary: str
    direction: str


def contacts(rng: Random, weight: dict[str, float], end: date) -> Iterator[Contacted]:
    """Contacts of the last thirteen months; `weight`: each customer's share of the busiest one's revenue, 0–1."""
    kinds = list(CHANNELS)
    ranked = sorted(weight, key=lambda customer: -weight[customer])
    for place, customer in enumerate(ranked):
        for _turn in range(_times(rng, weight[customer])):
            day = end - timedelta(days=rng.randint(RECENT, BACK))
            channel = rng.choices(kinds, [CHANNELS[kind][0] for kind in kinds])[0]
            yield _contact(rng, customer, channel, day, "in" if rng.random() < 0.2 else "out")
        yield from _by_standard(rng, customer, (place + 1) / len(ranked), end)


def _by_standard(rng: Random, customer: str, rank: float, end: date) -> Iterator[Contacted]:
    """The last three months, much as the standard of the customer's star asks, each on a working day of its own."""
    _share, visits, calls = next(tier for tier in TIERS if rank <= tier[0])
    days = [end - timedelta(days=back) for back in range(1, RECENT)]
    free = [day for day in days if day.weekday() < 5]
    wanted = [("visit", visits * 3), ("call", calls * 2), ("wechat", calls)]
    for channel, times in wanted:
        whole = int(times * KEPT) + (rng.random() < times * KEPT % 1)
        for _turn in range(min(whole, len(free))):
            yield _contact(rng, customer, channel, free.pop(rng.randrange(len(free))), "out")


def _contact(rng: Random, customer: str, channel: str, day: date, direction: str) -> Contacted:
    _weight, usual, outcomes = CHANNELS[channel]
    minutes = max(2, round(usual * rng.lognormvariate(0, 0.4))) if rng.random() < 0.85 else None
    at = datetime.combine(day, time(rng.randint(8, 16), rng.choice([0, 10, 20, 30, 40, 50])))
    return Contacted(customer, channel, at, minutes, rng.choice(outcomes), direction)


def _times(rng: Random, share: float) -> int:
    """About two dozen contacts a year with the largest, two or three with the small."""
    return round(rng.triangular(0.6, 1.4, 1.0) * (1.6 + 18 * share**0.6))


def picture(rng: Random) -> bytes:
    """A small PNG in two colours, as a phone would take of a machine's plate."""
    width, height, tint = 320, 200, rng.randint(60, 150)
    row = b"\0" + bytes((tint + (x // 40) * 9) % 256 for x in range(width))
    plate = b"\0" + bytes(235 if 40 < x < 280 else tint for x in range(width))
    rows = b"".join(plate if 50 < y < 150 else row for y in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _part(b"IHDR", head) + _part(b"IDAT", zlib.compress(rows)) + _part(b"IEND", b"")


def _part(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
