"""What the demo company's customers say: invented sentences, put together so that few are alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

BACK = 400
SHARE = 0.2  # comments a customer, on average

# What was seen or heard, by what it is about. {p} a product, {n} a small number, {d} a day of the month.
GOOD = {
    "delivery": [
        "这次送货比说好的早了{n}天，车间没停",
        "司机师傅准时，卸货也帮着搬",
        "包装比去年结实，一箱没破",
        "急单当天就发出来了，解了燃眉之急",
    ],
    "quality": [
        "{p}用了{n}个月没出毛病，质量靠得住",
        "{p}装上以后噪声小多了",
        "这批{p}尺寸很准，装配一次到位",
        "跟进口的比，{p}一点不差",
    ],
    "service": [
        "你们{who}很专业，电话里两分钟就说清楚了",
        "{who}态度好，半夜也接电话",
        "检修的师傅手脚麻利，还教我们怎么保养",
        "有问必答，报价从来不拖",
    ],
    "price": ["年度框架价挺公道", "这次给的折扣老板很满意", "价格透明，没有乱七八糟的附加费"],
    "aftersales": ["坏件{n}天就给换了新的，没扯皮", "退货手续办得快，钱也到账了", "保修期过了还免费看了一次，够意思"],
}
BAD = {
    "delivery": [
        "说好{d}号到，拖了{n}天，产线停了半个班",
        "催了{n}次才发货，每次都说马上",
        "送来的{p}包装破了，油漏了一地",
        "又少发了{n}件，补货还要自己垫运费",
        "送货不打招呼，门卫不让进，来回折腾",
    ],
    "quality": [
        "{p}才用{n}周就漏油，太差了",
        "这批{p}做工粗糙，毛刺都没去",
        "{p}发热厉害，我们不敢满负荷开",
        "同一个型号，两次来的{p}尺寸不一样",
    ],
    "service": [
        "打了{n}个电话没人接，太不负责",
        "{who}换了人，什么都要从头讲一遍",
        "问个技术参数等了{n}天，效率太低",
        "现场服务敷衍，修完第二天又坏",
    ],
    "price": ["{p}又涨价，比别家贵一成多，接受不了", "小批量的运费太贵，不划算", "说好的返利一直没到账"],
    "aftersales": [
        "{p}坏了{n}天没人来修，要求赔偿停机损失",
        "保修期内还要收上门费，不合理，我要投诉",
        "退货拖了一个月，钱还没退",
        "投诉了{n}次，都没有给说法",
    ],
    "invoice": ["发票开错抬头，退回去{n}次了", "对账单和送货单对不上，财务很有意见"],
}
PLAIN = [
    "请问{p}还有没有现货", "下个月计划加一条线，大概要{n}台{p}", "能不能把账期放到 45 天", "想把耗材改成按季度打包，省得每次走流程",
    "麻烦把{p}的检测报告发一份", "我们改在上午收货，下午盘点", "明年三月有新厂房，到时候一起看看", "希望送货单上写物料编码",
]  # fmt: skip
HOPES = ["希望尽快解决", "请给个说法", "再这样就换别家了", "望改进", "下次注意吧", "老板已经不高兴了"]
THANKS = ["会继续合作", "推荐给了隔壁厂", "辛苦了", "下半年的单子还给你们", "点个赞"]
BUTS = ["就是", "不过", "美中不足的是", "但是"]
WHO = ["销售小姑娘", "客服", "技术员", "售后", "业务员"]
OPENINGS = ["", "", "", "说实话，", "老实讲，", "这回", "我们设备科反映，", "采购说，", "跟你们合作这么多年，"]
CHANNELS = {"good": ["survey", "wechat", "phone", "sales", "meeting", "review"], "bad": ["complaint", "service", "phone", "wechat", "survey", "review"],
            "plain": ["phone", "wechat", "sales", "meeting"]}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One thing said: whose, by which way, when, the words, and scores where there was a survey."""

    customer: str
    channel: str
    at: datetime
    text: str
    csat: int | None
    nps: int | None


