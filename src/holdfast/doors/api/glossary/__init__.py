"""What every name of the API means, in both languages: titles of operations, fields and parameters, examples.

Pairs of (Chinese, English) that describe the interface itself; sentences said to people stand in gettext as elsewhere.
"""

from holdfast.doors.api.glossary.examples import EXAMPLES
from holdfast.doors.api.glossary.meanings import MEANINGS
from holdfast.doors.api.glossary.titles import TAGS, TITLES

__all__ = ["EXAMPLES", "MEANINGS", "TAGS", "TITLES"]
