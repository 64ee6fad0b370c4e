"""The desk before a camera: read by the same piece as on the phones, person after person; without one it says how it goes on."""

from typing import Any

import pytest
from django.urls import reverse

from jimu.core import clock
from jimu.core.tests.serving import CHROMIUM, Site
from jimu.field.screening.codes import PERSON, code_of
from jimu.field.screening.models import Scan
from jimu.field.screening.tests.conftest import Yard, yard_of
from jimu.grid.tests.town import build
from jimu.sync import eyes
from jimu.sync.tests import camera
from jimu.sync.tests.in_hand import look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")]
installed = pytest.mark.skipif(not eyes.installed(), reason="needs what npm brings: make codes")
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError'); };"


@pytest.fixture
def yard(db: None) -> Yard:
    return yard_of(build(), clock.now())


def desk(site: Site, yard: Yard, script: str, **options: Any) -> Any:
    """The desk of a site, in a browser with this script."""
    page = site.open("/accounts/sign-in/", client=yard.town.client("member", "甲一居民区"), **options)
    page.set_default_timeout(40_000)
    page.add_init_script(script)
    page.goto(site.address + reverse("screening:desk", args=[yard.round.pk, yard.site.pk]))
    return page


@installed
def test_a_desk_whose_browser_reads_no_codes_reads_tube_and_people_with_one_press(site: Site, yard: Yard) -> None:
    page = desk(site, yard, camera.NO_DETECTOR)
    page.get_by_role("button", name="用相机扫").click()
    page.get_by_role("button", name="关掉相机").wait_for()
    camera.hold(page, "TUBE-1", "Code128")
    page.wait_for_function("() => document.querySelector('[name=tube]').value === 'TUBE-1'")
    look(page, "desk-camera")
    for number, person in enumerate(yard.people[:2], 1):
        code = code_of(PERSON, person.pk)
        camera.hold(page, code)
        page.get_by_text(f"{number} / 10", exact=True).wait_for()
        # The page is a new one and its camera goes on by itself; the code that is still held before it is not said to be there already.
        page.get_by_role("button", name="关掉相机").wait_for()
        camera.hold(page, code)
        page.wait_for_timeout(1500)
        assert page.get_by_text("没有重复记").count() == 0
    assert Scan.objects.filter(tube__code="TUBE-1").count() == 2
    page.get_by_role("button", name="关掉相机").click()
    assert page.locator("video").is_hidden()
    page.reload()
    page.get_by_role("button", name="用相机扫").wait_for()
    assert site.errors == []


@pytest.mark.parametrize(("script", "said"), [("delete window.BarcodeDetector; Object.defineProperty(navigator, 'mediaDevices', { value: undefined });", "请用扫码枪扫，或直接输入号码"), (f"{camera.NO_DETECTOR}{REFUSED}", "相机打不开")])
def test_where_nothing_reads_codes_the_desk_says_that_the_hand_scanner_and_typing_work(site: Site, yard: Yard, script: str, said: str) -> None:
    if said == "相机打不开" and not eyes.installed():
        pytest.skip("needs what npm brings: make codes")
    page = desk(site, yard, script, viewport={"width": 360, "height": 740})
    button = page.get_by_role("button", name="用相机扫")
    if said == "相机打不开":
        button.click()
    page.get_by_text(said).wait_for()
    look(page, "desk-without")
    assert button.count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.type("T1")
    page.keyboard.press("Enter")
    page.keyboard.type(code_of(PERSON, yard.people[0].pk))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.get_by_text("1 / 10", exact=True).wait_for()
    assert site.errors == []
