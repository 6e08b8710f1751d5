#!/bin/sh
# linux_qemu.sh [ROW[,ROW]...]: shared/osbench.c on Dyad's native kernel and on Debian's Linux in the same QEMU with -icount, side by side: every
# figure is a number of instructions. VMLINUZ names the kernel (from the package linux-image-cloud-amd64, unpacked with dpkg -x).
set -eu
: "${VMLINUZ:?the path of a vmlinuz}"
build=${DYAD_BUILD:-build/release} source=${OSBENCH:-tests/bench/osbench.c}
rows=${1:-calib_2insn,sched_yield,signal,pread,open,stat,mmap,fault,fork,pipe,thread,cond}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$build/sdk/bin/dyad-cc" -O2 -o "$work/osbench" "$source"
cc -static -O2 -o "$work/linux_osbench" "$source" -lpthread
# The program is the first process: a wrapper mounts nothing and runs it in a tmpfs (the initramfs).
cat >"$work/init.c" <<'END'
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int argc, char **argv)
{
    (void)argc, (void)argv;
    mkdir("/tmp", 0700), mkdir("/dev", 0700);
    mount("tmpfs", "/tmp", "tmpfs", 0, "");
    mount("devtmpfs", "/dev", "devtmpfs", 0, "");
    int console = open("/dev/ttyS0", O_RDWR);
    dup2(console, 0), dup2(console, 1), dup2(console, 2);
    if (fork() == 0) {
        chdir("/tmp");
        execl("/osbench", "/osbench", "-m", MULT, "-r", "3", "-o", ROWS, (char *)0);
        _exit(127);
    }
    wait(0);
    reboot(RB_AUTOBOOT);
}
END
mult=${MULT:-20}
cc -static -O2 -DROWS="\"$rows\"" -DMULT="\"$mult\"" -o "$work/init" "$work/init.c"
python3 - "$work/linux.cpio" "init=$work/init" "osbench=$work/linux_osbench" <<'END'
import sys
def member(name, data, mode):
    name += b"\0"
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name), 0]
    head = b"070701" + b"".join(b"%08x" % f for f in fields) + name
    pad = lambda b: b + b"\0" * (-len(b) % 4)
    return pad(head) + pad(data)
with open(sys.argv[1], "wb") as out:
    for word in sys.argv[2:]:
        name, path = word.split("=", 1)
        out.write(member(name.encode(), open(path, "rb").read(), 0o100755))
    out.write(member(b"TRAILER!!!", b"", 0))
END
timeout "${LIMIT:-600}" qemu-system-x86_64 -M q35 -cpu max -m 256 -smp 1 -accel tcg -icount shift=0,sleep=off -display none -nodefaults -no-reboot \
    -serial "file:$work/linux.out" -kernel "$VMLINUZ" -initrd "$work/linux.cpio" \
    -append 'console=ttyS0 quiet panic=-1 mitigations=off' </dev/null || true
timeout "${LIMIT:-600}" "$build/dyad-qemu" --initfs "$build/initfs.cpio" --cores 1 --icount --add "$work/osbench" \
    -c "cd /tmp && OSBENCH_SELF=/host/osbench /host/osbench -m $mult -r 3 -o $rows" </dev/null >"$work/dyad.out" || true
python3 - "$work/linux.out" "$work/dyad.out" <<'END'
import sys
def rows(path):
    lines = [l.split() for l in open(path) if not l.startswith("#")]
    return {l[0]: float(l[2]) for l in lines if len(l) == 3 and l[1].isdigit()}
linux, dyad = rows(sys.argv[1]), rows(sys.argv[2])
print("| instructions an operation | Dyad | Linux | ratio |\n|---|--:|--:|--:|")
for name, count in dyad.items():
    if linux.get(name, 0) > 0:
        print(f"| {name} | {count:.0f} | {linux[name]:.0f} | {count / linux[name]:.2f} |")
END
