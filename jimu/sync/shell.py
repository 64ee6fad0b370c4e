"""The app that phones install: which files it is made of, their version, the words it says."""

import hashlib
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from jimu.sync import eyes
from jimu.sync.registry import kinds

PAGE, WORKER, DECODER = "/app/", "sync/sw.js", "/app/decoder.js"
STATIC = (
    "jimu/theme.js", "jimu/logo.svg", "jimu/icon-192.png", "jimu/tokens.css", "jimu/base.css", "jimu/components.css",
    "sync/app.css", "sync/app.js", "sync/conditions.js", "sync/element.js", "sync/eyes.js", "sync/form.js", "sync/ids.js", "sync/lists.js", "sync/old.js", "sync/photo.js", "sync/questions.js", "sync/scan.js", "sync/screen.js", "sync/store.js", "sync/sync.js",
)  # fmt: skip
MANIFEST = "/app/manifest.webmanifest"


def decoder() -> str:
    """The address of what reads codes for pages whose browser does not; nothing where it is not installed."""
    return DECODER if eyes.installed() else ""


@cache
def kept_files() -> tuple[str, ...]:
    """The app's own files, and those of the screens that kinds bring."""
    brought = [name for kind in kinds().values() if kind.screen for name in kind.screen.files]
    return (*STATIC, *dict.fromkeys(brought))


def file_of(name: str) -> Path:
    """Where a static file lies."""
    found = finders.find(name)
    assert isinstance(found, str), name
    return Path(found)


@cache
def version() -> str:
    """A mark of all files together: another one makes phones fetch the app anew."""
    digest = hashlib.sha256()
    for name in (*kept_files(), WORKER):
        digest.update(file_of(name).read_bytes())
    return digest.hexdigest()[:10]


def worker(page: bytes) -> str:
    """The service worker, with the files that it keeps; the page is one of them, in the reader's language."""
    files = [PAGE, MANIFEST, *(static(name) for name in kept_files())]
    mark = f"jimu-app-{version()}-{hashlib.sha256(page).hexdigest()[:8]}"
    text = file_of(WORKER).read_text(encoding="utf-8")
    told = {"VERSION": mark, "FILES": " ".join(files), "DECODER": f"jimu-codes-{eyes.mark()}", "DECODING": " ".join(eyes.files(DECODER))}
    for name, value in told.items():
        text = text.replace(f"__{name}__", value)
    return text


