"""The test database is read through its connections alone."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db, pytest.mark.skipif("connection.vendor != 'sqlite'", reason="a server's files are its own")]


def test_whoever_opens_its_file_is_told(tmp_path: Path) -> None:
    file = Path(connection.settings_dict["NAME"])
    for beside in (file.read_bytes, lambda: shutil.copy(file, tmp_path), file.with_name(f"{file.name}-wal").read_bytes):
        with pytest.raises(AssertionError, match="another process"):
            beside()
    assert (tmp_path / file.name).exists() is False
