"""Phone numbers: China first, landlines and extensions, other countries with their +."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

MOBILE = re.compile(r"1[3-9]\d{9}\Z")
# 「转」, 「分机」, ext., x, # and a comma or semicolon begin an extension or another number.
EXTENSION = re.compile(r"(转|分机|ext\.?|extension|[x#*,，;；、/|]).*\Z", re.IGNORECASE | re.DOTALL)
# A landline as people write it with its extension: 0512-62345678-806.
DASHED = re.compile(r"\A(\(?0\d{2,3}\)?[\s-]*\d{7,8})-\d{1,6}\Z")
NOT_DIGIT = re.compile(r"\D+")
# What Excel makes of a number: 13862116621.0
POINT_ZERO = re.compile(r"\.0+\Z")


def digits_of(text: str | None) -> str:
    """Figures only, half width."""
    return NOT_DIGIT.sub("", unicodedata.normalize("NFKC", text or ""))


def phone_key(text: str | None) -> str:
    """One spelling of a number, "" when there is none to compare.

    Chinese mobiles as 13862116621, landlines with area code as 051262345678, 400 numbers as they are, numbers of other
    countries as +14155550100. The extension is left out: the switchboard is what two entries share.
    """
    if not text:
        return ""
    return text if MOBILE.match(text) else _key(text)


@lru_cache(maxsize=20_000)
def _key(text: str) -> str:
    number = POINT_ZERO.sub("", unicodedata.normalize("NFKC", text).strip())
    number = EXTENSION.sub("", number).strip()
    if dashed := DASHED.match(number):
        number = dashed[1]
    if number.startswith("00"):
        number = "+" + number[2:]
    digits = NOT_DIGIT.sub("", number)
    if digits.startswith("86") and len(digits) >= 12 and not number.startswith("+"):
        number = "+" + digits
    return _parsed(number, digits)


def _parsed(number: str, digits: str) -> str:
    if len(digits) == 11 and MOBILE.match(digits) and not number.startswith("+"):
        return digits
    try:
        parsed = phonenumbers.parse(number, "CN")
    except phonenumbers.NumberParseException:
        return ""
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)[:20] if len(digits) >= 7 else ""
    return _chinese(parsed)


def _chinese(parsed: phonenumbers.PhoneNumber) -> str:
    """A number inside China; a local one without area code could be anybody's, so it has no key."""
    national = str(parsed.national_number)
    if MOBILE.match(national) or (len(national) == 10 and national[:3] in ("400", "800")):
        return national
    is_landline = 9 <= len(national) <= 11 and phonenumbers.is_possible_number(parsed)
    return f"0{national}" if is_landline else ""
