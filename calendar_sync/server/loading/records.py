"""What a data file may say: records of these models with these fields, and nothing else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from django.apps import apps
from django.db.models import Field as DjangoField
from django.db.models import Model, QuerySet

from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.registry import scheduled_actions


@dataclass(frozen=True)
class Field:
    """`kind` says how to read the text: as it is, as an external id, or as a literal."""

    name: str
    kind: Literal["text", "ref", "eval"]
    text: str
    line: int


@dataclass(frozen=True)
class Record:
    model: str
    external_id: str
    fields: tuple[Field, ...]
    path: Path
    line: int
    noupdate: bool = False

    def error(self, reason: str, line: int = 0) -> AddonError:
        return AddonError(self.path, line or self.line, reason)


@dataclass(frozen=True)
class Loadable:
    """A model that data files may fill: Odoo's names of its fields, with ours.

    A record that was made otherwise is adopted if its `identity` is the same.
    """

    label: str
    fields: Mapping[str, str]
    identity: str = ""

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    @property
    def rows(self) -> QuerySet[Model]:
        return QuerySet(self.model)

    @property
    def columns(self) -> Mapping[str, "DjangoField[Any, Any]"]:
        """Django's fields, by name."""
        meta = self.model._meta  # noqa: SLF001 - documented in spite of its name
        return {column.name: column for column in (*meta.fields, *meta.many_to_many)}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


LOADABLE: Mapping[str, Loadable] = {
    "res.groups": Loadable("base.Group", _same("name", "comment") | {"implied_ids": "implied"}),
    "ir.model.access": Loadable(
        "base.ModelAccess",
        _same("name", "perm_read", "perm_write", "perm_create", "perm_unlink")
        | {"model_id": "model", "group_id": "group"},
    ),
    "ir.config_parameter": Loadable("base.ConfigParameter", _same("key", "value"), "key"),
    "ir.cron": Loadable(
        "base.ScheduledAction",
        _same("name", "state", "code", "interval_number", "interval_type", "active")
        | {"model_id": "model"},
    ),
    "ir.actions.act_url": Loadable("base.Action", _same("name", "url", "target")),
    "ir.ui.menu": Loadable(
        "base.Menu",
        _same("name", "sequence", "web_icon", "action")
        | {"parent_id": "parent", "groups_id": "groups"},
    ),
    "calendar_sync.settings.block": Loadable(
        "base.SettingsBlock", _same("title", "sequence", "parameters")
    ),
}
OTHER_BASE_MODELS = ("res.users", "ir.module.module", "ir.model.data")


def model_names() -> dict[str, str]:
    """External id → technical name of every model: `base.model_res_users` → `res.users`.

    Models of addons are named after their classes (`calendar_sync.event_uid`), or by the key of a
    scheduled action.
    """
    base = {f"base.{_model_id(name)}": name for name in (*LOADABLE, *OTHER_BASE_MODELS)}
    classes = {
        f"{app.label}.{_snake(model.__name__)}"
        for app in apps.get_app_configs()
        if app.label != "base"
        for model in app.get_models()
    }
    acting = {key.rpartition(".")[0] for key in scheduled_actions()} - set(base.values())
    own = {f"{name.partition('.')[0]}.{_model_id(name)}": name for name in classes | acting}
    return base | own


def _model_id(technical_name: str) -> str:
    return f"model_{technical_name.replace('.', '_')}"


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
