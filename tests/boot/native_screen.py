#!/usr/bin/env python3
# native_screen.py: does a machine with a screen and a keyboard, and nothing else, give an interactive shell?
#
#   native_screen.py FONT.pcf KERNEL INITFS               the kernel is loaded by QEMU and sets the display's mode
#   native_screen.py FONT.pcf KERNEL INITFS DYAD-IMAGE LOADER   by UEFI, from a disk image: the firmware's mode
#
# QEMU's keys are pressed through QMP, its screen is dumped and read: every cell is compared with the font's glyphs, pixel by pixel.
import atexit
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time

PATIENCE = 60  # seconds for anything to appear
WIDTH, HEIGHT = 1024, 768

KEYS = {" ": "spc", "\n": "ret", "-": "minus", "/": "slash", ".": "dot", ";": "semicolon", "|": "shift-backslash",
        "'": "apostrophe", "=": "equal", ",": "comma", "[": "bracket_left", "]": "bracket_right", "\\": "backslash",
        "$": "shift-4", "(": "shift-9", ")": "shift-0", "*": "shift-8", "%": "shift-5", "+": "shift-equal",
        ">": "shift-dot", "<": "shift-comma", '"': "shift-apostrophe", "_": "shift-minus", ":": "shift-semicolon"}


CELL_WIDTH, CELL_HEIGHT = 9, 18
ROW = 3 * CELL_WIDTH  # bytes of a cell's row in a dump


