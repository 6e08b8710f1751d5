#!/usr/bin/env python3
"""plain.py: do libc's headers make do with what every C compiler has?

    plain.py SDK      status 1 when they do not

All headers of SDK/include by SDK/bin/dyad-cc at once, without the compiler's predefined macros but for those that C has and three that <stddef.h> of every
compiler uses: tcc, a compiler that runs in Dyad, has no __INT8_TYPE__ or __INT_MAX__. The folders bits and dyad are reached through the others;
complex.h and tgmath.h want C11 and more.
"""
import os
import subprocess
import sys

DEFINED = ["__STDC__=1", "__STDC_VERSION__=199901L", "__x86_64__=1", "__dyad__=1", "_GNU_SOURCE=1", "__SIZE_TYPE__=unsigned long",
           "__PTRDIFF_TYPE__=long", "__WCHAR_TYPE__=int"]
LEFT_OUT = {"complex.h", "tgmath.h"}
FOLDERS_LEFT_OUT = {"bits", "dyad"}


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    include, compiler = os.path.join(sys.argv[1], "include"), os.path.join(sys.argv[1], "bin/dyad-cc")
    lines = []
    for folder, folders, files in os.walk(include, followlinks=True):
        folders[:] = sorted(set(folders) - FOLDERS_LEFT_OUT)
        for name in sorted(set(files) - LEFT_OUT):
            lines.append(f"#include <{os.path.relpath(os.path.join(folder, name), include)}>\n")
    if len(lines) < 80:
        print(f"only {len(lines)} headers in {include}", file=sys.stderr)
        return 1
    # -undef (by -Wp: dyad-cc takes it for the linker's -u) forgets the macros, not the words of the language.
    command = [compiler, "-Wp,-undef", "-w", "-fsyntax-only", "-ferror-limit=0", "-x", "c", "-std=gnu17", *(f"-D{name}" for name in DEFINED), "-"]
    result = subprocess.run(command, input="".join(lines), text=True, check=False)
    print(f"{len(lines)} headers: {'all right' if result.returncode == 0 else 'not all of them are'}")
    return 0 if result.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
