"""What customers' voices weigh, and their needs."""

from __future__ import annotations

Meanings = dict[str, tuple[str, str]]
NEED_KIND = ("common 共性需求，individual 个性需求", "common: of many; individual: of one customer")
DECISION = (
    "怎么办：process 定流程底线，agreement 单独约定，declined 不做；空：还没有定",
    "process: a limit is set; agreement: with one customer; declined: will not be done; empty: undecided",
)
VOICE: Meanings = {
    "VoiceTopicOut.id": ("主题的代码", "Topic, by code"),
    "VoiceTopicOut.kind": NEED_KIND,
    "VoiceTopicOut.comments": ("多少条话说到它", "Comments that name it"),
    "complaints": ("其中是投诉的", "Complaints among them"),
    "VoiceTopicOut.customers": ("多少位客户说到它", "Customers who name it"),
    "head_share": ("占说过话的客户的几成，0–1", "Share of the customers with a voice, 0–1"),
    "heads": ("按人数的占比，各主题合计为 1", "Share by headcount; all topics add up to 1"),
    "weight": ("按分量的占比，各主题合计为 1", "Share by weight; all topics add up to 1"),
    "cumulative": ("到这一行的累计分量，0–1", "Weight of this and all before it, 0–1"),
    "is_vital": ("在占八成分量的最少几个主题里", "In the smallest set with four fifths of the weight"),
    "topic": ("主题的代码", "Topic, by code"),
    "VoiceNeedOut.kind": NEED_KIND,
    "VoiceNeedIn.kind": NEED_KIND,
    "VoiceNeedPatch.kind": NEED_KIND,
    "list_voice_needs.kind": NEED_KIND,
    "VoiceNeedOut.text": ("客户要什么", "What customers need"),
    "VoiceNeedIn.text": ("客户要什么", "What customers need"),
    "VoiceNeedPatch.text": ("客户要什么", "What customers need"),
    "VoiceNeedOut.customer_id": ("个性需求是谁的（id）", "Whose individual need it is, by key"),
    "driver": ("取决于公司的哪一环", "What of ours it depends on"),
    "decision": DECISION,
    "VoiceNeedOut.reason": ("理由", "Reason"),
    "VoiceNeedIn.reason": ("理由；不做的一定要写", "Reason; needed where it will not be done"),
    "VoiceNeedPatch.reason": ("理由；不做的一定要写", "Reason; needed where it will not be done"),
    "process_id": ("用哪个保存的流程（时间承诺）来量（id）", "Kept process (time promise) that measures it, by key"),
    "measure": ("别的指标", "Another measure"),
    "VoiceNeedOut.unit": ("指标的单位", "Unit of the measure"),
    "VoiceNeedIn.unit": ("指标的单位", "Unit of the measure"),
    "VoiceNeedPatch.unit": ("指标的单位", "Unit of the measure"),
    "target": ("目标", "Target"),
    "VoiceNeedOut.limit": ("底线", "Limit"),
    "VoiceNeedIn.limit": ("底线", "Limit"),
    "VoiceNeedPatch.limit": ("底线", "Limit"),
    "VoiceNeedOut.owner_id": ("谁负责（id）", "Who sees to it, by key"),
    "VoiceNeedIn.owner_id": ("谁负责（id）", "Who sees to it, by key"),
    "VoiceNeedPatch.owner_id": ("谁负责（id）", "Who sees to it, by key"),
    "VoiceNeedOut.review_on": ("哪天复核", "Day of the review"),
    "VoiceNeedIn.review_on": ("哪天复核", "Day of the review"),
    "VoiceNeedPatch.review_on": ("哪天复核", "Day of the review"),
    "decided_at": ("定下的时刻", "Moment of the decision"),
}
