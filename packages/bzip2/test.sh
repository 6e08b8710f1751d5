#!/bin/sh
# bzip2's own `make check`: its samples, compressed as they should be and unpacked again.
set -e
cd /tmp
for n in 1 2 3; do
    case $n in 3) small=-s ;; *) small= ;; esac
    bzip2 -$n <"/usr/share/bzip2/sample$n.ref" | cmp - "/usr/share/bzip2/sample$n.bz2"
    bzip2 -d $small <"/usr/share/bzip2/sample$n.bz2" | cmp - "/usr/share/bzip2/sample$n.ref"
done
echo 'bzip2: all right'
