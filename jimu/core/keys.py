"""`jimu keys`: a fresh key for personal data, and everything sealed anew with it.

Every column named `…_sealed` is covered, with its `…_index` beside it where there is one: a brick has nothing to declare.
"""

import argparse
import sys
from collections.abc import Iterator

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from jimu import home
from jimu.core import clock, journal, locks, sealed
from jimu.core.commands import Command
from jimu.core.errors import Conflict
from jimu.core.permissions import SYSTEM

SUFFIX = "_sealed"
BATCH = 500


def sealed_columns() -> Iterator[tuple[type[models.Model], list[str]]]:
    """Each model that holds sealed columns, with their names."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if field.name.endswith(SUFFIX)]
        if names:
            yield model, names


def reseal() -> int:
    """Seal everything with the key in use, in one transaction; returns how many rows were written."""
    written = 0
    with transaction.atomic():
        locks.hold("keys")
        for model, columns in sealed_columns():
            written += _reseal_table(model, columns)
        journal.record(actor=SYSTEM, at=clock.now(), verb="keys.resealed", target="keys", data={"rows": written})
    return written


def _reseal_table(model: type[models.Model], columns: list[str]) -> int:
    held = {field.name for field in model._meta.concrete_fields}
    indexes = {column: index for column in columns if (index := column.removesuffix(SUFFIX) + "_index") in held}
    changed = [*columns, *indexes.values()]
    rows: models.QuerySet[models.Model] = models.QuerySet(model)
    written = 0
    # Keys first: nothing may be read while a batch is written, or a row would be missed.
    keys = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = list(rows.only("pk", *changed).filter(pk__in=keys[start : start + BATCH]))
        for row in batch:
            _reseal_row(row, columns, indexes)
        written += rows.bulk_update(batch, changed)
    return written


def _reseal_row(row: models.Model, columns: list[str], indexes: dict[str, str]) -> None:
    for column in columns:
        value = sealed.unseal(getattr(row, column))
        setattr(row, column, sealed.seal(value))
        if column in indexes:
            setattr(row, indexes[column], sealed.blind_index(value))


def _rotate(options: argparse.Namespace) -> int:
    try:
        home.replace_secret("JIMU_DATA_KEY")
    except FileNotFoundError as error:
        sentence = _("密钥来自环境变量：请把新值放进 JIMU_DATA_KEY、旧值放进 JIMU_DATA_KEY_OLD，再运行 jimu keys reseal。")
        raise Conflict(sentence, code="key_from_environment") from error
    settings.JIMU_DATA_KEY = home.secret("JIMU_DATA_KEY")
    settings.JIMU_DATA_KEYS_OLD = home.old_secrets("JIMU_DATA_KEY")
    sealed.forget_keys()
    return _reseal(options)


def _reseal(options: argparse.Namespace) -> int:
    sys.stdout.write(_("已用新密钥重新加密 %(rows)s 行。") % {"rows": reseal()} + "\n")
    return 0


COMMANDS = [
    Command("keys rotate", "换一把个人信息密钥并重新加密（先停服务）", lambda parser: None, _rotate),
    Command("keys reseal", "用现在的密钥重新加密个人信息", lambda parser: None, _reseal),
]
