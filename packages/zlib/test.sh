#!/bin/sh
# zlib's own `make check`: example, and minigzip there and back.
set -e
cd /tmp
/host/bin/zlib-example
echo 'hello world' | /host/bin/minigzip | /host/bin/minigzip -d
/host/bin/minigzip </host/bin/zlib-example | /host/bin/minigzip -d | cmp - /host/bin/zlib-example
