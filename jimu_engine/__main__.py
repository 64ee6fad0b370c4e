"""python -m jimu_engine"""

from jimu_engine.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
