"""The package's names mean what they say, whichever file was loaded before. (What they load: `jimu/core/tests/test_starting.py`.)"""

import sys

import jimu_engine
import jimu_engine.recommend
import jimu_engine.repair
import jimu_engine.solve


def test_the_names_are_what_searches_though_files_are_called_alike() -> None:
    for name in ("recommend", "repair", "solve"):
        assert getattr(jimu_engine, name) is getattr(sys.modules[f"jimu_engine.{name}"], name)
    assert all(hasattr(jimu_engine, name) for name in jimu_engine.__all__)
