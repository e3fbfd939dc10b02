"""What makes a customer's row right, which keys two customers share, and when a birthday falls."""

from holdfast.records.customers.rules.birthdays import Birth, birthday_in, birthdays_between
from holdfast.records.customers.rules.matching import DuplicateKeys, duplicate_keys, masked_name
from holdfast.records.customers.rules.needs import NEED_KINDS, NEED_PROBLEMS, NEED_SOURCES, need_problem
from holdfast.records.customers.rules.relations import MOST_ABOVE, is_circle
from holdfast.records.customers.rules.rhythm import RhythmWords, rhythm_words
from holdfast.records.customers.rules.rows import PROBLEMS, clean_contact, clean_row, contact_problem, row_problem

__all__ = [
    "MOST_ABOVE",
    "NEED_KINDS",
    "NEED_PROBLEMS",
    "NEED_SOURCES",
    "PROBLEMS",
    "Birth",
    "DuplicateKeys",
    "RhythmWords",
    "birthday_in",
    "birthdays_between",
    "clean_contact",
    "clean_row",
    "contact_problem",
    "duplicate_keys",
    "is_circle",
    "masked_name",
    "need_problem",
    "rhythm_words",
    "row_problem",
]
