"""Where one installation keeps its files: the folder JIMU_HOME, and the secrets in it."""

import os
import secrets
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


class HomeUnusable(Exception):
    """The home cannot be made or written; the sentence says how to mend it."""

    def __init__(self, folder: Path, why: OSError) -> None:
        # Before the settings are read there are no translations.
        super().__init__(
            f"不能写入数据文件夹 {folder}（{why.strerror}）。请换一个：JIMU_HOME=文件夹 …，或改正它的权限。\n"
            f"Cannot write the data folder. Choose another with JIMU_HOME=folder, or mend its permissions."
        )


def home() -> Path:
    """The folder of the embedded database and files: JIMU_HOME, or `var/` in the checkout. Raises HomeUnusable."""
    folder = Path(os.environ.get("JIMU_HOME") or CHECKOUT / "var").expanduser().resolve()
    try:
        # Only its owner looks inside: the database and the files lie here.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, os.strerror(13))
    except OSError as error:
        raise HomeUnusable(folder, error) from error
    return folder


def secret(name: str) -> str:
    """A secret by name: from the environment, else from `secrets/` in the home, made on first use.

    The file is created exclusively and readable by its owner only, so two processes that start
    together agree on one value.
    """
    given = os.environ.get(name)
    if given:
        return given
    folder = home() / "secrets"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        path = folder / name.lower()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _written(path)
    except OSError as error:
        raise HomeUnusable(folder, error) from error
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text()


def old_secrets(name: str) -> list[str]:
    """Earlier values of a secret, which still open what was closed with them: NAME_OLD, else `name.old`, one a line."""
    given = os.environ.get(f"{name}_OLD")
    path = home() / "secrets" / f"{name.lower()}.old"
    text = given if given is not None else path.read_text() if path.exists() else ""
    return text.split()


def replace_secret(name: str) -> None:
    """Put a fresh value in the place of a secret that lies in a file; the earlier one stays readable beside it.

    Raises FileNotFoundError when the secret comes from the environment.
    """
    path = home() / "secrets" / name.lower()
    if os.environ.get(name) or not path.exists():
        raise FileNotFoundError(path)
    kept = path.with_name(f"{path.name}.old")
    descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(path.read_text() + "\n")
    path.unlink()
    secret(name)


def _written(path: Path) -> str:
    # The process that created the file may not have filled it yet.
    for _ in range(1000):
        value = path.read_text()
        if value:
            return value
    raise RuntimeError(f"{path} is empty: delete it, and restore the backup of it if there is one")
