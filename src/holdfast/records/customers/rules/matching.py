"""By what two entries are the same customer, and how a customer is shown to somebody who may not see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from holdfast.common import searchkeys
from holdfast.common.searchkeys.companies import REGION

# Strongest first: a match is reported by its strongest key. "erased": whose data were erased at their own request.
STRENGTH = ("erased", "uscc", "phone", "name", "email")


@dataclass(frozen=True)
class DuplicateKeys:
    """The keys of one entry; phones and e-mails of its contacts are among them."""

    uscc: str
    phones: frozenset[str]
    name: str
    emails: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.uscc or self.phones or self.name or self.emails)


def duplicate_keys(row: Mapping[str, Any]) -> DuplicateKeys:
    """Keys of a row as `add_customer` takes it. A person's name alone is no key: many people share one."""
    people = [row, *(row.get("contacts") or ())]
    phones = {searchkeys.phone_key(person.get("phone")) for person in people}
    emails = {searchkeys.email_key(person.get("email")) for person in people}
    is_person = row.get("kind") == "person"
    return DuplicateKeys(
        uscc=searchkeys.uscc_key(row.get("uscc")),
        phones=frozenset(phones - {""}),
        name="" if is_person else searchkeys.company_key(row.get("name")),
        emails=frozenset(emails - {""}),
    )


def masked_name(name: str) -> str:
    """苏州澄光精密机械 → 苏州**机械: enough to recognise what one knows already, not to learn it."""
    text = name.strip()
    if len(text) <= 3:
        return text[:1] + "**"
    core = searchkeys.company_key(text)
    region = REGION.match(core)
    start = core[: region.end()] if region and region.group() else core[:1]
    rest = core[len(start) :]
    end = rest[-2:] if len(rest) >= 4 else ""
    return f"{start}**{end}"
