"""What a phone's camera sees, for tests in a browser."""

import base64
import io
from typing import Any

import zxingcpp
from PIL import Image

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

# A browser that reads no codes by itself, as most phones here; its camera shows the picture that `hold` put before it, turned a little as in a hand.
NO_DETECTOR = """
delete window.BarcodeDetector;
window.held = null;
navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1280, 720];
  const pen = canvas.getContext('2d');
  setInterval(() => {
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = '#c9c4ba';
    pen.fillRect(0, 0, 1280, 720);
    if (!window.held) return;
    pen.translate(640, 360);
    pen.rotate(0.05);
    pen.drawImage(window.held, -window.held.width / 2, -window.held.height / 2);
  }, 60);
  return canvas.captureStream(15);
};
"""
HOLD = """async (picture) => {
  const image = new Image();
  image.src = picture;
  window.held = picture && await image.decode().then(() => image);
}"""
def picture(code: str, kind: str) -> str:
    """A printed code, as an address of data."""
    made = zxingcpp.create_barcode(code, getattr(zxingcpp.BarcodeFormat, kind))
    raw = io.BytesIO()
    Image.fromarray(zxingcpp.write_barcode_to_image(made, scale=12 if kind == "QRCode" else 3)).save(raw, "PNG")
    return f"data:image/png;base64,{base64.b64encode(raw.getvalue()).decode()}"


def hold(page: Any, code: str, kind: str = "QRCode") -> None:
    """Hold a printed code before the camera of `NO_DETECTOR`; '' for taking it away."""
    page.evaluate(HOLD, picture(code, kind) if code else "")


def reads(page: Any) -> None:
    """A browser that reads codes; nothing is before the camera."""
    page.evaluate(SEES)


def reads_none(page: Any) -> None:
    """A browser that reads none."""
    page.evaluate("delete window.BarcodeDetector; delete document.documentElement.dataset.decoder; null")


def show(page: Any, code: str) -> None:
    """Hold a code before the camera."""
    page.evaluate("(code) => { window.sees = code; }", code)


def shoot(page: Any, codes: list[str], photo: Any) -> None:
    """Take a photo with these codes in it, by the button 扫码."""
    page.context.route("**/sync/scan", lambda route: route.fulfill(json={"codes": codes}))
    with page.expect_file_chooser() as choosing:
        page.get_by_role("button", name="扫码", exact=True).click()
    choosing.value.set_files(photo)
