#!/bin/sh
# native_firmware.sh: does bad firmware data end in a clear message, and odd but legal data in a working system?
. "$(dirname "$0")/lib.sh"
nl='
'
# native TEXT QEMU-ARGUMENT...: the kernel alone in QEMU, its log on standard output; it must say TEXT (a pattern).
native() {
    text=$1
    shift
    checks=$((checks + 1))
    timeout 20 qemu-system-x86_64 -cpu max -display none -nodefaults -no-reboot -serial stdio \
        -kernel "$(dirname "$DYAD_HOSTED")/kernel.elf" "$@" </dev/null >"$work/out" 2>&1
    grep -q "$text" "$work/out" || { echo "FAIL no '$text'"; head -5 "$work/out"; failures=$((failures + 1)); }
}
native 'dyad: there is no initfs' -M q35 -m 64 -serial null -append link=com2
native 'dyad: link=com9: only com2 is known' -M q35 -m 64 -append link=com9
native 'dyad: link=com2: there is no such serial port' -M q35 -m 64 -append link=com2
native 'dyad: this processor cannot forbid execution (NX)' -M q35 -m 64 -cpu max,-nx -append link=com2

EXPECT_STDERR="dyad: dyad-qemu cannot record or replay: --seed, --record and --replay are dyad-hosted's$nl" \
    check 'no replay' 125 '' --seed 1 --cores 1 -c 'echo ok' </dev/null
EXPECT_STDERR=

# Old and small processors: nothing of SMEP, SMAP, UMIP, FSGSBASE, XSAVE, RDRAND; one that counts time by the ACPI timer.
check 'qemu64' 0 "ok$nl" --cpu qemu64 --cores 2 -c 'echo ok' </dev/null
check 'without XSAVE' 0 "ok$nl" --cpu max,-xsave --cores 1 -c 'echo ok' </dev/null
check 'without 1 GiB pages' 0 "ok$nl" --cpu max,-pdpe1gb --cores 1 -c 'echo ok' </dev/null
for memory in 32M 48M 300M 3G 5G; do
    check "$memory of memory" 0 "ok$nl" --mem $memory --cores 1 -c 'echo ok' </dev/null
done
checks=$((checks + 1))
timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 1 --mem 16M -c 'echo ok' </dev/null >"$work/out" 2>"$work/err"
case $?:$(cat "$work/out") in
0:ok) ;;
125:) grep -q '^dyad: ' "$work/err" || { echo 'FAIL 16M: no message'; failures=$((failures + 1)); } ;;
*) echo 'FAIL 16M'; failures=$((failures + 1)) ;;
esac

# What QEMU does not get wrong by itself: gdb spoils it in memory before the kernel's first instruction.
if command -v gdb >/dev/null; then
    spoilt() {
        what=$1 text=$2
        checks=$((checks + 1))
        timeout 60 qemu-system-x86_64 -M q35 -m 64 -cpu max -display none -nodefaults -no-reboot -serial "file:$work/serial" \
            -kernel "$(dirname "$DYAD_HOSTED")/kernel.elf" -initrd "$DYAD_INITFS" -append "${arguments:-link=com2 command=true}" \
            -S -gdb "unix:$work/gdb,server,nowait" </dev/null >/dev/null 2>&1 &
        machine=$!
        until [ -S "$work/gdb" ] || ! kill -0 $machine 2>/dev/null; do sleep 0.05; done
        SPOIL=$what timeout 30 gdb -q -batch -ex "target remote $work/gdb" -x "$(dirname "$0")/native_spoil.py" >"$work/gdb.log" 2>&1
        tries=0 # the kernel goes on when gdb leaves; some failures end the machine, others stop it
        until grep -q "$text" "$work/serial" || [ $tries -ge 200 ]; do sleep 0.05; tries=$((tries + 1)); done
        kill $machine 2>/dev/null
        wait $machine
        grep -q "$text" "$work/serial" || { echo "FAIL $what: no '$text'"; head -5 "$work/serial"; tail -3 "$work/gdb.log"; failures=$((failures + 1)); }
        rm -f "$work/gdb" "$work/serial"
    }
    spoilt madt-checksum 'dyad: ACPI: the table APIC is damaged (wrong checksum)'
    spoilt madt-entry 'dyad: ACPI: the MADT has an entry of type'
    spoilt no-rsdp 'dyad: the firmware has no ACPI tables (no RSDP)'
    spoilt rsdp 'dyad: ACPI: the RSDP at .* is damaged'
    spoilt no-map 'dyad: PVH: the loader gives no memory map'
    spoilt no-ram 'dyad: the memory map has no usable RAM'
    spoilt wild-map 'dyad: '
    arguments=$(printf 'loglevel=2 command=echo\talive;poweroff') # these are no reason not to start
    spoilt holes '^alive'
    for wrong in ram kernel buses odd; do spoilt mcfg-$wrong 'warning ACPI: 1 entries of the MCFG are wrong and left out'; done
fi
finish
