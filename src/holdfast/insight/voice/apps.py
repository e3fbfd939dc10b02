from django.apps import AppConfig


class VoiceConfig(AppConfig):
    name = "holdfast.insight.voice"
    label = "voice"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from holdfast.foundation.audit.rules import exports, register_restored
        from holdfast.insight.quality.queries import register_origins
        from holdfast.insight.voice import services
        from holdfast.insight.voice.queries import export_chips
        from holdfast.insight.voice.queries.needs import tell_origins
        from holdfast.insight.voice.services.found import restored
        from holdfast.records.feedback.services import register_follower

        register_follower(services.follow)
        register_restored("voice.foundtopic", restored)
        register_origins(tell_origins)
        exports.register_export("voice.comments", _("客户之声"), export_chips)
