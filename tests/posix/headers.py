#!/usr/bin/env python3
"""headers.py: does each header of POSIX define what the standard has it define?

    headers.py [--except HEADER,...] COMPILER...      status 1 when something is missing

For each header of tests/posix/names a program uses every type, member, constant and macro listed there and every
function of tools/posix-interfaces, with nothing else included. COMPILER checks it as strict C99 with _XOPEN_SOURCE and as C17;
then all headers are taken as C++.
"""
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODES = {
    "C99": ["-std=c99", "-D_XOPEN_SOURCE=700", "-pedantic-errors"],
    "C17": ["-std=gnu17"],
}
QUIET = ["-fsyntax-only", "-ferror-limit=0", "-w"]
NOT_IN_C99 = {"threads.h", "uchar.h"}


def read_names():
    headers, current = {}, None
    with open(os.path.join(HERE, "names"), encoding="ascii") as lines:
        for line in lines:
            line = line.rstrip("\n")
            if not line or line.startswith("#"):
                continue
            if line[1:2] == " ":
                current.append((line[0], line[2:]))
            else:
                current = headers.setdefault(line, [])
    return headers


def read_functions():
    functions = {}
    path = os.path.join(HERE, "../../tools/posix-interfaces")
    with open(path, encoding="ascii") as lines:
        for line in lines:
            if not line.startswith("#"):
                header, names = line.split(":", 1)
                functions[header] = names.split()
    return functions


def member(struct, text):
    """A pointer to the member must have the member's type."""
    kind, name = text.strip().rsplit(" ", 1)
    while name.startswith("*"):
        kind, name = kind + " *", name[1:]
    return f"{kind} *N({struct} *p) {{ return &p->{name}; }}"


def program(header, entries, functions):
    """Lines of C, each with what it asks, so that a message can name it."""
    lines = [f"#include <{header}>"]
    number = 0

    def add(text):
        nonlocal number
        number += 1
        lines.append(text.replace("N(", f"f{number}(").replace("N[", f"v{number}["))

    for kind, rest in entries:
        if kind == "t":
            for name in rest.split(";"):
                add(f"extern char N[sizeof({name.strip()})];")
        elif kind == "o":
            for name in rest.split(";"):
                add(f"extern {name.strip()} *N[1];")
        elif kind == "m":
            struct, members = rest.split(":", 1)
            for text in members.split(";"):
                add(member(struct, text))
        elif kind in "cp":
            for name in rest.split():
                add(f"int N(int i) {{ switch (i) {{ case (int)({name}): return 1; }} return 0; }}")
                if kind == "p":
                    lines.append(f"#if !defined {name} || ({name}) - 1 == 0x1234\n#error {name} in #if\n#endif")
        elif kind == "s":
            for name in rest.split():
                add(f"const char *N(void) {{ return {name}; }}")
        elif kind == "e":
            for name in rest.split(";"):
                add(f"void N(void) {{ (void)({name.strip()}); }}")
        elif kind == "d":
            for name in rest.split():
                lines.append(f"#ifndef {name}\n#error {name} is no macro\n#endif")
        else:
            sys.exit(f"headers.py: {header}: unknown kind {kind}")
    for name in functions:
        lines.append(f"#ifndef {name}")
        add(f"void N(void) {{ (void){name}; }}")
        lines.append("#endif")
    return "\n".join(lines) + "\n"


def check(compiler, flags, sources, mode):
    """What the compiler says, one line a fault."""
    done = subprocess.run(compiler + QUIET + flags + sources, capture_output=True, text=True, check=False)
    faults = [line for line in done.stderr.splitlines() if " error: " in line or "fatal error" in line]
    for line in faults:
        path, _, rest = line.partition(":")
        place = rest.split(":", 1)[0]
        source = ""
        if os.path.dirname(path).startswith(tempfile.gettempdir()) and place.isdigit():
            with open(path, encoding="ascii") as text:
                source = text.read().splitlines()[int(place) - 1]
        print(f"{mode}: {line}\n      {source}")
    if done.returncode != 0 and not faults:
        print(f"{mode}: {done.stderr}")
    return max(len(faults), int(done.returncode != 0))


def main():
    words = sys.argv[1:]
    left_out = set()
    if words[:1] == ["--except"]:
        left_out = set(words[1].split(","))
        words = words[2:]
    if not words:
        sys.exit(__doc__)
    names, functions = read_names(), read_functions()
    headers = [h for h in sorted(set(names) | set(functions)) if h not in left_out]
    faults = 0
    with tempfile.TemporaryDirectory() as folder:
        for mode, flags in MODES.items():
            sources = []
            for header in headers:
                if mode == "C99" and header in NOT_IN_C99:
                    continue
                path = os.path.join(folder, f"{mode}_{header.replace('/', '_')}.c")
                with open(path, "w", encoding="ascii") as out:
                    out.write(program(header, names.get(header, []), functions.get(header, [])))
                sources.append(path)
            faults += check(words, flags, sources, mode)
        path = os.path.join(folder, "all.cc")
        with open(path, "w", encoding="ascii") as out:
            for header in headers:
                if header not in ("tgmath.h", "complex.h", "threads.h"):  # C++ has its own
                    out.write(f"#include <{header}>\n")
        faults += check(words, ["-x", "c++", "-std=c++17"], [path], "C++")
    print(f"{len(headers)} headers, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
