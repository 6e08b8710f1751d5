#!/bin/sh
# native_hardening.sh: does the native kernel stop whoever breaks its rules, with a panic that says which?
. "$(dirname "$0")/lib.sh"
# trips NAME PATTERN: selftest=NAME must end in a panic (status 125) whose text matches.
trips() {
    checks=$((checks + 1))
    timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 1 --append "selftest=$1" -c true </dev/null >"$work/out" 2>"$work/err"
    got=$?
    if [ $got -ne 125 ] || [ -s "$work/out" ] || ! tr -d '\n' <"$work/err" | grep -q "$2"; then
        echo "FAIL $1: status $got, expected 125 and: $2"
        head -5 "$work/err"
        failures=$((failures + 1))
    fi
}
panic='dyad: kernel panic:'
trips write-text "$panic write to read-only memory at address .* at .*  write_text+0x.* from .*selftest_run+0x"
trips write-rodata "$panic write to read-only memory .*write_rodata"
trips write-initfs "$panic write to read-only memory .*write_initfs"
trips write-text-alias "$panic access to memory that is not there .*write_text_alias"
trips run-data "$panic execution of data"
trips run-rodata "$panic execution of data"
trips run-direct-map "$panic execution of data"
trips null-read "$panic use of a null pointer .*null_read"
trips null-call "$panic call of a null pointer"
trips user-read "$panic access to user memory (SMAP)"
trips user-call "$panic execution of user memory (SMEP)"
trips stack-overflow "$panic stack overflow .*of the kernel stack.*recurse"
trips stack-smash "$panic a function has overwritten its stack frame"
trips undefined "$panic invalid instruction .*undefined"
trips unmapped "$panic access to memory that is not there"
trips panic "$panic selftest .*from .*  panic+0x.* from .*  selftest_run+0x"
trips nonsense 'dyad: selftest=nonsense: there is no such test'

# A panic while the other cores wait to be started.
checks=$((checks + 1))
timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 4 --append selftest=panic -c true </dev/null 2>&1 | grep -q "$panic selftest" ||
    { echo 'FAIL panic with four cores: no message'; failures=$((failures + 1)); }

# What the chipset reports. An NMI that nobody has asked for changes nothing; after a machine check nothing can go on.
mkfifo "$work/monitor"
# shellcheck disable=SC2016 # for the shell in there; blanks would end the boot argument, tabs do not
loop=$(echo 'command=i=0; while :; do echo step$i; i=$((i+1)); sleep 0.1; done' | tr ' ' '\t')
timeout 60 qemu-system-x86_64 -M q35 -m 64 -smp 2 -cpu max -display none -nodefaults -no-reboot -serial "file:$work/serial" -monitor stdio \
    -kernel "$(dirname "$DYAD_HOSTED")/kernel.elf" -initrd "$DYAD_INITFS" \
    -append "$loop" <"$work/monitor" >/dev/null 2>&1 &
machine=$!
exec 3>"$work/monitor"
# says TEXT: wait until the machine has said it.
says() {
    checks=$((checks + 1)) tries=0
    until grep -q "$1" "$work/serial" 2>/dev/null; do
        tries=$((tries + 1))
        [ $tries -lt 400 ] && kill -0 $machine 2>/dev/null || { echo "FAIL NMI and machine check: no '$1'"; tail -3 "$work/serial"; failures=$((failures + 1)); return; }
        sleep 0.05
    done
}
says step2
for i in 1 2 3 4 5 6 7 8 9 10; do echo nmi >&3; done
says "step$(($(sed -n 's/^step\([0-9]*\).*/\1/p' "$work/serial" | tail -1) + 5))"
echo 'mce 0 1 0xbd00000000000000 0x5 0x1234000 0' >&3
says "$panic machine check"
says 'bank 1: status bd00000000000000 address 1234000'
kill $machine
wait $machine 2>/dev/null
exec 3>&-

# The first panic's addresses differ from boot to boot: 32 boots, at least 30 places (18 bits of choice).
i=0
while [ $i -lt 32 ]; do
    timeout 20 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" --cores 1 --append selftest=panic -c true </dev/null 2>&1 |
        sed -n 's/^  from \([0-9a-f]*\)  selftest_run.*/\1/p'
    i=$((i + 1))
done | sort -u >"$work/places"
checks=$((checks + 1))
places=$(wc -l <"$work/places")
[ "$places" -ge 30 ] || { echo "FAIL the kernel was at $places places in 32 boots"; failures=$((failures + 1)); }
finish
