#!/usr/bin/env bash
# Installs the system packages that the tests need, where that is possible; says what is missing where not.
set -u
missing=()
[ -x /usr/bin/chromium ] || command -v chromium >/dev/null || missing+=(chromium)
fc-list 2>/dev/null | grep -qi "noto.*cjk" || missing+=(fonts-noto-cjk fontconfig)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
command -v xgettext >/dev/null || missing+=(gettext)
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo -n"
if command -v apt-get >/dev/null && { [ -z "$as_root" ] || sudo -n true 2>/dev/null; }; then
  echo "正在安装系统软件包 · installing system packages: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  $as_root apt-get update -q >/dev/null && $as_root apt-get install -y -q "${missing[@]}" >/dev/null && exit 0
fi
echo "缺少系统软件包，相关测试会跳过 · missing, their tests are skipped: ${missing[*]}" >&2
exit 0
