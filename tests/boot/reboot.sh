#!/bin/sh
# reboot.sh: do `poweroff` and `reboot` end the services in order, and does a machine that reboots come up again?
. "$(dirname "$0")/lib.sh"
nl='
'
check 'poweroff' 7 "first$nl" -c 'echo first; poweroff 7; echo never' </dev/null
# Its boot arguments would make it do the same again: a run of a command ends instead (docs/init.md).
check 'reboot of a command' 123 "first$nl" -c 'echo first; reboot; echo never' </dev/null
check 'nobody but init ends the machine' 0 "no${nl}alive$nl" -c 'echo 0 2>/dev/null >/scheme/hw/power || echo no; echo alive' </dev/null

# A shell that reads a pipe: what is written after the restart is read by the shell of the second machine.
says() { grep -c "$1" "$work/err"; }
wait_for() {
    tries=0
    until [ "$(says "$1")" -ge "$2" ]; do
        tries=$((tries + 1))
        [ $tries -lt 600 ] || { echo "FAIL no '$1' ($2 times)"; cat "$work/err"; failures=$((failures + 1)); return; }
        sleep 0.05
    done
}
checks=$((checks + 1))
mkfifo "$work/in"
: >"$work/err"
timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" ${DYAD_CORES:+--cores $DYAD_CORES} -v <"$work/in" >"$work/out" 2>"$work/err" &
machine=$!
exec 3>"$work/in"
echo 'echo one; touch /tmp/mark; reboot' >&3
wait_for ' cores*, ' 2
echo 'echo two; ls /tmp; exit 5' >&3
exec 3>&-
wait $machine
got=$?
[ "$got:$(cat "$work/out")" = "5:one${nl}two" ] || { echo "FAIL restart: status $got"; cat "$work/out" "$work/err"; failures=$((failures + 1)); }

# The log tells the order (each line twice: the kernel's log, and init's own word).
checks=$((checks + 1))
timeout 60 "$DYAD_HOSTED" --initfs "$DYAD_INITFS" -v -v -c 'echo >/dev/null; poweroff' </dev/null >/dev/null 2>"$work/err"
sed -n 's/.*init: \([a-z]*\): \(stopping\|stopped\)$/\1 \2/p' "$work/err" | awk '!seen[$0]++' | tr '\n' ',' >"$work/order"
case $(cat "$work/order") in
'session stopping,session stopped,basic stopping,'*'ramfs stopping,'*'ramfs stopped,'*) ;;
*) echo "FAIL order: $(cat "$work/order")"; failures=$((failures + 1)) ;;
esac
for unit in basic ramfs; do
    grep -q "init: $unit: stopped" "$work/err" || { echo "FAIL $unit was not stopped"; failures=$((failures + 1)); }
done
grep -q 'did not stop in time' "$work/err" && { echo 'FAIL a service had to be killed'; failures=$((failures + 1)); }
finish
