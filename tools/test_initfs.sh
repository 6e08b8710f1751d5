#!/bin/sh
# Does mkinitfs write what the manifest says, reproducibly, and refuse what it cannot honour?
# shellcheck disable=SC2015,SC2016
# usage: test_initfs.sh MKINITFS CHECK_ELF
set -eu
mkinitfs=$1
check_elf=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

fail()
{
    echo "FAIL: $*" >&2
    exit 1
}

mkdir tree
echo one >tree/one
echo two >tree/two
mkdir tree/sub
echo three >tree/sub/three
ln -s ../one tree/sub/link
echo hidden >tree/.hidden
: >empty
head -c 10000 /dev/zero >large
cat >manifest <<'END'
# a comment
link /bin/sh dash
file 755 /deep/er/large large   # parents are made
file 600 /empty empty
dir 1777 /tmp
tree 644 /etc/units tree
END

# test_archive_is_the_same_twice_and_in_any_order
"$mkinitfs" -MF deps -o a.cpio manifest
tac manifest >reversed
touch -d 1999-01-01 tree/one large
"$mkinitfs" -o b.cpio reversed
cmp a.cpio b.cpio || fail "two runs differ"

# test_standard_reader_accepts_padded_names
mkdir out
(cd out && cmake -E tar xf ../a.cpio)
[ "$(readlink out/bin/sh)" = dash ] || fail "link"
cmp large out/deep/er/large || fail "large file"
[ -f out/empty ] && [ ! -s out/empty ] || fail "empty file"
[ "$(cat out/etc/units/one out/etc/units/two)" = "one
two" ] || fail "tree"
[ "$(cat out/etc/units/sub/three; readlink out/etc/units/sub/link)" = "three
../one" ] || fail "folders and links of a tree"
[ ! -e out/etc/units/.hidden ] || fail "a hidden file of a tree"
cmake -E tar tvf a.cpio >list
for entry in '^drwxrwxrwt .* tmp$' '^-rw------- .* empty$' '^-rwxr-xr-x .* deep/er/large$' '^drwxr-xr-x .* deep$'; do
    grep -q "$entry" list || fail "no $entry in $(cat list)"
done

# test_depfile_names_what_was_read
for file in large empty tree tree/one; do
    grep -q "  $file\\( \\|\$\\)" deps || fail "$file is not in the depfile"
done

# test_bad_manifest_is_refused
for line in 'dir 755 relative' 'file 755 /x' 'file 999 /x large' 'file 644 /x missing' 'dir 755 /tmp/' \
    'link /a b c' 'nonsense'; do
    echo "$line" >bad
    ! "$mkinitfs" -o bad.cpio bad 2>/dev/null || fail "accepted: $line"
done
printf 'dir 755 /a\nlink /a b\n' >bad
! "$mkinitfs" -o bad.cpio bad 2>/dev/null || fail "accepted a path twice"
printf 'link /a b\ndir 755 /a/c\n' >bad
! "$mkinitfs" -o bad.cpio bad 2>/dev/null || fail "accepted a link as a parent"

# test_check_elf_rejects_host_programs_and_broken_archives
! "$check_elf" a.cpio 2>/dev/null || fail "check-elf passed an executable that is no ELF file"
! "$check_elf" /bin/sh 2>/dev/null || fail "check-elf passed a host program"
head -c 5000 a.cpio >cut.cpio
! "$check_elf" cut.cpio 2>/dev/null || fail "check-elf passed a cut archive"
