"""Customers of a file, with their contacts and tags."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.common import searchkeys
from holdfast.doors.intake.rules.fields import CUSTOM
from holdfast.doors.intake.rules.items import Item
from holdfast.doors.intake.writers.base import Writer, write_around
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers import rules as customer_rules
from holdfast.records.customers import services as customers
from holdfast.records.customers.models import Contact, Customer, Pool
from holdfast.records.customers.queries import customers_by_code, customers_by_name_key, find_duplicates

PLAIN = (
    "code", "name", "short_name", "kind", "channel", "uscc", "phone", "email", "province", "city", "address",
    "industry", "source", "special_requirements", "first_seen_on",
)  # fmt: skip
STRENGTH = ("code", "uscc", "phone", "name", "email")


@dataclass(frozen=True, slots=True)
class Found:
    """A customer on file that a record may be, and by what."""

    pk: int
    name: str
    on: str


class CustomerWriter(Writer):
    def look_up(self, items: Sequence[Item]) -> None:
        live = [item for item in items if item.is_open]
        found = self._find(live)
        ids = {match.pk for matches in found for match in matches}
        self._visible = self.visible(ids)
        chosen = [self._choose(item, matches) for item, matches in zip(live, found, strict=True)]
        self._on_file = _loaded({match.pk for match in chosen if match and match.pk in self._visible})
        self._people = _people({item.fields["owner"] for item in live if isinstance(item.fields.get("owner"), int)})
        for item, match, matches in zip(live, chosen, found, strict=True):
            self._decide(item, match, matches)

    # --- who it may be ---

    def _find(self, items: Sequence[Item]) -> list[list[Found]]:
        """Customers on file by code and by the duplicate keys; never those this file has just made."""
        by_code = customers_by_code({item.fields["code"] for item in items if item.fields.get("code")})
        others = find_duplicates([self._sought(item) for item in items])
        ids = {match.customer_id for some in others.values() for match in some} | {c.pk for c in by_code.values()}
        ours = self.ours("customers.customer", ids)
        found: list[list[Found]] = []
        for index, item in enumerate(items):
            same_code = by_code.get(item.fields.get("code", ""))
            matches = [Found(same_code.pk, same_code.name, "code")] if same_code else []
            matches += [Found(match.customer_id, match.name, match.on) for match in others.get(index, [])]
            matches.sort(key=lambda match: (STRENGTH.index(match.on), match.name != item.fields["name"]))
            found.append([match for match in matches if match.pk not in ours])
        self._add_namesakes(items, found)
        return found

    def _sought(self, item: Item) -> dict[str, Any]:
        """What the duplicate search may go by: the importer's choice of key."""
        key = self.options["match"]
        people = {"name", "kind"} if key == "name" else {key, "kind"}
        fields = item.fields if key in ("auto", "code") else {n: v for n, v in item.fields.items() if n in people}
        return {**fields, "contacts": item.parts if key in ("auto", "code", "phone") else ()}

    def _add_namesakes(self, items: Sequence[Item], found: list[list[Found]]) -> None:
        """Persons of whom nothing but the name is known meet a person on file of whom no more is known."""
        bare = [index for index, item in enumerate(items) if not found[index] and _is_bare_person(item)]
        keys = {index: searchkeys.person_key(items[index].fields["name"]) for index in bare}
        by_name = customers_by_name_key({items[index].fields["name"] for index in bare}) if bare else {}
        same = {
            index: [c for c in by_name.get(key, []) if c.kind == "person" and not c.phone_key]
            for index, key in keys.items()
        }
        ours = self.ours("customers.customer", {c.pk for some in same.values() for c in some})
        for index, some in same.items():
            found[index] = [Found(c.pk, c.name, "name") for c in some if c.pk not in ours]

    def _choose(self, item: Item, matches: Sequence[Found]) -> Found | None:
        """The one customer it is, by the importer's choice of key.

        Unasked: its code; without a hit the credit code; phone and name only count where the file brings no code.
        """
        by_key: dict[str, list[Found]] = {}
        for match in matches:
            by_key.setdefault(match.on, []).append(match)
        key = self.options["match"]
        if key != "auto":
            keys: tuple[str, ...] = (key,)
        else:
            keys = STRENGTH[:2] if item.fields.get("code") else STRENGTH
        for name in keys:
            if by_key.get(name):
                return by_key[name][0]
        return None

    # --- what becomes of it ---

    def _decide(self, item: Item, match: Found | None, matches: Sequence[Found]) -> None:
        if match is None:
            self._warn_of_others(item, matches)
            item.settle("new")
        elif match.pk not in self._visible:
            self._hidden(item, match)
        else:
            self._known(item, match)
        self._refuse_taken_code(item, matches)
        self._check(item)

    def _check(self, item: Item) -> None:
        """The customers' own rules, so that the preview says what writing would."""
        said = {"new": self._row(item), "update": item.changes}.get(item.status)
        if said and (problem := row_problem(said, is_new=item.status == "new")):
            item.reject(problem[1] if problem[1] in item.fields else "", problem[0])

    def _warn_of_others(self, item: Item, matches: Sequence[Found]) -> None:
        for match in matches[:1]:
            name = match.name if match.pk in self._visible else customer_rules.masked_name(match.name)
            item.warn(_column(match.on, item), "maybe_same", text=name, on=match.on)

    def _refuse_taken_code(self, item: Item, matches: Sequence[Found]) -> None:
        """A code names one customer, whatever else the importer looks at."""
        if item.status == "new" and any(match.on == "code" for match in matches):
            item.reject("code", "code_taken", text=item.fields["code"])

    def _hidden(self, item: Item, match: Found) -> None:
        facts = {"text": customer_rules.masked_name(match.name), "on": match.on}
        if self.options["on_duplicate"] == "create" and match.on != "code":
            item.warn(_column(match.on, item), "maybe_same", **facts)
            item.settle("new")
        else:
            item.reject(_column(match.on, item), "hidden_match", **facts)

    def _known(self, item: Item, match: Found) -> None:
        customer, action = self._on_file[match.pk], self.options["on_duplicate"]
        item.target = customer
        item.changes = self._changes(customer, item, fill=action == "fill")
        facts = {"text": match.name, "on": match.on}
        if not item.changes:
            item.note("", "identical")
            item.settle("skip")
        elif action == "skip":
            item.note("", "exists", **facts)
            item.settle("skip")
        elif action == "create" and match.on != "code":
            item.warn(_column(match.on, item), "maybe_same", **facts)
            item.target = None
            item.settle("new")
        else:
            if match.on != "code":
                item.warn(_column(match.on, item), "will_update", **facts)
            item.settle("update")

    def _changes(self, customer: Customer, item: Item, *, fill: bool) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        for name in PLAIN:
            if name in item.fields:
                current = getattr(customer, name)
                if item.fields[name] != current and not (fill and current not in (None, "")):
                    changes[name] = item.fields[name]
        if custom := _changed_custom(customer, item, fill=fill):
            changes["custom"] = custom
        tags = set(item.fields.get("tags") or ()) - {tag.name for tag in customer.tags.all()}
        if tags:
            changes["tags"] = sorted(tags)
        people = changed_people(list(customer.contacts.all()), item.parts, fill=fill)
        if people:
            changes["contacts"] = people
        return changes | self._new_owner(customer, item, fill=fill)

    def _new_owner(self, customer: Customer, item: Item, *, fill: bool) -> dict[str, Any]:
        """Another owner, where the file names one and the importer may hand customers over."""
        said = item.fields.get("owner")
        if not isinstance(said, int) or said == customer.owner_id or not self.by.may(Permission.CUSTOMER_ASSIGN):
            return {}
        return {} if fill and customer.owner_id else {"owner": self._people[said]}

    # --- writing ---

    def write(self, items: Sequence[Item]) -> Counter[str]:
        new = [item for item in items if item.status == "new"]
        changed = [item for item in items if item.status == "update"]
        written = Counter(customers=write_around(new, self._add), updated=write_around(changed, self._change))
        written["contacts"] = sum(len(item.parts) for item in new if item.status == "new")
        return written

    def _add(self, items: Sequence[Item]) -> int:
        rows = [self._row(item) for item in items]
        return len(customers.add_customers(rows, by=self.by, batch=self.batch))

    def _row(self, item: Item) -> dict[str, Any]:
        row: dict[str, Any] = {name: item.fields[name] for name in PLAIN if name in item.fields}
        said = item.fields.get("owner")
        owner = self._people[said] if isinstance(said, int) else said
        row |= ownership(owner, self.options["owner"], self.by)
        return {**row, "contacts": item.parts, "tags": item.fields.get("tags") or [], "custom": _custom(item)}

    def _change(self, items: Sequence[Item]) -> int:
        pairs = [(item.target, item.changes) for item in items]
        return len(customers.change_customers(pairs, by=self.by, batch=self.batch, keep_contacts=True))


