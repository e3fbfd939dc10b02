from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "holdfast.records.commerce"
    label = "commerce"

    def ready(self) -> None:
        """An undo puts invoices back by themselves: whether promises were kept is reckoned anew here."""
        from holdfast.foundation.audit import rules as audit
        from holdfast.records.commerce import services

        audit.register_restored("commerce.invoice", services.judge_restored)
