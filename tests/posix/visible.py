#!/usr/bin/env python3
"""visible.py: does each header show to a program what the edition that it asks for has, and nothing else?

    visible.py COMPILER...      status 1 when something is missing or shown

Names are looked for in the preprocessor's output, so parameters of prototypes and members of structures count. tests/posix/visible says
which names are at which level; and at the levels FULL, all names of a header must be those that tests/posix/names,
tools/posix-interfaces and tests/posix/visible let it show.
"""
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
sys.path.insert(0, HERE)
import headers  # noqa: E402  (its readers of names and posix-interfaces)

LEVELS = {  # in the order of "c99-" and so on
    "c": {"c90": ["-std=c90"], "c99": ["-std=c99"], "c11": ["-std=c11"]},
    "p": {"p95": ["-std=c90", "-D_POSIX_C_SOURCE=199506L"], "p01": ["-std=c99", "-D_POSIX_C_SOURCE=200112L"],
          "p08": ["-std=c99", "-D_POSIX_C_SOURCE=200809L"], "p24": ["-std=c11", "-D_POSIX_C_SOURCE=202405L"]},
    "x": {"x5": ["-std=c90", "-D_XOPEN_SOURCE=500"], "x6": ["-std=c99", "-D_XOPEN_SOURCE=600"],
          "x7": ["-std=c99", "-D_XOPEN_SOURCE=700"], "x8": ["-std=c11", "-D_XOPEN_SOURCE=800"]},
    "d": {"def": ["-std=gnu17"], "gnu": ["-std=gnu17", "-D_GNU_SOURCE"]},
}
FULL = ["x7"]
ISO_HEADERS = set("assert.h ctype.h errno.h limits.h locale.h math.h setjmp.h signal.h stdio.h stdlib.h string.h time.h wchar.h".split())
KEYWORDS = set("""auto break case char const continue default do double else enum extern float for goto if inline int long
    register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while""".split())


def expand(words):
    """The levels that "p08- def-" and so on stand for."""
    levels = set()
    for word in words:
        name = word.rstrip("-")
        row = list(next(kind for kind in LEVELS.values() if name in kind))
        levels.update(row[row.index(name):] if word.endswith("-") else [name])
    return levels


def read_table():
    shown, allowed, header = {}, {}, None
    with open(os.path.join(HERE, "visible"), encoding="ascii") as lines:
        for line in lines:
            line = line.split("#")[0].strip()
            if " < " in line + " ":
                header, words = (line + " ").split(" < ", 1)
                allowed[header] = words.split()
            elif ":" in line:
                levels, names = line.split(":")
                shown.setdefault(header, []).append((expand(levels.split()), names.split()))
            elif line:
                header = line
    return shown, allowed


def visible(compiler, flags, header, folder):
    """The identifiers and macros that a program gets from the header."""
    path = os.path.join(folder, "t.c")
    with open(path, "w", encoding="ascii") as out:
        out.write(f"int THE_BEGIN;\n#include <{header}>\n")
    done = subprocess.run(compiler + flags + ["-E", "-P", "-dD", path], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{header} {' '.join(flags)}:\n{done.stderr}")
    names = set()
    for line in done.stdout.split("THE_BEGIN;", 1)[1].splitlines():
        macro = re.match(r"#define (\w+)", line)
        undefined = re.match(r"#undef (\w+)", line)
        if macro:
            names.add(macro.group(1))
        elif undefined:
            names.discard(undefined.group(1))
        elif not line.startswith("#"):
            line = re.sub(r'"[^"]*"|\'[^\']*\'', "", line)
            names.update(re.findall(r"(?<![\w.])[A-Za-z_]\w*", line))
    return {name for name in names if not name.startswith("_")} - KEYWORDS


def own_names(header, entries, functions):
    """What tests/posix/names and tools/posix-interfaces say that the header defines."""
    names = set(functions.get(header, []))
    for kind, rest in entries.get(header, []):
        names.update(re.findall(r"[A-Za-z]\w*", rest))
    return names


def may_show(header, allowed, entries, functions):
    """The names, and a pattern for others: the header's and those of all that it may include."""
    names, patterns, todo, done = set(), [r".*_t", "POSIX_.*", "posix_.*"], [header], set()
    while todo:
        header = todo.pop()
        if header in done:
            continue
        done.add(header)
        names |= own_names(header, entries, functions)
        for word in allowed.get(header, []):
            if word.startswith("<"):
                todo.append(word[1:-1])
            else:
                patterns.append(re.escape(word).replace(r"\*", ".*"))
    return names, re.compile("|".join(f"(?:{p})" for p in patterns))


def main():
    compiler = sys.argv[1:]
    if not compiler:
        sys.exit(__doc__)
    shown, allowed = read_table()
    entries, functions = headers.read_names(), headers.read_functions()
    faults = asked = 0
    with tempfile.TemporaryDirectory() as folder:
        for kind, row in LEVELS.items():
            for level, flags in row.items():
                for header in sorted(set(shown) | (set(allowed) if level in FULL else set())):
                    if kind == "c" and header not in ISO_HEADERS:
                        continue
                    there = visible(compiler, flags, header, folder)
                    for levels, names in shown.get(header, []):
                        asked += len(names)
                        wrong = [n for n in names if (n in there) != (level in levels)]
                        for name in wrong:
                            print(f"{header} {level}: {name} is {'shown' if name in there else 'missing'}")
                        faults += len(wrong)
                    if level in FULL and header in allowed:
                        names, pattern_of = may_show(header, allowed, entries, functions)
                        for name in sorted(there - names):
                            if not pattern_of.fullmatch(name):
                                print(f"{header} {level}: {name} is not the header's")
                                faults += 1
    print(f"{asked} questions, {faults} faults")
    return 1 if faults or not asked else 0


if __name__ == "__main__":
    sys.exit(main())
