#!/bin/sh
# archive.sh: does a script inside Dyad build a tarball, compress it, unpack it and find the same?
. "$(dirname "$0")/lib.sh"
CHECK_TIMEOUT=${CHECK_TIMEOUT:-60}
check 'tarball and gzip' 0 'tar: the same
tar, gzip: the same
tar -z: the same
' --add "$(dirname "$0")/archive_guest.sh" -c 'sh /host/archive_guest.sh' </dev/null
finish
