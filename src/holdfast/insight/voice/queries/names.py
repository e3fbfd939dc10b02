"""What topics are called, in the reader's language, merged ones under the name of the one they became."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language

from holdfast.records.feedback import queries as feedback
from holdfast.records.feedback.models import Topic


@dataclass(frozen=True)
class Names:
    """The company's word list: topics by code, and the code that each counts as."""

    topics: dict[str, Topic] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)

    def root(self, code: str) -> str:
        return self.roots.get(code, code)

    def of(self, code: str) -> str:
        """The name under which a topic counts."""
        return self.own(self.root(code))

    def own(self, code: str) -> str:
        """The topic's own name, merged or not."""
        topic = self.topics.get(code)
        return topic.name if topic is not None and topic.name else built_in_name(code)

    def members(self, code: str) -> list[str]:
        """Every code that counts as this one."""
        return sorted({code, *(one for one, root in self.roots.items() if root == code)})

    def standing(self) -> list[tuple[str, str]]:
        """(code, name) of the topics that stand by themselves, by name."""
        codes = [code for code in self.topics if self.root(code) == code]
        return sorted(((code, self.own(code)) for code in codes), key=lambda pair: pair[1])

    def listed(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        """(code, name) of these topics, merged ones once."""
        return [(code, self.own(code)) for code in dict.fromkeys(self.root(code) for code in codes)]


def topic_names() -> Names:
    topics = feedback.topics()
    return Names(topics, feedback.roots(topics))


def built_in_name(code: str) -> str:
    from holdfast.analysis import voice

    return str(voice.topic_name(code, "en" if get_language() == "en" else "zh"))
