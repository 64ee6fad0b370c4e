"""What a phone's camera sees, for tests in a browser."""

from typing import Any

SEES = """() => {
  window.sees = '';
  window.BarcodeDetector = class { static async getSupportedFormats() { return ['qr_code']; } async detect() { return window.sees ? [{ rawValue: window.sees }] : []; } };
  navigator.mediaDevices.getUserMedia = async () => {
    const canvas = document.createElement('canvas');
    const draw = () => { canvas.getContext('2d').fillRect(0, 0, 9, 9); requestAnimationFrame(draw); };
    draw();
    return canvas.captureStream(30);
  };
}"""


def reads(page: Any) -> None:
    """A browser that reads codes; nothing is before the camera."""
    page.evaluate(SEES)


def reads_none(page: Any) -> None:
    """A browser that reads none."""
    page.evaluate("delete window.BarcodeDetector; null")


def show(page: Any, code: str) -> None:
    """Hold a code before the camera."""
    page.evaluate("(code) => { window.sees = code; }", code)


def shoot(page: Any, codes: list[str], photo: Any) -> None:
    """Take a photo with these codes in it, by the button 扫码."""
    page.context.route("**/sync/scan", lambda route: route.fulfill(json={"codes": codes}))
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="扫码", exact=True).click()
    choosing.value.set_files(photo)
