#!/usr/bin/env python3
# native_pci.py: does /sbin/lspci see what QEMU has on PCI, in memory and by ports?
#
#   native_pci.py KERNEL INITFS                      loaded by QEMU
#   native_pci.py KERNEL INITFS DYAD-IMAGE LOADER    by UEFI
#
# The machine prints the list on its serial port; QEMU's own list comes by QMP (query-pci).
import atexit
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PATIENCE = 60
COMMAND = "svc start lspci; svc log lspci; echo list ends; sleep 1000"
FIRMWARE = "/usr/share/OVMF/OVMF_%s_4M.fd"
DEVICES = ["-device", "virtio-rng-pci", "-device", "pcie-root-port,id=behind,chassis=1", "-device", "nec-usb-xhci,bus=behind"]


def check(condition, what):
    if not condition:
        sys.exit("FAIL: " + what)


class Machine:
    def __init__(self, folder, *options):
        self.serial = os.path.join(folder, "serial")
        open(self.serial, "w").close()
        monitor = os.path.join(folder, "qmp")
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-cpu", "max", "-m", "256", "-display", "none", "-nodefaults", "-no-reboot",
             "-serial", "file:" + self.serial, "-qmp", "unix:%s,server,nowait" % monitor, *options], stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)  # also when a check fails: who has started us waits for all that hold its pipe
        self.socket = socket.socket(socket.AF_UNIX)
        end = time.monotonic() + PATIENCE
        while self.socket.connect_ex(monitor) != 0:
            check(self.process.poll() is None and time.monotonic() < end, "QEMU has not started")
            time.sleep(0.02)
        self.stream = self.socket.makefile("rw")
        self.stream.readline()
        self.command("qmp_capabilities")

    def command(self, name):
        self.stream.write(json.dumps({"execute": name}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "return" in answer:
                return answer["return"]

    def text(self):
        return open(self.serial, errors="replace").read()

    def wait(self, what):
        end = time.monotonic() + PATIENCE
        while what not in self.text():
            if time.monotonic() > end or self.process.poll() is not None:
                print(self.text()[-2000:])
                self.end()
                sys.exit("FAIL: the machine does not say '%s'" % what)
            time.sleep(0.05)
        return self.text()

    def end(self):
        self.process.kill()
        self.process.wait()


def functions(devices):
    """QEMU's list, bridges followed -> {"00:1f.2": ("8086:2922", 0x0106)}"""
    found = {}
    for d in devices:
        found["%02x:%02x.%x" % (d["bus"], d["slot"], d["function"])] = (
            "%04x:%04x" % (d["id"]["vendor"], d["id"]["device"]), d["class_info"]["class"])
        found.update(functions(d.get("pci_bridge", {}).get("devices", [])))
    return found


def compare(machine, how):
    text = machine.wait("list ends")
    check(how in text, "it was not read '%s': %s" % (how, text[-2000:]))
    seen = {}
    for line in re.findall(r"(\w\w:\w\w\.\w) (\w{4}:\w{4}) (\w\w) (\w\w) \w\w\r?\n", text):
        check(line[0] not in seen, "%s is there twice" % line[0])
        seen[line[0]] = (line[1], int(line[2] + line[3], 16))
    there = functions(machine.command("query-pci")[0]["devices"])
    check(seen == there, "lspci: %s\nQEMU: %s" % (seen, there))
    return seen


def by_qemu(folder, machine, kernel, initfs, how, *devices):
    append = "loglevel=1 command=" + COMMAND.replace(" ", "\t")
    m = Machine(folder, "-M", machine, "-kernel", kernel, "-initrd", initfs, "-append", append, *devices)
    seen = compare(m, how)
    m.end()
    return seen


def by_firmware(folder, kernel, initfs, image, loader):
    conf, disk, variables = (os.path.join(folder, name) for name in ("conf", "disk", "vars"))
    open(conf, "w").write("argument=console=serial\nargument=command=%s\n" % COMMAND)
    subprocess.run([image, "--loader", loader, "--kernel", kernel, "--initfs", initfs, "--conf", conf, "--output", disk],
                   check=True)
    shutil.copy(FIRMWARE % "VARS", variables)
    m = Machine(folder, "-M", "q35", "-vga", "std", *DEVICES,
                "-drive", "if=none,id=disk,format=raw,file=" + disk, "-device", "virtio-blk-pci,drive=disk",
                "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + FIRMWARE % "CODE",
                "-drive", "if=pflash,unit=1,format=raw,file=" + variables)
    seen = compare(m, "in memory at")
    check(len(seen) >= 8, "only %d functions" % len(seen))
    m.end()


def main():
    if shutil.which("qemu-system-x86_64") is None:
        print("skipped: no qemu-system-x86_64")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        if len(sys.argv) > 3:
            if not os.path.exists(FIRMWARE % "CODE"):
                print("skipped: no ovmf")
                sys.exit(77)
            by_firmware(folder, *sys.argv[1:])
        else:
            seen = by_qemu(folder, "q35", *sys.argv[1:], "in memory at", *DEVICES)
            check(any(at.startswith("01:") for at in seen), "nothing behind the bridge: %s" % seen)
            by_qemu(folder, "pc", *sys.argv[1:], "by ports cf8 and cfc", "-device", "virtio-rng-pci")
    print("passed")


main()
