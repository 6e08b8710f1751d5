#!/bin/sh
# native_reboot.sh: does a PC start again, by each way that there is, and switch off?
. "$(dirname "$0")/lib.sh"
kernel=$(dirname "$DYAD_HOSTED")/kernel.elf
# machine ARGUMENT...: QEMU without dyad-qemu; its serial port is a file.
machine() {
    timeout 60 qemu-system-x86_64 -m 64 -cpu max -display none -nodefaults -serial "file:$work/serial" -kernel "$kernel" \
        -initrd "$DYAD_INITFS" "$@" </dev/null >"$work/qemu" 2>&1
}
# ends NAME ARGUMENT...: with -no-reboot QEMU ends when the machine resets. (A machine that hangs is ended by timeout: status 124.)
ends() {
    name=$1 checks=$((checks + 1))
    shift
    machine -no-reboot "$@"
    got=$?
    [ $got -eq 0 ] || { echo "FAIL $name: status $got"; tail -5 "$work/serial"; failures=$((failures + 1)); }
}
for way in acpi keyboard chipset fault; do
    ends "reboot by $way" -M q35 -append "loglevel=2 reboot=$way command=reboot"
done
ends 'an older machine' -M pc -append 'command=reboot'
ends 'the keyboard controller is not there' -M q35,i8042=off -append 'reboot=keyboard command=reboot'

# A machine that is switched off ends QEMU; one that resets instead would go on for ever.
checks=$((checks + 1))
machine -M q35 -smp 2 -append 'command=poweroff' || { echo "FAIL power off: status $?"; failures=$((failures + 1)); }

# Without -no-reboot it comes up a second time, and a third: the boot arguments say so.
checks=$((checks + 1))
: >"$work/serial"
machine -M q35 -smp 2 -append 'loglevel=2 command=reboot' &
waiter=$!
tries=0
until [ "$(grep -c 'Dyad' "$work/serial")" -ge 3 ] || [ $tries -ge 600 ]; do sleep 0.05; tries=$((tries + 1)); done
[ "$(grep -c 'Dyad' "$work/serial")" -ge 3 ] || { echo 'FAIL it has not come up three times'; tail -5 "$work/serial"; failures=$((failures + 1)); }
kill $(ps -o pid= --ppid $waiter) $waiter 2>/dev/null
wait $waiter 2>/dev/null
finish
