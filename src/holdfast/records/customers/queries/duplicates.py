"""Who is a customer already: by credit code, phone, name or e-mail, across the whole company."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.functions import Coalesce

from holdfast.foundation.accounts.models import User
from holdfast.records.customers import rules
from holdfast.records.customers.models import Contact, Customer, ErasedKey
from holdfast.records.customers.queries.lookups import chunks
from holdfast.records.customers.rules.matching import STRENGTH, DuplicateKeys
from holdfast.records.customers.rules.privacy import digest_of

ERASABLE = ("uscc", "phone", "email")
Index = dict[tuple[str, str], set[int]]


@dataclass(frozen=True)
class Match:
    """One customer that an entry seems to be, by its strongest shared key (`on`)."""

    customer_id: int
    code: str
    name: str
    on: str
    owner_id: int | None
    owner_name: str
    is_archived: bool


@dataclass(frozen=True)
class ShownMatch:
    """A match as one viewer may see it: outside the scope the name is masked and there is no link."""

    title: str
    url: str
    on: str
    owner_name: str
    is_visible: bool
    customer_id: int | None


def find_duplicates(rows: Iterable[Mapping[str, Any]], *, exclude: Iterable[int] = ()) -> dict[int, list[Match]]:
    """Row number → customers that share a key with it, strongest first; rows without one are left out.

    Looks through all customers whatever the caller may see: mask the answer with `matches_for` before showing it.
    Phones and e-mails of contacts count on both sides. A handful of queries however many rows.
    """
    keys = [rules.duplicate_keys(row) for row in rows]
    index = _index(keys)
    left_out = set(exclude)
    hits = {number: _hits(key, index, left_out) for number, key in enumerate(keys)}
    people = _customers({pk for found in hits.values() for pk in found})
    return {number: _matches(found, people) for number, found in hits.items() if found}


def _index(keys: list[DuplicateKeys]) -> Index:
    """(kind of key, key) → customers."""
    wanted = {
        "uscc": {key.uscc for key in keys},
        "phone": {phone for key in keys for phone in key.phones},
        "name": {key.name for key in keys},
        "email": {email for key in keys for email in key.emails},
    }
    index: Index = {}
    for kind, field in (("uscc", "uscc"), ("phone", "phone_key"), ("name", "name_key"), ("email", "email_key")):
        _collect(index, kind, Customer, field, wanted[kind], Coalesce("merged_into", "pk"))
    for kind, field in (("phone", "phone_key"), ("email", "email_key")):
        _collect(index, kind, Contact, field, wanted[kind], F("customer_id"))
    _collect_erased(index, wanted)
    return index


def _collect_erased(index: Index, wanted: Mapping[str, set[str]]) -> None:
    """Keys of persons who had their data erased, known again by their digests."""
    if not ErasedKey.objects.exists():
        return
    digests = {digest_of(kind, value): (kind, value) for kind in ERASABLE for value in wanted[kind] if value}
    for some in chunks(sorted(digests)):
        for digest, pk in ErasedKey.objects.filter(digest__in=some).values_list("digest", "customer"):
            index.setdefault(("erased", digests[digest][1]), set()).add(pk)


def _collect(index: Index, kind: str, model: type[Any], field: str, values: set[str], key: Any) -> None:
    for some in chunks(sorted(values - {""})):
        rows = model.objects.filter(**{f"{field}__in": some}).order_by()
        if kind == "name":
            rows = rows.filter(kind="company")
        elif kind in ("phone", "email"):
            rows = rows.exclude(**{field: ""})  # lets the partial index serve
        for value, pk in rows.values_list(field, key):  # what was merged counts as the customer it became
            index.setdefault((kind, value), set()).add(pk)


def _hits(keys: DuplicateKeys, index: Index, left_out: set[int]) -> dict[int, str]:
    """Customer → the strongest key it shares."""
    pairs = [("uscc", keys.uscc), ("name", keys.name)]
    pairs += [("phone", phone) for phone in keys.phones] + [("email", email) for email in keys.emails]
    pairs += [("erased", value) for kind, value in pairs if kind in ERASABLE]
    hits: dict[int, str] = {}
    for kind, value in sorted(pairs, key=lambda pair: STRENGTH.index(pair[0])):
        for pk in index.get((kind, value), ()) if value else ():
            if pk not in left_out:
                hits.setdefault(pk, kind)
    return hits


def _customers(keys: set[int]) -> dict[int, Customer]:
    found: dict[int, Customer] = {}
    for some in chunks(sorted(keys)):
        found |= Customer.objects.select_related("owner").in_bulk(some)
    return found


def _matches(hits: Mapping[int, str], people: Mapping[int, Customer]) -> list[Match]:
    rows = [(STRENGTH.index(on), pk, on) for pk, on in hits.items() if pk in people]
    return [_match(people[pk], on) for _place, pk, on in sorted(rows)]


def _match(customer: Customer, on: str) -> Match:
    owner = customer.owner.name if customer.owner else ""
    return Match(customer.pk, customer.code, customer.name, on, customer.owner_id, owner, customer.is_archived)


def matches_for(viewer: User, matches: Iterable[Match]) -> list[ShownMatch]:
    """The matches as this viewer may see them: own ones with a link, others masked, with whose customer it is."""
    found = list(matches)
    seen = set(
        Customer.objects.visible_to(viewer)
        .filter(pk__in=[match.customer_id for match in found])
        .order_by()
        .values_list("pk", flat=True)
    )
    return [_shown(match, match.customer_id in seen) for match in found]


def _shown(match: Match, is_visible: bool) -> ShownMatch:
    if is_visible:
        url = f"/customers/{match.customer_id}/"
        return ShownMatch(match.name, url, match.on, match.owner_name, True, match.customer_id)
    return ShownMatch(rules.masked_name(match.name), "", match.on, match.owner_name, False, None)
