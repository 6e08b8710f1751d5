# native_spoil.py: for gdb on QEMU: spoil what $SPOIL says in the data that the kernel is about to be given (PVH: ebx points to it).
import os
import struct
import gdb

what = os.environ["SPOIL"]
memory = gdb.inferiors()[0]


def read(address, count):
    return bytes(memory.read_memory(address, count))


def number(address, count):
    return int.from_bytes(read(address, count), "little")


def write(address, value, count):
    memory.write_memory(address, value.to_bytes(count, "little"))


def fix_sum(table):
    length = number(table + 4, 4)
    write(table + 9, (number(table + 9, 1) - sum(read(table, length))) & 255, 1)


def table(signature):
    rsdp = number(info + 32, 8)
    root = number(rsdp + 16, 4)
    for at in range(root + 36, root + number(root + 4, 4), 4):
        if read(number(at, 4), 4) == signature:
            return number(at, 4)
    raise SystemExit("no table")


gdb.execute("hbreak *0x100000")
gdb.execute("continue")
info = int(gdb.parse_and_eval("$ebx"))
ranges, count = number(info + 40, 8), number(info + 48, 4)
if what == "madt-checksum":
    write(table(b"APIC") + 40, 0x55, 1)
elif what == "madt-entry":
    write(table(b"APIC") + 45, 1, 1)
    fix_sum(table(b"APIC"))
elif what.startswith("mcfg-"):  # its only entry: base, segment, first and last bus
    mcfg = table(b"MCFG")
    if what == "mcfg-ram":
        write(mcfg + 44, 0x1000000, 8)
    elif what == "mcfg-kernel":  # over the I/O APIC and the local one
        write(mcfg + 44, 0xf8000000, 8)
    elif what == "mcfg-buses":
        write(mcfg + 54, 9, 1)
        write(mcfg + 55, 8, 1)
    elif what == "mcfg-odd":
        write(mcfg + 44, 0xb0000800, 8)
    fix_sum(mcfg)
elif what == "rsdp":
    write(number(info + 32, 8) + 5, 0x55, 1)
elif what == "no-rsdp":
    write(number(info + 32, 8), 0x55, 1)
    write(info + 32, 0, 8)
elif what == "no-map":
    write(info + 48, 0, 4)
elif what == "no-ram":
    for i in range(count):
        write(ranges + 24 * i + 16, 2, 4)
elif what == "holes":
    # The large piece of RAM in parts that are not pages, with reserved ranges, overlaps, doubles and nothing between, out of order.
    entries = [struct.unpack("<QQII", read(ranges + 24 * i, 24)) for i in range(count)]
    base, size, kind, _ = max((e for e in entries if e[2] == 1), key=lambda e: e[1])
    entries.remove((base, size, kind, 0))
    parts = [(base + 0x1800000, size - 0x1800000, 1), (base, 0x1000000 + 0x123, 1), (base + 0x1000123, 0, 2),
             (base + 0x1000456, 0x7ffbaa, 1), (base + 0x1100800, 0x1000, 2), (base + 0x1100800, 0x1000, 2),
             (base + 0x1400000, 0x100000, 1), (base + 0x1300fff, 2, 7), (2**63, 2**63 + 5, 1), (base + 0x1500000, 1, 3)]
    entries += [part + (0,) for part in parts]
    ranges = 0x60000  # low memory that the kernel leaves alone, and nobody else is left
    for i, entry in enumerate(entries):
        memory.write_memory(ranges + 24 * i, struct.pack("<QQII", *entry))
    write(info + 40, ranges, 8)
    write(info + 48, len(entries), 4)
elif what == "wild-map":
    for i in range(count):
        memory.write_memory(ranges + 24 * i, struct.pack("<QQII", 2**64 - 5, 2**64 - 1, 1, 0))
gdb.execute("delete")
gdb.execute("detach")
