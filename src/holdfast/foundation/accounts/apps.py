from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "holdfast.foundation.accounts"
    label = "accounts"