def comments(rng: Random, customers: list[str], products: list[str], end: date) -> Iterator[Said]:
    """About a fifth as many comments as customers, and as many scores without words; some customers say much."""
    talkative = rng.sample(customers, max(1, len(customers) // 9))
    for _turn in range(round(len(customers) * SHARE)):
        whose = rng.choice(talkative if rng.random() < 0.6 else customers)
        yield _said(rng, whose, products, _day(rng, end))
    for _turn in range(round(len(customers) * SHARE)):
        mood = rng.choices(["good", "plain", "bad"], [0.62, 0.2, 0.18])[0]
        csat, nps = _scores(rng, mood)
        yield Said(rng.choice(customers), "survey", _day(rng, end), "", csat, nps)


def _said(rng: Random, whose: str, products: list[str], at: datetime) -> Said:
    mood = rng.choices(["good", "mixed", "bad", "plain"], [0.34, 0.16, 0.34, 0.16])[0]
    side = {"mixed": "bad"}.get(mood, mood)
    channel = rng.choice(CHANNELS[side])
    csat, nps = _scores(rng, side) if channel in ("survey", "review") else (None, None)
    return Said(whose, channel, at, _filled(rng, _words(rng, mood), products), csat, nps)


def _words(rng: Random, mood: str) -> str:
    opening = rng.choice(OPENINGS)
    good, bad = (rng.choice(rng.choice(list(kinds.values()))) for kinds in (GOOD, BAD))
    if mood == "plain":
        return rng.choice(PLAIN) + rng.choice(["。", "？", "，谢谢。"])
    if mood == "mixed":
        return f"{opening}{good}，{rng.choice(BUTS)}{bad}。"
    first, end = (good, rng.choice(THANKS)) if mood == "good" else (bad, rng.choice(HOPES))
    return f"{opening}{first}{'，' + end if rng.random() < 0.55 else ''}。"


def _filled(rng: Random, words: str, products: list[str]) -> str:
    facts = {
        "{p}": rng.choice(products),
        "{n}": str(rng.randint(2, 6)),
        "{d}": str(rng.randint(3, 28)),
        "{who}": rng.choice(WHO),
    }
    for mark, fact in facts.items():
        words = words.replace(mark, fact)
    return words


def _scores(rng: Random, mood: str) -> tuple[int, int | None]:
    csat = {"good": rng.choice([4, 5, 5]), "plain": rng.choice([3, 4, 4]), "bad": rng.choice([1, 2, 2, 3])}[mood]
    nps = {"good": rng.choice([8, 9, 9, 10]), "plain": rng.choice([6, 7, 8]), "bad": rng.choice([0, 2, 4, 5, 6])}[mood]
    return csat, nps if rng.random() < 0.7 else None


def factors(one: Said) -> dict[str, int]:
    """The parts of an answer's satisfaction, where it gives any: time and quality pull it most, talk little.

    Out of the answer itself, so that what else is invented stays as it was.
    """
    if one.csat is None:
        return {}
    rng = Random(f"{one.customer} {one.at} {one.csat}")
    if rng.random() < 0.15:
        return {}
    pulls = {"timeliness": (0.9, -0.5), "quality": (0.8, 0.2), "attitude": (0.35, 0.5), "communication": (0.1, 0.0)}
    return {
        name: min(5, max(1, round(3.6 + lift + pull * (one.csat - 3.6) + rng.gauss(0, 0.7))))
        for name, (pull, lift) in pulls.items()
    }


def _day(rng: Random, end: date) -> datetime:
    """Lately more than long ago."""
    day = end - timedelta(days=1 + int(BACK * rng.random() ** 1.3))
    return datetime.combine(day, time(rng.randint(8, 17), rng.choice([5, 15, 25, 40, 50])))
