"""Robots and webhooks as they answer: status 200 with a refusal in the body is a refusal."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from jimu.core.ids import new_id
from jimu.messages import services, transports
from jimu.messages.models import Channel
from jimu.messages.transports import Parcel

Service = Channel.Service


@dataclass
class Robot:
    """An HTTP server that answers what it is told and notes what it was asked."""

    address: str = ""
    status: int = 200
    body: bytes = b'{"errcode": 0, "code": 0}'
    asked: list[tuple[str, dict, dict]] = field(default_factory=list)


@pytest.fixture
def robot() -> Iterator[Robot]:
    found = Robot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            given = json.loads(self.rfile.read(int(self.headers["content-length"])))
            found.asked.append((self.path, given, dict(self.headers)))
            self.send_response(found.status)
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *words) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.address = f"http://127.0.0.1:{server.server_port}/send?access_token=abc"
    yield found
    server.shutdown()
    server.server_close()


def parcel(robot: Robot, **more) -> Parcel:
    return Parcel(**{"key": new_id(), "address": robot.address, "text": "到岗", **more})


@pytest.mark.parametrize("service", [Service.WECOM, Service.DINGTALK, Service.FEISHU])
def test_a_refusal_inside_a_200_is_a_refusal(robot: Robot, service: str) -> None:
    assert transports.transport(service)(parcel(robot)).sent
    robot.body = b'{"errcode": 310000, "code": 19024, "errmsg": "keywords not in content"}'
    refused = transports.transport(service)(parcel(robot))
    assert (refused.sent, refused.down) == (False, False)
    assert refused.error.startswith("refused ")


@pytest.mark.parametrize(("service", "code"), [(Service.WECOM, 45009), (Service.DINGTALK, 130101), (Service.FEISHU, 11232)])
def test_too_many_a_minute_lets_the_channel_rest(robot: Robot, service: str, code: int) -> None:
    robot.body = json.dumps({"errcode": code, "code": code}).encode()
    assert transports.transport(service)(parcel(robot)).down
    robot.status, robot.body = 503, b""
    assert transports.transport(service)(parcel(robot)).down


def test_nobody_there_is_a_failure_and_not_a_doubt(robot: Robot) -> None:
    gone = transports.transport(Service.WECOM)(parcel(robot, address="http://127.0.0.1:9/send"))
    assert (gone.sent, gone.error, gone.down) == (False, "unreachable", True)


def test_dingtalk_is_asked_with_a_signature_and_without_the_secret(robot: Robot) -> None:
    transports.transport(Service.DINGTALK)(parcel(robot, address=robot.address + "&secret=SECgeheim"))
    query = parse_qs(urlsplit(robot.asked[0][0]).query)
    assert set(query) == {"access_token", "timestamp", "sign"}
    assert len(query["sign"][0]) == 44


def test_a_webhook_is_given_the_key_of_the_delivery(robot: Robot) -> None:
    sent = parcel(robot)
    assert transports.transport(Service.WEBHOOK)(sent).sent
    _path, body, headers = robot.asked[0]
    assert body == {"text": "到岗", "key": str(sent.key)}
    assert headers["Idempotency-Key"] == str(sent.key)


def test_an_address_has_a_place_for_the_person_that_takes_no_tricks() -> None:
    assert services.filled("mailtos://smtp/?to={to}", "a@b.com&to=c@d.com") == "mailtos://smtp/?to=a@b.com%26to%3Dc@d.com"
