#!/bin/sh
# zlib's own `make check`: example, and minigzip there and back.
set -e
cd /tmp
zlib-example
echo 'hello world' | minigzip | minigzip -d
minigzip </bin/zlib-example | minigzip -d | cmp - /bin/zlib-example
