"""The app's files before a browser without a service: a test says what the server answers, or that it does not."""

import json
import mimetypes
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.template.loader import render_to_string
from playwright.sync_api import Error

from jimu.sync import shell

# Stands for the moment at which the server answers.
NOW = "now"
DEVICE = {"label": "小米", "holder": "王建国", "unit": "1号楼", "ends_at": "2099-01-01T00:00:00+00:00"}
KNOCK = {
    "name": "test.knock", "title": "敲门", "form": "f", "edits": False, "by_item": False,
    "fields": [{"name": "unit", "type": "given", "label": "楼", "required": True}, {"name": "note", "type": "text", "label": "备注", "required": False}],
}  # fmt: skip
# Long waits end a hundred times sooner.
HASTE = "const later = setTimeout; window.setTimeout = (work, ms, ...more) => later(work, ms >= 20000 ? ms / 100 : ms, ...more); null"


def moment() -> str:
    """What time it is for the phone and for the server."""
    return datetime.now(UTC).isoformat()


def item(name: str, **more: Any) -> dict[str, Any]:
    """A door of the list."""
    return {"id": name, "title": name, "note": "", "group": "", "kinds": ["test.knock"], "preset": {"unit": name}, "version": "", "fields": {}, **more}


def pack(*items: dict[str, Any], cursor: str = "1", full: bool = True, gone: tuple[str, ...] = ()) -> dict[str, Any]:
    """The lists of today."""
    packs = [{"name": "test.doors", "title": "今天要敲的门", "items": list(items), "gone": list(gone), "full": full}]
    return {"packs": packs, "kinds": [KNOCK], "device": DEVICE, "cursor": cursor}


@dataclass
class Pretend:
    """A server by hand. `answers` by path: what is answered as JSON, or a function of the route; `asked` is what came: (path, body)."""

    page: Any
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, Any]] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    unanswered: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.answers |= {
            "enrol": {"token": "t", "device": DEVICE, "now": NOW},
            "heartbeat": {"now": NOW, "ends_at": DEVICE["ends_at"], "settled": []},
            "operations": self.take, "pack": pack(item("1号楼"), item("2号楼")), "scan": {"codes": ["PHOTO-9"]}, "wiped": {},
        }  # fmt: skip

    def take(self, route: Any) -> None:
        """Every operation is done."""
        sent = route.request.post_data_json["operations"]
        route.fulfill(json={"results": [{"op_id": one["op_id"], "outcome": "done"} for one in sent]})

    def silence(self, route: Any) -> None:
        """Nothing ever comes."""
        self.unanswered.append(route)

    def end(self) -> None:
        """Let go of what was never answered."""
        for route in self.unanswered:
            with suppress(Error):
                route.abort()

    def paths(self) -> list[str]:
        """What was asked for, without the first folder."""
        return [path for path, _body in self.asked]

    def batches(self) -> list[int]:
        """How many operations were in each batch."""
        return [len(body["operations"]) for path, body in self.asked if path == "operations"]

    def __call__(self, route: Any) -> None:
        path = route.request.url.split("app.test")[1].split("?")[0]
        if path.startswith("/static/"):
            route.fulfill(body=shell.file_of(path.removeprefix("/static/")).read_bytes(), content_type=mimetypes.guess_type(path)[0])
        elif path == "/app/":
            route.fulfill(body=render_to_string("sync/app.html", {"words": shell.words(), "version": "1", "language": "zh-hans"}), content_type="text/html")
        elif path.startswith("/sync/"):
            name = path.removeprefix("/sync/")
            body = route.request.post_data_json if route.request.headers.get("content-type") == "application/json" else None
            self.asked.append((name, body))
            answer: Any = self.answers.get(name) or self.answers.get(name.split("/")[0])
            if callable(answer):
                answer(route)
            elif answer.get("now") == NOW:
                route.fulfill(json=answer | {"now": moment()})
            else:
                route.fulfill(json=answer)
        else:
            words = json.dumps(shell.words(), ensure_ascii=False)
            standing = '<div id="standing"></div><div id="notices"></div>'
            route.fulfill(body=f'<!doctype html><meta charset="utf-8"><script type="application/json" id="words">{words}</script><body>{standing}</body>', content_type="text/html")
