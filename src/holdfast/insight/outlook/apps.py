from django.apps import AppConfig


class OutlookConfig(AppConfig):
    name = "holdfast.insight.outlook"
    label = "outlook"

    def ready(self) -> None:
        """Name the files that the pages give out, and tell commerce what is foreseen of an invoice."""
        from django.utils.translation import gettext_lazy as _

        from holdfast.foundation.audit.rules import exports
        from holdfast.insight.outlook.queries.late import foreseen
        from holdfast.records.commerce.queries.foresight import register_foresight

        register_foresight(foreseen)
        exports.register_export("outlook.receivables", _("应收预警"))
        exports.register_export("outlook.demand", _("需求预测"))
