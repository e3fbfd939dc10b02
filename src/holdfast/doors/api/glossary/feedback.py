"""What customers say: comments, scores, and a person's reading."""

from __future__ import annotations

FEEDBACK: dict[str, tuple[str, str]] = {
    "CommentOut.text": ("客户的原话；空：只打了分", "The customer's words; empty: a score alone"),
    "CommentIn.text": ("客户的原话；没有就要有分数", "The customer's words; without them a score is needed"),
    "CommentPatch.text": (
        "改成的原话；人确认过的判断会随之撤回",
        "New words; what a person confirmed is withdrawn with the old ones",
    ),
    "CommentOut.channel": (
        "从哪里听到：complaint 投诉，service 客服，sales 销售，survey 问卷，review 网评，meeting 见面会，wechat，phone，other",
        "Heard through: complaint, service, sales, survey, review, meeting, wechat, phone or other",
    ),
    "CommentIn.channel": (
        "从哪里听到：complaint、service、sales、survey、review、meeting、wechat、phone、other",
        "Heard through: complaint, service, sales, survey, review, meeting, wechat, phone or other",
    ),
    "CommentPatch.channel": ("从哪里听到", "Heard through"),
    "list_comments.channel": ("从哪里听到", "Heard through"),
    "said_at": ("什么时刻说的", "Moment at which it was said"),
    "CommentOut.said_on": ("哪一天说的（公司时区）", "Day on which it was said, in the company's time zone"),
    "nps": ("推荐分 0–10：会向别人推荐我们吗", "Would recommend us, 0–10"),
    "csat": ("满意度 1–5", "Satisfaction, 1–5"),
    "attitude": ("服务态度 1–5", "Service attitude, 1–5"),
    "quality": ("产品质量 1–5", "Product quality, 1–5"),
    "communication": ("沟通 1–5", "Communication, 1–5"),
    "timeliness": ("时间 1–5", "Timeliness, 1–5"),
    "CommentOut.source": ("从哪里带来的；空：手工记下", "What brought it in; empty: written down by hand"),
    "CommentIn.source": ("您那边的编号：同一个编号只留一条", "Your own number for it: the same number is kept once"),
    "confirmed_tone": (
        "人确认的语气：positive、neutral、negative；空：还没有人看过",
        "Tone a person confirmed: positive, neutral, negative; empty: nobody yet",
    ),
    "confirmed_complaint": (
        "人确认是投诉；空：还没有人看过",
        "Whether a person called it a complaint; null: nobody yet",
    ),
    "confirmed_topics": (
        "人确认的主题（代码）；空：还没有人看过",
        "Topics a person confirmed, by code; null: nobody yet",
    ),
    "confirmed_by_id": ("确认人（id）", "Key of who confirmed it"),
    "confirmed_at": ("确认时刻", "Moment of the confirmation"),
    "confirmed": ("true 人已确认，false 等人确认", "true: confirmed by a person; false: waiting"),
    "tone": ("语气：positive 满意，neutral 平，negative 不满", "Tone: positive, neutral or negative"),
    "is_complaint": ("是否投诉", "Whether it holds a complaint"),
    "topics": ("主题的代码", "Topics, by code"),
}
