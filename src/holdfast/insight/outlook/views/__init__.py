"""Pages of what lies ahead."""

from holdfast.insight.outlook.views.demand import demand_customers, demand_page
from holdfast.insight.outlook.views.exports import demand_export, receivables_export
from holdfast.insight.outlook.views.making import make
from holdfast.insight.outlook.views.panel import panel
from holdfast.insight.outlook.views.receivables import receivables

__all__ = ["demand_customers", "demand_export", "demand_page", "make", "panel", "receivables", "receivables_export"]
