"""What the demo company made of its customers' comments: what was said again, and what was decided on it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from holdfast.foundation.accounts.models import User
from holdfast.insight.voice import queries
from holdfast.insight.voice import services as voice
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment, Topic

AGAIN = 4
REVIEW = timedelta(days=60)
# Topic → what customers want, what it hangs on, the promise in days (target, limit).
PROMISED = {"delivery": ("说好哪天到，就哪天到", "仓库下午四点以后不再发货", "order_delivered", 7.0, 9.0)}
DECLINED = {"price": ("小批量也按大批量的价", "起订量以下一单亏 80 元，改为推荐季度打包")}
AGREED = {"aftersales": ("停机时四小时内到场", "只有一位驻点的维修师傅")}


def said_again(rng: Random, by: User) -> None:
    """A few customers repeat themselves."""
    said = list(Comment.objects.exclude(text="").order_by("pk"))
    rows = [
        {
            "customer": one.customer,
            "said_at": one.said_at + timedelta(days=9),
            "text": f"{one.text}！",
            "channel": "phone",
        }
        for one in rng.sample(said, min(AGAIN, len(said)))
        if one.said_at + timedelta(days=9) < max(known.said_at for known in said)
    ]
    feedback.add_comments(rows, by=by)


def decide(keeper: User, end: date) -> None:
    """A promise about time, an agreement with one customer, and a no with its reason, each where customers spoke of it."""
    voice.group_if_few()
    voice.find_topics()
    topics = {topic.code: topic for topic in Topic.objects.filter(code__in={*PROMISED, *DECLINED, *AGREED})}
    for code, (text, driver, pair, target, limit) in PROMISED.items():
        if code in topics:
            process = voice.promise_for(text, pair=pair, target_days=target, limit_days=limit, by=keeper)
            voice.keep_need(
                None, by=keeper, topic=topics[code], kind="common", text=text, driver=driver, decision="process",
                process=process, owner=keeper, review_on=end + REVIEW,
            )  # fmt: skip
    for code, (text, reason) in DECLINED.items():
        if code in topics:
            voice.keep_need(
                None, by=keeper, topic=topics[code], kind="common", text=text, decision="declined", reason=reason
            )
    for code, (text, driver) in AGREED.items():
        if code in topics and (customer := queries.behind_topic(keeper, code, until=end).first()) is not None:
            voice.keep_need(
                None, by=keeper, topic=topics[code], kind="individual", customer=customer, text=text, driver=driver,
                decision="agreement", measure="到场", unit="小时", target=4.0, limit=8.0, owner=keeper,
                review_on=end + REVIEW,
            )  # fmt: skip
