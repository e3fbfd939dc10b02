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
    for customer, share in weight.items():
        for _turn in range(_times(rng, share)):
            day = end - timedelta(days=rng.randint(1, BACK))
            if day.weekday() == 6:
                continue
            channel = rng.choices(kinds, [CHANNELS[kind][0] for kind in kinds])[0]
            _weight, usual, outcomes = CHANNELS[channel]
            minutes = max(2, round(usual * rng.lognormvariate(0, 0.4))) if rng.random() < 0.85 else None
            at = datetime.combine(day, time(rng.randint(8, 16), rng.choice([0, 10, 20, 30, 40, 50])))
            direction = "in" if channel in ("call", "wechat") and rng.random() < 0.3 else "out"
            yield Contacted(customer, channel, at, minutes, rng.choice(outcomes), direction)


def _times(rng: Random, share: float) -> int:
    """About two dozen contacts a year with the largest, two or three with the small."""
    return round(rng.triangular(0.6, 1.4, 1.0) * (2.2 + 24 * share**0.6))


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
