#!/bin/sh
# native_startup.sh: is a program that does nothing small, and how many instructions does it take from its first to its exit? Static `true`
# is the machine's init here, nothing else runs; QEMU, translating single instructions, writes down each one in the program's addresses.
# usage: native_startup.sh TRUE MKINITFS KERNEL
. "$(dirname "$0")/lib.sh"
bytes=$(stat -c %s "$1")
echo "static true: $bytes bytes (at most 16384)"
[ "$bytes" -le 16384 ] || failures=$((failures + 1))

echo "file 755 /sbin/init $1" >"$work/manifest"
"$2" -C / -o "$work/initfs.cpio" "$work/manifest" || exit 1
timeout 60 qemu-system-x86_64 -M q35 -display none -nodefaults -monitor none -no-reboot -cpu max -m 64 -accel tcg -serial "file:$work/serial" \
    -kernel "$3" -initrd "$work/initfs.cpio" -singlestep -d exec,nochain -dfilter 0x400000..0x4fffff -D "$work/trace" </dev/null
grep -q 'init has ended with status 0' "$work/serial" || { cat "$work/serial"; failures=$((failures + 1)); }
count=$(grep -c '^Trace' "$work/trace")
echo "instructions of static true: $count (1 to 3000)"
[ "$count" -ge 1 ] && [ "$count" -le 3000 ] || failures=$((failures + 1))
checks=3
finish
