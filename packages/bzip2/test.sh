#!/bin/sh
# bzip2's own `make check`: its samples, compressed as they should be and unpacked again.
set -e
cd /tmp
for n in 1 2 3; do
    case $n in 3) small=-s ;; *) small= ;; esac
    bzip2 -$n <"/usr/share/bzip2/sample$n.ref" | cmp - "/usr/share/bzip2/sample$n.bz2"
    bzip2 -d $small <"/usr/share/bzip2/sample$n.bz2" | cmp - "/usr/share/bzip2/sample$n.ref"
done
# A tarball there and back.
mkdir tree out
cp -R /etc/units /usr/share/bzip2 tree/
cp /bin/sh tree/sh # what the link stands for
tar -cf tree.tar tree
bzip2 -k9 tree.tar
bzip2 -t tree.tar.bz2
[ "$(wc -c <tree.tar.bz2)" -lt "$(wc -c <tree.tar)" ]
bzip2 -dc tree.tar.bz2 | tar -xf - -C out
diff -r tree out/tree
head -c 1000 tree.tar.bz2 >cut.bz2
! bzip2 -t cut.bz2 2>/dev/null
echo 'bzip2: all right'
