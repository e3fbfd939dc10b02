from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "holdfast.insight.voice"
    label = "voice"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from holdfast.foundation.audit.rules import exports
        from holdfast.insight.voice import services
        from holdfast.insight.voice.queries import export_chips
        from holdfast.records.feedback.services import register_follower

        register_follower(services.follow)
        exports.register_export("voice.comments", _("客户之声"), export_chips)
