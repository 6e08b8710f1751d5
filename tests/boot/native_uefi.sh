#!/bin/sh
# native_uefi.sh: does the disk image boot by UEFI, and does every damage of it end in a clear message on the firmware's console?
# usage: native_uefi.sh [long]     a boot by firmware takes seconds: two in the quick run, the rest with "long"
. "$(dirname "$0")/lib.sh"
firmware=/usr/share/OVMF
[ -e $firmware/OVMF_CODE_4M.fd ] || { echo "skipped: no ovmf"; exit 77; }
command -v mformat >/dev/null || { echo "skipped: no mtools"; exit 77; }
build=$(dirname "$DYAD_HOSTED")
partition=@@1048576
nl='
'
failed() { echo "FAIL $*"; failures=$((failures + 1)); }

# image FILE CONF-TEXT: what ./dyad image writes.
image() {
    printf '%s' "$2" >"$work/conf"
    "$build/dyad-image" --loader "$build/BOOTX64.EFI" --kernel "$build/kernel.elf" --initfs "$DYAD_INITFS" \
        --conf "$work/conf" --output "$1" || failed "cannot make $1"
}

# start DISK QEMU-ARGUMENT...: a machine with that disk; its console is on COM1: $work/serial, keys go to fd 8. The disk is a virtio disk
# unless $controller and $device say otherwise.
start() {
    disk=$1
    shift
    cp $firmware/OVMF_VARS_4M.fd "$work/vars"
    : >"$work/serial"
    [ -p "$work/keys" ] || mkfifo "$work/keys"
    exec 8<>"$work/keys"
    timeout 120 qemu-system-x86_64 -M q35 -cpu max -accel tcg -display none -nodefaults -no-reboot -monitor none \
        -drive if=pflash,unit=0,format=raw,readonly=on,file=$firmware/OVMF_CODE_4M.fd \
        -drive if=pflash,unit=1,format=raw,file="$work/vars" -drive if=none,id=disk,format=raw,file="$disk" \
        ${controller:+-device $controller} -device ${device:-virtio-blk-pci},drive=disk -chardev stdio,id=console,signal=off -serial chardev:console "$@" \
        <&8 >"$work/serial" 2>&1 &
    machine=$!
}

# Wait until the console has said TEXT; status 1: it did not, or the machine has ended.
said() {
    tries=0
    until grep -qF "$1" "$work/serial"; do
        kill -0 $machine 2>/dev/null && [ $tries -lt 600 ] || { grep -qF "$1" "$work/serial"; return; }
        tries=$((tries + 1))
        sleep 0.1
    done
}

# expect TEXT...: the console must say all of them, in any order; then the machine is stopped.
expect() {
    for text in "$@"; do
        checks=$((checks + 1))
        said "$text" || { failed "$what: no '$text'"; tail -c 600 "$work/serial" | tr -d '\033' | tail -5; }
    done
    stop
}
stop() { kill $machine 2>/dev/null; wait $machine 2>/dev/null; exec 8>&-; }

# ---- the image itself ----

