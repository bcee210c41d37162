#!/usr/bin/env bash
# The browser tests drive the system's Chromium: install it where we may, else say how.
set -u
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "installing chromium for the browser tests (apt-get)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1 ||
        { apt-get update -qq >/dev/null 2>&1 && apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1; }
    command -v chromium >/dev/null && exit 0
fi
echo "no chromium: the browser tests will be skipped. To run them: apt-get install chromium" >&2
exit 1