def manifest() -> dict[str, object]:
    """What a phone needs to put the app beside others."""
    return {
        "name": _("积木 · 现场"), "short_name": _("积木"), "start_url": PAGE, "scope": PAGE, "display": "standalone", "lang": get_language(),
        "background_color": "#f3f5f7", "theme_color": "#23527f",
        "icons": [
            {"src": static("jimu/logo.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": static("jimu/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        ],
    }  # fmt: skip


def words() -> dict[str, str]:
    """What the app says."""
    return {
        "title": _("积木 · 现场"), "online": _("有网络"), "offline": _("没有网络"), "back": _("返回"), "save": _("记下"),
        "queue": _("{waiting} 条待传"), "queue_looks": _("{waiting} 条待传，{looks} 条要看"), "queue_empty": _("都已传完"), "queue_title": _("待传的记录"),
        "queue_more": _("还有 {n} 条没有列在这里，也都存在手机上。"),
        "waiting": _("待传"), "look": _("等人来定"), "refused": _("没有接受"), "send_now": _("现在上传"), "pending": _("已记，待传"),
        "again": _("再传一次"), "discard": _("不要这条"), "discard_sure": _("这条记录只在这部手机上，删掉就没有了。确定吗？"),
        "kept": _("已记下：{title}"), "find": _("查找"), "none": _("现在没有要做的"), "fetching": _("今天的名单还没有取到"), "none_why": _("有网络时会自动更新。"), "more": _("随时可记"),
        "until": _("值守到 {until}"), "today": _("今天的任务"), "optional": _("（可不填）"), "yes": _("是"), "no": _("否"), "nothing_changed": _("还没有改动任何内容。"),
        "scan": _("扫码"), "scan_stop": _("不扫了"), "scan_reading": _("正在读码…"), "scan_opening": _("正在打开相机…"),
        "scan_how": _("把码放在画面中间，拿稳。读到会自己关。"), "scan_none": _("没有看清码，请靠近些再拍，或直接输入。"),
        "scan_offline": _("这部手机要连上网才能认照片里的码，现在没有网络：请用扫码枪，或直接输入。"),
        "photo": _("照片"), "photo_take": _("拍照"), "photo_drop": _("不要这张"), "photo_how": _("最多 {n} 张。只拍要说明的地方，不拍人脸和证件。没有网络也能拍。"),
        "photo_bad": _("这张照片打不开，请再拍一张。"), "photos_waiting": _("{n} 张照片待传"),
        "photos_full": _("手机上待传的照片太多了，请先连网上传。也可以去掉照片，只记下文字。"),
        "entry_add": _("添加：{label}"), "entry_drop": _("去掉这一项"), "entry_drop_sure": _("这一项已经填了内容，确定去掉吗？"),
        "now_is": _("现在登记的是 {value}，不改就空着。"), "now_none": _("现在没有登记。"), "bad_phone": _("请写 11 位手机号，或带区号的座机号。"),
        "fill_in": _("请填写："), "not_right": _("不符合要求："),
        "full": _("手机存储已满：刚才这条没有记下，之前记的都还在。请清理手机，或先连网上传。"),
        "jump": _("看哪一张单子"), "not_found": _("没有查到。"), "none_else": _("现在没有要做的：{lists}。"), "none_in": _("现在没有要做的：{lists}。有网络时会自动更新。"),
        "clock_fast": _("这部手机的时间快了 {n} 分钟。记录会按服务器的时间换算，不会错；请到手机设置里打开“自动确定时间”。"),
        "clock_slow": _("这部手机的时间慢了 {n} 分钟。记录会按服务器的时间换算，不会错；请到手机设置里打开“自动确定时间”。"),
        "lost": _("还有 {n} 条没有传到，也清除了：请把还记得的告诉组长。"),
        "away_offline": _("现在没有网络。记下的都存在手机上，有了网络会自动传。"),
        "away": _("连不上服务器。记下的都存在手机上，会自动再传。一直这样，请走到信号好的地方，看看手机日期对不对、无线网是不是要登录；还不行，请告诉管理员。"),
        "not_installed": _("应用没有存到手机上，断网时打不开。请清理手机存储，连上网再打开一次。"),
        "list_folded": _("{n} 项分开收在一起：点开要去的一处。"), "list_left": _("{n} 项"), "list_done": _("都记了"), "list_due": _("快到时限"),
        "list_other": _("其他"), "list_more": _("还有 {n} 项，接着看"),
        "full_stands": _("手机存储已满，新的记不下来；之前记的都还在。请清理手机，或先连网上传。"), "gone": _("这一项已经不在名单里了。"),
        "no_page": _("这一页没有打开。请返回再试；还不行，请连上网重新打开。"), "sending": _("正在上传…"), "enrolling": _("正在登记…"),
        "keeps_nothing": _("这个浏览器不让应用存东西，记下的会丢。请关掉无痕模式，或换手机自带的浏览器再打开。"),
        "old": _("这部手机的浏览器太旧，打不开这个应用。请先更新浏览器（Chrome、Edge 要 86 以上，苹果手机要 iOS 15 以上）再扫码；更新不了，请换一部手机。要记的先写在纸上，交给组长。"),
        "not_whole": _("应用没有下载完，可能是网络断了。请连上网，再打开一次。"),
        "in_wechat": _("您现在是在微信里打开的，这里登记以后可能打不开、存不住。请点右上角“…”，选“在浏览器打开”，再登记。"), "in_wechat_do": _("就在微信里登记"),
        "unsent": _("这部手机上还有 {n} 条没有处理完：请先点上面的“待传”，传完或去掉，再扫新的登记码。"),
        "enrolled_only": _("登记好了。"),
        "no_stay": _("这个地址不是 https，断网时这一页打不开：要离线用，请管理员换成 https 的地址再登记。"),
        "over": _("这次值守已经结束"), "over_late": _("值守已经结束，这里不能再记了。要紧的事请打电话告诉组长。"),
        "over_left": _("手机上的名单已经清除。还有 {n} 条没有传：请留着这部手机，连上网会自动传，14 天内都收。"), "over_sent": _("手机上的名单已经清除，记录都已传完。辛苦了。"),
        "not_kept": _("这条没有记下。请再记一次；还不行，先记在纸上，告诉组长。"),
        "enrol_title": _("登记这部手机"), "enrol_how": _("请用相机扫管理员给您的二维码，或把收到的链接粘贴到这里。"), "enrol_link": _("登记链接"),
        "enrol_do": _("登记"), "enrolled": _("登记好了。请把这一页添加到主屏幕，没有网络也能用。"), "enrol_offline": _("登记需要网络，请连上网再试。"),
    }  # fmt: skip
