#!/bin/sh
# zlib's own `make check`: example, and minigzip there and back.
set -e
cp /host/tests/minigzip /host/tests/example /tmp/
cd /tmp
PATH=/tmp:$PATH
example
echo 'hello world' | minigzip | minigzip -d
minigzip </bin/sh | minigzip -d | cmp - /bin/sh
