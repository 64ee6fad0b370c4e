"""Many senders at once, and a sender killed outright in the middle of a wave; on both databases."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from jimu.core.tests.elsewhere import environment
from jimu.messages import sending
from jimu.messages.models import Delivery, LocalLine, Message
from jimu.messages.sending import LEASE

from .conftest import Office, pass_time, states

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]
MAIL = "mailtos://u:p@smtp.example.com?to={to}"


def together(*acts) -> None:
    failed: list[BaseException] = []

    def run(act) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failed == []


def test_of_many_senders_each_message_has_one(office: Office, service) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(18))
    together(*[sending.send_due] * 4)
    assert states() == {"sent": 18}
    assert len(service.taken) == 18
    assert len({parcel.key for parcel in service.taken}) == 18


def test_the_same_letters_put_in_at_once_are_there_once(office: Office) -> None:
    office.channel()
    letters = office.letters(50)
    together(*[lambda: office.enqueue(letters)] * 4, sending.send_due, sending.send_due)
    sending.send_due()
    assert states() == {"sent": 50}
    assert LocalLine.objects.count() == 50


SLOW = """
import os, sys, time
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jimu.settings")
import django; django.setup()
from jimu.messages import sending, transports
from jimu.messages.transports import SENT
def slow(parcel):
    with open(sys.argv[1], "a") as file:
        file.write(parcel.address + "\\n")
    time.sleep(0.05)
    return SENT
transports.transport = lambda name: slow
sending.send_due()
"""


@pytest.mark.slow
def test_a_sender_killed_outright_sends_nothing_twice_and_loses_nothing(office: Office, tmp_path, monkeypatch) -> None:
    office.channel("mail", address=MAIL)
    office.enqueue(office.letters(18))
    notes = tmp_path / "taken"
    process = subprocess.Popen([sys.executable, "-c", SLOW, str(notes)], env=environment(), stderr=subprocess.DEVNULL)
    end = time.monotonic() + 40
    while not (notes.exists() and len(notes.read_text().split()) >= 4):
        assert time.monotonic() < end
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(timeout=10)
    before = notes.read_text().split()
    assert Delivery.objects.filter(outcome="open").exists()
    pass_time(LEASE + 70)
    after: list[str] = []

    def note(parcel):
        after.append(parcel.key)
        return sending.SENT

    monkeypatch.setattr("jimu.messages.transports.transport", lambda name: note)
    sending.send_due()
    pass_time(70)
    sending.send_due()
    unsure = Message.objects.filter(error="unsure").count()
    assert unsure <= 1, "one at most was on its way when the process died"
    assert len(before) + len(after) in (18, 18 - unsure)
    assert states().get("sent", 0) + unsure == 18