def _custom(item: Item) -> dict[str, Any]:
    """Code → value of the company's own fields that the file fills in."""
    return {name.removeprefix(CUSTOM): value for name, value in item.fields.items() if name.startswith(CUSTOM)}


def _changed_custom(customer: Customer, item: Item, *, fill: bool) -> dict[str, Any]:
    kept = customer.custom or {}
    return {
        code: value for code, value in _custom(item).items() if value != kept.get(code) and not (fill and code in kept)
    }


def ownership(said: User | str | None, choice: str, by: User) -> dict[str, Any]:
    """Whose a new customer is: as the file says, else as the importer chose."""
    where = said or choice
    if isinstance(where, User):
        return {"owner": where}
    if where == "me":
        return {"owner": by}
    pool = Pool.objects.order_by("pk").first() if where == "pool" else None
    return {"owner": None, "pool": pool, "department": by.department}


def row_problem(row: Mapping[str, Any], *, is_new: bool = True) -> tuple[str, str] | None:
    """(problem code, field) of what would be handed to the customers' room, or None."""
    return customer_rules.row_problem(customer_rules.clean_row(row), is_new=is_new)


def _loaded(ids: set[int]) -> dict[int, Customer]:
    found = Customer.objects.filter(pk__in=ids).prefetch_related("contacts", "tags")
    return {customer.pk: customer for customer in found}