def load_font(path):
    """PCF -> {rows of a glyph, one number each: character}; the first character of a glyph counts."""
    data = open(path, "rb").read()
    assert data[:4] == b"\1fcp", "not the font that was expected"
    tables = {}
    for at in range(8, 8 + 16 * struct.unpack_from("<I", data, 4)[0], 16):
        kind, form, _, offset = struct.unpack_from("<4I", data, at)
        tables[kind] = (form, offset + 4)

    def read(kind, form, offset):
        return struct.unpack_from((">" if tables[kind][0] & 4 else "<") + form, data, tables[kind][1] + offset)

    ascent, descent = read(2, "2i", 8)
    assert ascent + descent == CELL_HEIGHT
    count = read(8, "I", 0)[0]
    offsets, pad = read(8, "%dI" % count, 4), 1 << (tables[8][0] & 3)
    bits_at = tables[8][1] + 4 + 4 * count + 16
    low, last_low, high, last_high = read(32, "4H", 0)
    numbers = read(32, "%dH" % ((last_low - low + 1) * (last_high - high + 1)), 10)
    table = {}
    for i, glyph in enumerate(numbers):
        character = chr((high + i // (last_low - low + 1)) << 8 | low + i % (last_low - low + 1))
        if glyph == 0xffff:
            continue
        if tables[4][0] & 0x100:
            left, right, width, up, down = (v - 0x80 for v in read(4, "5B", 2 + 5 * glyph))
        else:
            left, right, width, up, down = read(4, "5h", 4 + 12 * glyph)
        row_bytes = ((right - left + 7) // 8 + pad - 1) // pad * pad
        rows = [0] * CELL_HEIGHT
        for y in range(up + down):
            for x in range(right - left):
                byte = data[bits_at + offsets[glyph] + y * row_bytes + x // 8]
                if byte >> (7 - x % 8 if tables[8][0] & 8 else x % 8) & 1:
                    rows[ascent - up + y] |= 1 << (CELL_WIDTH - 1 - left - x)
        if tuple(rows) not in table or character == "\u2500":  # a line, the same glyph as a dash
            table[tuple(rows)] = character
    return table


class Screen:
    """A dump, read."""

    def __init__(self, path, font):
        data = open(path, "rb").read()
        magic, size, depth, self.pixels = data.split(b"\n", 3)
        assert magic == b"P6" and depth == b"255"
        self.width, self.height = map(int, size.split())
        self.font = font

    def cell(self, column, row):
        """-> character ('?': no glyph of the font), ink, paper"""
        start = (row * CELL_HEIGHT * self.width + column * CELL_WIDTH) * 3
        lines = [self.pixels[at:at + ROW] for at in range(start, start + CELL_HEIGHT * self.width * 3, self.width * 3)]
        key = b"".join(lines)
        if key not in Screen.known:
            Screen.known[key] = self.read(lines)
        return Screen.known[key]

    known = {}  # what cells were found to be: most are seen again and again

    def read(self, lines):
        rows = [[line[i:i + 3] for i in range(0, ROW, 3)] for line in lines]
        kinds = {pixel for row in rows for pixel in row}
        if len(kinds) == 1:
            return " ", rows[0][0], rows[0][0]
        for paper in kinds if len(kinds) == 2 else ():
            bits = tuple(sum((p != paper) << (CELL_WIDTH - 1 - i) for i, p in enumerate(row)) for row in rows)
            if bits in self.font:
                return self.font[bits], (kinds - {paper}).pop(), paper
        return "?", None, None

    def line(self, row):
        return "".join(self.cell(x, row)[0] for x in range(self.width // CELL_WIDTH)).rstrip()

    def lines(self):
        size = self.width * CELL_HEIGHT * 3
        blank = bytes(size)
        return ["" if self.pixels[r * size:(r + 1) * size] == blank else self.line(r)
                for r in range(self.height // CELL_HEIGHT)]


class Machine:
    def __init__(self, font, *options):
        self.folder = tempfile.mkdtemp()
        self.font = load_font(font)
        self.serial = os.path.join(self.folder, "serial")
        monitor = os.path.join(self.folder, "qmp")
        self.process = subprocess.Popen(
            ["qemu-system-x86_64", "-cpu", "max", "-m", "256", "-display", "none", "-vga", "std", "-no-reboot",
             "-serial", "file:" + self.serial, "-qmp", "unix:%s,server,nowait" % monitor, *options], stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)  # also when a check fails: who has started us waits for all that hold its pipe
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE)
        end = time.monotonic() + PATIENCE
        while self.socket.connect_ex(monitor) != 0:
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("FAIL: QEMU has not started")
            time.sleep(0.02)
        self.stream = self.socket.makefile("rw")
        self.stream.readline()
        self.command("qmp_capabilities")

    def command(self, name, **arguments):
        self.stream.write(json.dumps({"execute": name, "arguments": arguments}) + "\n")
        self.stream.flush()
        while True:
            answer = json.loads(self.stream.readline())
            if "error" in answer:
                sys.exit("FAIL: QEMU: %s: %s" % (name, answer["error"]["desc"]))
            if "return" in answer:
                return answer["return"]

    def key(self, *keys):
        self.command("send-key", keys=[{"type": "qcode", "data": k} for k in keys], **{"hold-time": 20})
        time.sleep(0.03)  # a person's pace: QEMU's keyboard has room for 16 bytes

    def type(self, text):
        for c in text:
            key = KEYS.get(c, "shift-" + c.lower() if c.isupper() else c)
            self.key(*key.split("-"))

    def screen(self):
        path = os.path.join(self.folder, "dump")
        self.command("screendump", filename=path)
        return Screen(path, self.font)

    def wait(self, what, question):
        """Look again and again until question(screen) is true -> the screen."""
        end = time.monotonic() + PATIENCE
        while True:
            screen = self.screen()
            if question(screen):
                return screen
            if time.monotonic() > end:
                print("FAIL: " + what + "; the screen:")
                print("\n".join(line for line in screen.lines() if line))
                print("the log:")
                print(self.log())
                self.end()
                sys.exit(1)
            time.sleep(0.1)

    def wait_line(self, line):
        return self.wait("no line '%s'" % line, lambda s: line in s.lines())

    def wait_prompt(self):
        """The last line that is not empty is the prompt alone (its last blank is the cursor)."""
        return self.wait("no prompt", lambda s: [x for x in s.lines() if x][-1:] == ["dyad:/root#"])

    def answers_return(self, screen):
        """Until the server is back what is typed and shown is lost: so again and again."""
        self.type("\n")
        return [x for x in screen.lines() if x][-1:] == ["dyad:/root#"]

    def wait_log(self, text):
        """Without a look at the screen: firmware may have none."""
        end = time.monotonic() + PATIENCE
        while text not in self.log():
            if time.monotonic() > end:
                print(self.log())
                self.end()
                sys.exit("FAIL: the log does not say '%s'" % text)
            time.sleep(0.1)

    def log(self):
        return open(self.serial, errors="replace").read()

    def end(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder)


def check(condition, what):
    if not condition:
        sys.exit("FAIL: " + what)


def by_qemu(kernel, initfs, append):
    return ["-kernel", kernel, "-initrd", initfs, "-append", append]


def session(font, kernel, initfs):
    m = Machine(font, "-M", "q35", "-smp", "2", *by_qemu(kernel, initfs, "screen=%dx%d loglevel=2" % (WIDTH, HEIGHT)))
    m.wait_prompt()
    m.type("echo Hello, $((6 * 7)) | tr a-z A-Z\n")
    m.wait_line("HELLO, 42")
    m.type("stty size\n")
    m.wait_line("%d %d" % (HEIGHT // CELL_HEIGHT, WIDTH // CELL_WIDTH))
    m.type("printf '\\033[31mred\\033[0m Gr\\303\\274\\303\\237e \\033(0lqk\\n'\n")
    screen = m.wait_line("red Grüße ┌─┐")
    row = screen.lines().index("red Grüße ┌─┐")
    check(screen.cell(0, row) == ("r", b"\xaa\x00\x00", b"\x00\x00\x00"), "red is not red")
    m.type("printf '\\033(B'; clear\n")
    m.wait("clear has not cleared", lambda s: [x for x in s.lines() if x] == ["dyad:/root#"])
    m.type("sleep 1000\n")
    m.key("ctrl", "c")
    m.wait_prompt()
    m.type("seq 2000\n")  # scrolls
    m.wait("the end of seq is not to be seen", lambda s: s.lines()[-2:] == ["2000", "dyad:/root#"])
    m.type("vi /etc/passwd\n")
    m.wait("vi is not to be seen", lambda s: s.lines()[0].startswith("root:") and "~" in s.lines())
    m.type(":q\n")
    m.wait("the screen before vi is not back", lambda s: "2000" in s.lines())
    for server in "console", "ps2":  # each dies and comes back
        m.type("kill -9 $(svc status %s | grep pid: | tr -d a-z:); echo %s | tr a-z A-Z\n" % (server, server))
        m.wait_log("init: %s: was killed by signal 9; restart" % server)
        m.wait("nothing is typed or shown any more", m.answers_return)
    m.type("echo still here\n")
    m.wait_line("still here")
    # A panic takes the screen back from the server: QEMU injects an uncorrectable machine check.
    m.command("human-monitor-command", **{"command-line": "mce 0 1 0xb200000000000000 0x4 0 0"})
    screen = m.wait("the panic is not to be seen", lambda s: "kernel panic: machine check" in s.line(1))
    check(screen.cell(0, 1) == ("d", b"\xff\xff\xff", b"\x80\x00\x00"), "the panic is not white on red")
    check("kernel panic: machine check" in m.log(), "the panic is not in the log")
    m.end()


def without_keyboard(font, kernel, initfs):
    m = Machine(font, "-M", "q35,i8042=off", *by_qemu(kernel, initfs, "screen=800x600 loglevel=2"))
    m.wait_prompt()
    check("ps2: this machine has no keyboard controller" in m.log(), "the log does not say that there is no keyboard")
    m.end()


def without_screen(font, kernel, initfs):
    """Asked for on a machine that has none: the session is on the serial port."""
    m = Machine(font, "-M", "q35", *by_qemu(kernel, initfs, "tty=1 console=screen loglevel=2"))
    m.wait_log("dyad:/root#")
    check("console: hw:screen: " in m.log(), "the log does not say that there is no screen")
    m.end()


def archive(files):
    """A cpio archive (newc) of {path: text}: a later one in the initfs replaces files of the earlier ones."""
    data = b""
    for path, text in list(files.items()) + [("TRAILER!!!", "")]:
        name, content = path.encode() + b"\0", text.encode()
        fields = (0, 0o100644, 0, 0, 1, 0, len(content), 0, 0, 0, 0, len(name), 0)
        data += b"070701" + b"".join(b"%08x" % field for field in fields) + name
        data += bytes(-len(data) % 4) + content
        data += bytes(-len(data) % 4)
    return data


def german(font, kernel, initfs):
    """The layout is the driver's argument, so a unit file's."""
    with tempfile.TemporaryDirectory() as folder:
        unit = open(os.path.join(os.path.dirname(__file__), "../../image/units/ps2.toml")).read()
        check('"/sbin/ps2", "us"' in unit, "ps2.toml is not what was expected")
        both = os.path.join(folder, "initfs")
        old = open(initfs, "rb").read()
        open(both, "wb").write(old + bytes(-len(old) % 4096) + archive({"etc/units/ps2.toml": unit.replace('"us"', '"de"')}))
        m = Machine(font, "-M", "q35", *by_qemu(kernel, both, "screen=%dx%d" % (WIDTH, HEIGHT)))
        m.wait_prompt()
        m.type("echo y")  # by the place of the key
        for keys in ("z",), ("semicolon",), ("shift", "7"), ("alt_r", "q"), ("minus",):
            m.key(*keys)
        m.wait_line("dyad:/root# echo zyö/@ß")
        m.end()


def panic(font, kernel, initfs):
    """Whole and with names on the screen, and the same on the serial port."""
    m = Machine(font, "-M", "q35", *by_qemu(kernel, initfs, "screen=%dx%d selftest=panic" % (WIDTH, HEIGHT)))
    screen = m.wait("no backtrace", lambda s: any("kernel_start+0x" in line for line in s.lines()))
    lines = [line for line in screen.lines() if line]
    check(lines[0] == "dyad: kernel panic: selftest", "the first line is '%s'" % lines[0])
    check("\n".join(lines) == "\n".join(line.rstrip() for line in m.log().splitlines() if line.strip()),
          "screen and serial port differ: %s\n%s" % (lines, m.log()))
    m.end()


# Displays, the sizes that the firmware's graphics give (None: whatever they like).
DISPLAYS = [(["-vga", "std"], None), (["-vga", "virtio"], None), (["-vga", "cirrus"], None),
            (["-vga", "none", "-device", "VGA,xres=1600,yres=900"], (1600, 900))]


def by_firmware(font, kernel, initfs, image, loader):
    firmware = "/usr/share/OVMF/OVMF_%s_4M.fd"
    if not os.path.exists(firmware % "CODE"):
        print("skipped: no ovmf")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        conf, disk, variables = (os.path.join(folder, name) for name in ("conf", "disk", "vars"))
        open(conf, "w").write("loglevel=2\n")
        subprocess.run([image, "--loader", loader, "--kernel", kernel, "--initfs", initfs, "--conf", conf,
                        "--output", disk], check=True)
        for display, size in DISPLAYS:
            shutil.copy(firmware % "VARS", variables)
            m = Machine(font, "-M", "q35", *display, "-drive", "if=none,id=disk,format=raw,file=" + disk,
                        "-device", "virtio-blk-pci,drive=disk",
                        "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + firmware % "CODE",
                        "-drive", "if=pflash,unit=1,format=raw,file=" + variables)
            m.wait_log("starting the kernel")
            screen = m.wait_prompt()
            check(size in (None, (screen.width, screen.height)), "%s: %d by %d" % (display, screen.width, screen.height))
            m.type("stty size\n")
            m.wait_line("%d %d" % (screen.height // CELL_HEIGHT, screen.width // CELL_WIDTH))
            m.type("echo Hello, $((6 * 7)) | tr a-z A-Z\n")
            m.wait_line("HELLO, 42")
            m.end()
        # A display without a framebuffer that could be drawn on: the session is on the serial port.
        shutil.copy(firmware % "VARS", variables)
        m = Machine(font, "-M", "q35", "-vga", "none", "-device", "virtio-gpu-pci",
                    "-drive", "if=none,id=disk,format=raw,file=" + disk, "-device", "virtio-blk-pci,drive=disk",
                    "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + firmware % "CODE",
                    "-drive", "if=pflash,unit=1,format=raw,file=" + variables)
        m.wait_log("dyad:/root#")
        m.end()


def main():
    if shutil.which("qemu-system-x86_64") is None:
        print("skipped: no qemu-system-x86_64")
        sys.exit(77)
    if len(sys.argv) > 4:
        by_firmware(*sys.argv[1:])
    else:
        session(*sys.argv[1:])
        without_keyboard(*sys.argv[1:])
        without_screen(*sys.argv[1:])
        german(*sys.argv[1:])
        panic(*sys.argv[1:])
    print("passed")


main()
