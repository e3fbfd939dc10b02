"""Customers and what hangs on them."""

from holdfast.records.customers.models.consent import Consent, ErasedKey, PrivacyRequest
from holdfast.records.customers.models.custom import CustomField
from holdfast.records.customers.models.customer import CheckCount, Contact, Customer, SearchEntry, Tag, seats_of
from holdfast.records.customers.models.merging import DuplicatePair
from holdfast.records.customers.models.needs import Need
from holdfast.records.customers.models.ownership import Collaborator, OwnershipChange, Pool, PoolMember
from holdfast.records.customers.models.relations import Address, Relation
from holdfast.records.customers.models.standing import Standing, StandingChange
from holdfast.records.customers.models.upkeep import ArchiveRule, PartCheck, Upkeep

__all__ = [
    "Address",
    "ArchiveRule",
    "CheckCount",
    "Collaborator",
    "Consent",
    "Contact",
    "CustomField",
    "Customer",
    "DuplicatePair",
    "ErasedKey",
    "Need",
    "OwnershipChange",
    "PartCheck",
    "Pool",
    "PoolMember",
    "PrivacyRequest",
    "Relation",
    "SearchEntry",
    "Standing",
    "StandingChange",
    "Tag",
    "Upkeep",
    "seats_of",
]