checks=$((checks + 1))
image "$work/good" "argument=command=cat /scheme/sys/cpus; echo by fire; exit 7$nl"
touch "$work/conf"
image "$work/again" "argument=command=cat /scheme/sys/cpus; echo by fire; exit 7$nl"
cmp "$work/good" "$work/again" || failed "the same input gives different images"
rm "$work/again"
for pair in "dyad/initfs.cpio $DYAD_INITFS" "dyad/kernel.elf $build/kernel.elf" "EFI/BOOT/BOOTX64.EFI $build/BOOTX64.EFI"; do
    checks=$((checks + 1))
    inside=$(mcopy -i "$work/good$partition" "::/${pair%% *}" - | sha256sum)
    [ "$inside" = "$(sha256sum <"${pair#* }")" ] || failed "${pair%% *} of the image is not the build's"
done
checks=$((checks + 4))
for output in /dev/null "$work/none/disk"; do
    "$build/dyad-image" --loader /dev/null --kernel /dev/null --initfs /dev/null --conf /dev/null --output "$output" 2>"$work/err" &&
        failed "$output is written"
    grep -q "^dyad: image: .*$output" "$work/err" || failed "$output: no message"
done
"$build/dyad-image" --loader /dev/null --kernel /dev/null --initfs /dev/null --conf /nonexistent --output "$work/no" 2>"$work/err"
grep -q 'cannot read /nonexistent' "$work/err" && [ ! -e "$work/no" ] || failed 'an unreadable file: no message, or a file'
"$build/dyad-image" --loader /dev/null --kernel /dev/null --initfs /dev/null --conf /dev/null --output "$work/no" --size 4M 2>"$work/err"
grep -q 'too small: at least 64M' "$work/err" && [ ! -e "$work/no" ] || failed 'a size too small: no message, or a file'

checks=$((checks + 1))
"$DYAD_HOSTED" --help >"$work/out" 2>"$work/err" && grep -q '^Usage: dyad-qemu ' "$work/out" && grep -q -e --uefi "$work/out" ||
    failed 'dyad-qemu --help is not its own'

# ---- boots ----

without_kernel() {
    what='no kernel.elf'
    cp "$work/good" "$work/disk"
    mdel -i "$work/disk$partition" ::/dyad/kernel.elf
    start "$work/disk" -m 128
    said 'dyad: press a key to return to the firmware' && printf ' ' >&8
    expect 'dyad: cannot open \dyad\kernel.elf: there is no such file' 'BdsDxe: failed to start Boot0001'
}

if [ "${1:-}" != long ]; then
    EXPECT_STDERR="err$nl" check 'a command by UEFI' 7 "out$nl" --uefi --cores 2 -c 'read line; echo "$line"; echo err >&2; exit 7' <<END2
out
END2
    without_kernel
    finish
fi

# replace PATH: put standard input in place of a file of the image, into a new image $work/disk.
replace() {
    cat >"$work/file"
    cp "$work/good" "$work/disk"
    mcopy -o -i "$work/disk$partition" "$work/file" "::/$1"
}
key='dyad: press a key to return to the firmware'

what='kernel.elf cut short'
head -c 100000 "$build/kernel.elf" | replace dyad/kernel.elf
start "$work/disk" -m 128
expect 'dyad: \dyad\kernel.elf (100000 bytes) is cut short' "$key"

what='kernel.elf is text'
echo 'no kernel' | replace dyad/kernel.elf
start "$work/disk" -m 128
expect 'dyad: \dyad\kernel.elf (10 bytes) is cut short: it has no ELF header' "$key"

what='a program as kernel'
cat /bin/sh | replace dyad/kernel.elf
start "$work/disk" -m 128
expect 'dyad: \dyad\kernel.elf (' "$key"

what='initfs damaged'
{ head -c 110 "$DYAD_INITFS" | tr 0 z; tail -c +111 "$DYAD_INITFS"; } | replace dyad/initfs.cpio
start "$work/disk" -m 128
expect 'is damaged: it is no cpio archive (newc), or not all the way' "$key"

what='initfs cut short'
head -c 300000 "$DYAD_INITFS" | replace dyad/initfs.cpio
start "$work/disk" -m 128
expect 'dyad: \dyad\initfs.cpio (300000 bytes) is cut short' "$key"

what='initfs empty'
: | replace dyad/initfs.cpio
start "$work/disk" -m 128
expect 'dyad: \dyad\initfs.cpio (0 bytes) is empty' "$key"

what='initfs a folder'
cp "$work/good" "$work/disk"
mdel -i "$work/disk$partition" ::/dyad/initfs.cpio
mmd -i "$work/disk$partition" ::/dyad/initfs.cpio
start "$work/disk" -m 128
expect 'dyad: cannot find the size of \dyad\initfs.cpio' "$key"

what='too little memory'
start "$work/good" -m 48
expect 'dyad: out of memory: no ' "$key"

what='no boot.conf'
cp "$work/good" "$work/disk"
mdel -i "$work/disk$partition" ::/dyad/boot.conf
start "$work/disk" -m 128
expect 'dyad: warning: there is no \dyad\boot.conf' 'dyad:/root#'

what='bad boot.conf, and no screen'
image "$work/disk" "# a comment${nl}colour=red${nl}cores=many${nl}argument=command=echo all\\x20the same; cat /scheme/sys/cpus; exit 7${nl}cores=1$nl"
start "$work/disk" -m 128 -smp 2 -vga none
expect 'dyad: warning: \dyad\boot.conf line 2: has an unknown key' 'dyad: warning: \dyad\boot.conf line 3: cores: give a number' \
    'all the same'

for kind in qemu-xhci/usb-storage ahci/ide-hd /nvme,serial=1 virtio-scsi-pci/scsi-hd; do
    what="the disk as ${kind#*/}" controller=${kind%%/*} device=${kind#*/}
    start "$work/good" -m 128
    expect 'by fire'
done
what='an IDE disk of an older machine' controller='' device=ide-hd
start "$work/good" -m 128 -M pc
expect 'by fire'
device=''

what='a screen'
image "$work/disk" "screen=1152x864${nl}append=console=serial$nl"
mkfifo "$work/monitor.in" "$work/monitor.out"
exec 7<>"$work/monitor.in" 6<>"$work/monitor.out"
start "$work/disk" -m 128 -device VGA -chardev "pipe,id=monitor,path=$work/monitor" -mon chardev=monitor
checks=$((checks + 1))
said 'dyad:/root#' || failed 'no shell with a screen'
echo "screendump $work/picture" >&7
tries=0
until [ -s "$work/picture" ] || [ $tries -ge 100 ]; do tries=$((tries + 1)); sleep 0.1; done
[ "$(head -c 11 "$work/picture" | tr '\n' ' ')" = 'P6 1152 864' ] || failed 'the screen is not 1152x864'
stop
exec 7>&- 6>&-

# ---- as ./dyad run --qemu --uefi ----

check '5 GiB, arguments' 3 "a b|c\\d|é|$nl" --uefi --mem 5G --cores 1 -c 'printf "%s|" "$@"; echo; exit 3' sh 'a b' 'c\d' 'é' </dev/null
mkdir "$work/folder"
head -c 3000000 /dev/urandom >"$work/folder/data"
check '--add' 0 "$(sha256sum <"$work/folder/data")$nl" --uefi --cores 4 --add "$work/folder" -c 'sha256sum </host/folder/data' </dev/null
check 'the smallest memory' 0 "ok$nl" --uefi --mem 64M --cores 1 -c 'echo ok' </dev/null
EXPECT_STDERR="dyad: --uefi needs --mem 64M or more: the firmware does not start with less$nl" \
    check 'too little' 125 '' --uefi --mem 32M -c 'echo ok' </dev/null
checks=$((checks + 1))
timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --uefi --append selftest=panic -c 'echo ok' >"$work/out" 2>"$work/err" </dev/null
[ $? = 125 ] && grep -q 'dyad: kernel panic: selftest' "$work/err" || failed 'a panic by UEFI: no status 125, or no text'
CHECK_TIMEOUT=300 check 'counted instructions' 4 "ok$nl" --uefi --icount --cores 1 -c 'echo ok; exit 4' </dev/null
# A processor without RDRAND has the firmware's random numbers, or says that they are weak.
for rng in virtio-rng-pci ''; do
    what="random numbers, ${rng:-no device}"
    image "$work/disk" "loglevel=1${nl}argument=command=echo done$nl"
    start "$work/disk" -m 128 -cpu qemu64 ${rng:+-device $rng}
    expect 'done'
    checks=$((checks + 1))
    if grep -q 'random numbers are weak' "$work/serial"; then said_weak=yes; else said_weak=; fi
    if [ -n "$rng" ]; then [ -z "$said_weak" ]; else [ -n "$said_weak" ]; fi || failed "$what: weak: '$said_weak'"
done
finish
