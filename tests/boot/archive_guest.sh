#!/bin/sh
# archive_guest.sh: inside Dyad: builds a tree, makes a tarball of it, compresses that, unpacks it and compares, with the image's tar,
# gzip and, where it is there, bzip2. Prints one line for each way that worked.
set -eu
mkdir /tmp/archive
cd /tmp/archive

# Names, kinds and contents that archives get wrong: long paths, odd characters, links, holes, empty files, sizes around a block.
make_tree() {
    mkdir -p tree/empty tree/sub/deeper "tree/with space"
    long=tree
    for n in 1 2 3 4 5; do long=$long/a-folder-with-quite-a-long-name-$n; done
    mkdir -p "$long"
    echo deep >"$long/file"
    : >tree/nothing
    for size in 1 511 512 513 10239 10240 10241; do head -c $size /bin/sh >tree/sub/size-$size; done
    printf 'one\n' >"tree/with space/a \"quoted\" name"
    printf 'a\000b\377' >tree/sub/binary
    seq 20000 >tree/sub/numbers
    cp /bin/sh tree/sub/deeper/program
    chmod 4751 tree/sub/deeper/program
    chmod 640 tree/nothing
    chmod 1777 tree/empty
    ln -s sub/numbers tree/link
    ln -s nowhere tree/dangling
    ln tree/sub/numbers tree/hard
    touch -d 2001-02-03T04:05:06 tree/sub/binary
}

# Every path with its mode, links, size, target, time and contents.
describe() {
    (cd "$1" && find . | sort | while read -r path; do
        if [ -L "$path" ]; then
            echo "$path -> $(readlink "$path")"
        elif [ -d "$path" ]; then
            echo "$path $(stat -c %a "$path")"
        else
            echo "$path $(stat -c '%a %h %s %Y' "$path") $(sha256sum <"$path")"
        fi
    done)
}

# compare WAY: is what was unpacked below out the tree?
compare() {
    describe out/tree >unpacked
    cmp before unpacked || { diff before unpacked | head -n 10; exit 1; }
    rm -rf out
    mkdir out
    echo "$1: the same"
}

make_tree
describe tree >before
[ "$(wc -l <before)" -gt 20 ]
mkdir out

tar -cf plain.tar tree
tar -xpf plain.tar -C out
compare tar
# toybox lists the targets of links as well.
find tree | sort >found
tar -tf plain.tar | sed 's|/$||; s/ -> .*//; s/ link to .*//' | sort | cmp - found

gzip -c plain.tar >piped.tar.gz
zcat piped.tar.gz | cmp - plain.tar
[ "$(wc -c <piped.tar.gz)" -lt "$(wc -c <plain.tar)" ]
zcat piped.tar.gz | tar -xpf - -C out
compare 'tar, gzip'
tar -czf whole.tar.gz tree
tar -xzpf whole.tar.gz -C out
compare 'tar -z'

# A damaged archive is noticed.
head -c 20000 piped.tar.gz >cut.tar.gz
! zcat cut.tar.gz >/dev/null 2>&1
! zcat cut.tar.gz 2>/dev/null | tar -xf - -C out 2>/dev/null
rm -rf out
mkdir out

if command -v bzip2 >/dev/null; then
    bzip2 -k9 plain.tar
    bzip2 -t plain.tar.bz2
    bzcat plain.tar.bz2 | tar -xpf - -C out
    compare 'tar, bzip2'
    bzip2 -dc plain.tar.bz2 | cmp - plain.tar
fi
cd /
rm -rf /tmp/archive
