"""Brings the database in line with the data files of the addons, in one transaction.

A record is written when what its file says differs from what was last loaded, so an administrator's
change stays until the file changes, and for ever where the file says `noupdate`. A record that left
the files leaves the database too, unless it was `noupdate`.
"""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.models import ForeignKey, ManyToManyField, Model
from django.utils import timezone

from calendar_sync.server.loading import files
from calendar_sync.server.loading.errors import AddonError
from calendar_sync.server.loading.manifest import Addon
from calendar_sync.server.loading.records import LOADABLE, Loadable, Record, model_names
from calendar_sync.server.loading.values import LINK, Resolver, Values
from calendar_sync.server.models import ExternalId, InstalledAddon

# Several processes may start at once; they load one after the other.
LOCK = 0x43616C53


def load_after_migrate(sender: AppConfig, **signal: Any) -> None:  # noqa: ANN401 - Django's
    """Tables and data files go together. While the tables are being taken away: nothing to do."""
    plan = signal.get("plan", [])
    if any(step.app_label == sender.label and undone for step, undone in plan):
        return
    try:
        load(settings.ADDONS, timezone.now())
    except AddonError as error:
        raise CommandError(str(error)) from None


@transaction.atomic
def load(addons: Iterable[Addon], now: datetime, *, demo: bool = False) -> None:
    """Load the data files of these addons, dependencies first. Raises AddonError."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    loading = Loading()
    installed = []
    for sequence, addon in enumerate(addons):
        loading.write(addon, demo=demo)
        installed.append(_installed(addon, sequence, now))
    loading.remove_vanished()
    InstalledAddon.objects.all().delete()
    InstalledAddon.objects.bulk_create(installed)


class Loading:
    """One loading: `write` each addon, dependencies first, then `remove_vanished`."""

    def __init__(self) -> None:
        self._known = {str(row): row for row in ExternalId.objects.all()}
        self._seen: dict[str, ExternalId] = {}
        self._models = model_names()
        self._keys: dict[str, set[int]] = {}

    def write(self, addon: Addon, *, demo: bool) -> None:
        """Raises AddonError."""
        resolver = Resolver(addon.name, self._seen, self._models)
        for key in ("data", "demo") if demo else ("data",):
            for name in addon.facts.get(key, []):
                for record in files.read(addon.root / name):
                    # What a demonstration began is the user's from then on, as in Odoo.
                    noupdate = record.noupdate or key == "demo"
                    self._write(addon.name, replace(record, noupdate=noupdate), resolver)

    def remove_vanished(self) -> None:
        """Scheduled actions go in any case: without their file nobody could run them."""
        for name, row in self._known.items():
            if name in self._seen or (row.noupdate and row.model != "ir.cron"):
                continue
            if not row.changes_another and row.model in LOADABLE:
                LOADABLE[row.model].rows.filter(pk=row.record_id).delete()
            row.delete()

    def _write(self, module: str, record: Record, resolver: Resolver) -> None:
        """Write the record unless it is as its file says already, or the administrator's by now."""
        row = self._row(module, record)
        loadable = LOADABLE[record.model]
        values = resolver.values(record, loadable)
        key: int | None
        if row.changes_another:
            key = resolver.target(record, row.name, record.line).record_id
        else:
            values = _defaults(loadable) | values
            _check(record, loadable, loadable.model(), values)
            key = self._key(loadable, row, values)
        checksum = sha256(json.dumps([record.model, values]).encode()).hexdigest()
        ours = not record.noupdate or (row.changes_another and not row.pk)
        if key is None or (ours and row.checksum != checksum):
            key = _save(record, loadable, key, values)
        if (row.record_id, row.checksum, row.noupdate) != (key, checksum, record.noupdate):
            row.record_id, row.checksum, row.noupdate = key, checksum, record.noupdate
            row.save()
        self._seen[str(row)] = row

    def _row(self, module: str, record: Record) -> ExternalId:
        """What is known of the record, or a new row."""
        if record.model not in LOADABLE:
            raise record.error(f"unknown model {record.model}")
        name = record.external_id.removeprefix(f"{module}.")
        new = ExternalId(module=module, name=name, model=record.model)
        if str(new) in self._seen:
            raise record.error(f"{record.external_id} is already above")
        row = self._known.get(str(new), new)
        if row.model != record.model:
            raise record.error(f"{record.external_id} was a {row.model} before: take a new id")
        return row

    def _key(self, loadable: Loadable, row: ExternalId, values: Values) -> int | None:
        """Key of the record if it exists: under its external id, or made by hand before."""
        rows = loadable.rows
        if loadable.label not in self._keys:
            self._keys[loadable.label] = set(rows.values_list("pk", flat=True))
        if row.record_id in self._keys[loadable.label]:
            return row.record_id
        if not loadable.identity:
            return None
        twins = rows.filter(**{loadable.identity: values[loadable.identity]})
        return twins.values_list("pk", flat=True).first()


def _defaults(loadable: Loadable) -> Values:
    """A field that the file no longer names goes back to its default."""
    columns = [loadable.columns[name] for name in loadable.fields.values()]
    return {c.name: c.get_default() for c in columns if not isinstance(c, ManyToManyField)}


def _check(record: Record, loadable: Loadable, instance: Model, values: Values) -> None:
    """Lay the values over the instance. Raises AddonError where they don't fit."""
    references = set()
    for name, value in values.items():
        column = loadable.columns[name]
        if isinstance(column, ForeignKey):
            references.add(name)
            setattr(instance, column.attname, value)
        elif not isinstance(column, ManyToManyField):
            setattr(instance, name, value)
    try:
        instance.clean_fields(exclude=references)
        instance.clean()
    except ValidationError as error:
        raise _located(record, loadable, error) from None


def _save(record: Record, loadable: Loadable, key: int | None, values: Values) -> int:
    instance = loadable.rows.get(pk=key) if key else loadable.model()
    _check(record, loadable, instance, values)
    instance.save()
    for name, value in values.items():
        if isinstance(loadable.columns[name], ManyToManyField):
            related = getattr(instance, name)
            for command, keys in value:
                related.add(*keys) if command == LINK else related.set(keys)
    return int(instance.pk)


def _located(record: Record, loadable: Loadable, error: ValidationError) -> AddonError:
    """The first thing wrong, at the line of its field."""
    name, messages = next(iter(error.message_dict.items()))
    lines = {loadable.fields[field.name]: field.line for field in record.fields}
    return record.error(f"{name}: {messages[0]}", lines.get(name, record.line))


def _installed(addon: Addon, sequence: int, now: datetime) -> InstalledAddon:
    facts = addon.facts
    texts = ("version", "summary", "author", "license", "category", "application")
    return InstalledAddon(
        name=addon.name,
        title=facts["name"],
        depends=addon.depends,
        packages=facts.get("external_dependencies", {}).get("python", []),
        files=facts.get("data", []),
        sequence=sequence,
        loaded_at=now,
        **{name: facts[name] for name in texts if name in facts},
    )