def _people(ids: set[int]) -> dict[int, User]:
    return User.objects.select_related("department").in_bulk(ids) if ids else {}


def _is_bare_person(item: Item) -> bool:
    known = {"code", "uscc", "phone", "email"} & set(item.fields)
    return item.fields.get("kind") == "person" and not known and not any("phone" in part for part in item.parts)


def _column(on: str, item: Item) -> str:
    """Which cell a match by this key stands in."""
    if on in ("phone", "email") and on not in item.fields:
        return f"contact_{on}"
    return on


def changed_people(people: Sequence[Contact], rows: Sequence[Mapping[str, Any]], *, fill: bool) -> list[dict[str, Any]]:
    """Contacts that are new, and what the file says otherwise of those on file."""
    known = {searchkeys.person_key(person.name): person for person in people}
    changed = []
    for row in rows:
        person = known.get(searchkeys.person_key(row["name"]))
        if person is None:
            changed.append(dict(row))
        elif said := _said_otherwise(person, row, fill):
            changed.append({"pk": person.pk, "name": person.name, **said})
    return changed


def _said_otherwise(person: Contact, row: Mapping[str, Any], fill: bool) -> dict[str, Any]:
    has_birthday = person.birth_month is not None
    said = {}
    for name, value in row.items():
        current = getattr(person, name)
        kept = has_birthday if name.startswith("birth_") else current not in (None, "")
        if value != current and not (fill and kept):
            said[name] = value
    return said
