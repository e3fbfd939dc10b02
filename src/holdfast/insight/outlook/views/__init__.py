"""Pages of what lies ahead."""

from holdfast.insight.outlook.views.exports import receivables_export
from holdfast.insight.outlook.views.making import make
from holdfast.insight.outlook.views.receivables import receivables

__all__ = ["make", "receivables", "receivables_export"]
