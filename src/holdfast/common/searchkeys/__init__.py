"""Keys that let two spellings of one thing meet, and tokens that let typed text find it. No Django.

Keys: `phone_key`, `company_key`, `person_key`, `email_key`, `uscc_key` give "" where there is nothing to compare.
Tokens: `entry(...)` for what is kept, `query(text)` for what is typed; the index answers the AND of tokens, and
`Query.verify` names the pieces a hit must truly contain.
"""

from holdfast.common.searchkeys.codes import email_key, uscc_check_character, uscc_is_valid, uscc_key
from holdfast.common.searchkeys.companies import company_key, person_key
from holdfast.common.searchkeys.folding import fold
from holdfast.common.searchkeys.phones import digits_of, phone_key
from holdfast.common.searchkeys.pinyin import initials_of, pinyin_of
from holdfast.common.searchkeys.tokens import Entry, Query, entry, query, query_tokens, tokens

__all__ = [
    "Entry",
    "Query",
    "company_key",
    "digits_of",
    "email_key",
    "entry",
    "fold",
    "initials_of",
    "person_key",
    "phone_key",
    "pinyin_of",
    "query",
    "query_tokens",
    "tokens",
    "uscc_check_character",
    "uscc_is_valid",
    "uscc_key",
]
