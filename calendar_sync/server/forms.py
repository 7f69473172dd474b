"""The forms of the server's own pages."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from calendar_sync.server.models import ConfigParameter, SettingsBlock, User
from calendar_sync.server.models.settings_block import Setting
from calendar_sync.server.time_zones import time_zone_choices


class LogInForm(forms.Form):
    login = forms.CharField(
        label="E-mail",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
        max_length=254,
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        max_length=1000,
        strip=False,
    )
    stay = forms.BooleanField(label="Stay logged in", required=False)


class UserForm(forms.ModelForm):  # type: ignore[type-arg] # not generic when it runs
    role = forms.ChoiceField(
        label="Role",
        choices=[("user", "User"), ("administrator", "Administrator")],
        initial="user",
    )
    tz = forms.ChoiceField(label="Time zone", choices=time_zone_choices, initial="UTC")
    new_password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        max_length=1000,
        strip=False,
        help_text="12 or more characters.",
    )

    class Meta:
        model = User
        fields = ["name", "login", "role", "tz", "is_active"]

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's
        super().__init__(*args, **options)
        self.fields["login"].label = "Log-in (e-mail address)"
        self.fields["is_active"].label = "Active"
        if self.instance.pk:
            self.fields["role"].initial = (
                "administrator" if self.instance.is_administrator else "user"
            )
            self.fields["new_password"].required = False
            self.fields["new_password"].label = "New password"
            self.fields[
                "new_password"
            ].help_text = "12 or more characters; empty: the old one stays."

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        return password


class SettingsForm(forms.Form):
    """The parameters of all settings blocks; a field is named after its parameter."""

    def __init__(self, blocks: list[SettingsBlock], *args: Any) -> None:  # noqa: ANN401
        super().__init__(*args)
        self._blocks = blocks
        keys = [setting.key for setting in self._settings()]
        stored = dict(ConfigParameter.objects.filter(key__in=keys).values_list("key", "value"))
        for setting in self._settings():
            self.fields[setting.name] = _field(setting, stored.get(setting.key, ""))

    def blocks(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for block in self._blocks:
            yield block.title, [self[setting.name] for setting in block.settings()]

    def values(self) -> dict[str, Any]:
        """By key of the parameter; only those that were changed."""
        return {
            setting.key: self.cleaned_data[setting.name]
            for setting in self._settings()
            if setting.name in self.changed_data
        }

    def _settings(self) -> Iterator[Setting]:
        return (setting for block in self._blocks for setting in block.settings())


def _field(setting: Setting, stored: str) -> forms.Field:
    match setting.kind:
        case "number":
            number = int(stored) if stored else None
            return forms.IntegerField(
                label=setting.label, help_text=setting.hint, initial=number, min_value=0
            )
        case "flag":
            return forms.BooleanField(
                label=setting.label,
                help_text=setting.hint,
                initial=stored == "True",
                required=False,
            )
        case "text":
            return forms.CharField(
                label=setting.label, help_text=setting.hint, initial=stored, required=False
            )
