from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "holdfast.records.commerce"
    label = "commerce"

    def ready(self) -> None:
        """An undo puts invoices back by themselves: whether promises were kept is reckoned anew here."""
        from django.utils.translation import gettext_lazy as _

        from holdfast.foundation.audit import rules as audit
        from holdfast.foundation.audit.rules import exports
        from holdfast.records.commerce import services
        from holdfast.records.commerce.queries import exports as taken

        services.register_wording()
        audit.register_restored("commerce.invoice", services.judge_restored)
        exports.register_export("commerce.receivables", _("应收列表"), taken.export_chips)
