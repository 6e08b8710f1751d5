#!/bin/sh
# bzip2's own `make check`: its samples, compressed as they should be and unpacked again.
set -e
cd /tmp
for n in 1 2 3; do
    case $n in 3) small=-s ;; *) small= ;; esac
    /host/bin/bzip2 -$n <"/host/share/bzip2/sample$n.ref" | cmp - "/host/share/bzip2/sample$n.bz2"
    /host/bin/bzip2 -d $small <"/host/share/bzip2/sample$n.bz2" | cmp - "/host/share/bzip2/sample$n.ref"
done
echo 'bzip2: all right'
