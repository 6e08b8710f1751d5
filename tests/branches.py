#!/usr/bin/python3
"""branches.py: branch coverage of core/ by all suites, asserts left out, and what is not covered, by reason.

    tests/branches.py BUILD PROFDATA PROGRAM...     (tests/coverage.sh does all of it)

A branch is one outcome of one condition, as clang counts them. The same source line compiled into several programs counts once.
Conditions inside ASSERT, and those that a macro of a header brings in, are left out.
"""
import collections
import json
import re
import subprocess
import sys

# Why a branch is not reached: the first rule whose expression matches "file: text of the line".
REASONS = [
    ("devices and interrupts: only the hosted and native bodies have them", r"^core/(khw|kirq|kdriver|klogfile|log)\.c"),
    ("numbers and texts of the kernel's own schemes: user programs and boot tests on real bodies", r"^core/(ksys|ktime|kproc|kschemes|format|watchdog)\.c"),
    ("start of the machine: loading init, cpio and ELF files that are damaged", r"^core/(init|cpio|elf|machine|exec)\.c"),
    ("memory runs out in the middle of a system call", r"NOMEM|== NULL|!page|!limbo|!memory|!quota|status < 0|status == 0|quota_charge"),
    ("arguments that a program gets wrong", r"return -ERR_|> DYAD_|flags &|FILE_|INT64_MAX|UINT32_MAX|user_read|user_write|rights &"),
    ("a kill or death between two steps", r"killed|dying|dead|DEAD|wait_claim|kill"),
    ("what an invariant rules out: the last case of a switch, a pointer that is there by then, no core or none of its own",
     r"switch \(|case \w+: break|case RANGE_SYNC|(cpu|self|names|space|place|node|tag)( != NULL)?( &&|\)| \?)|kobject_try_get|if \((fits|found == NULL|bytes > 0|!node)\)"),
    ("another thread changes the same object between two steps, or at the same moment: no schedule has met it",
     r"space_(range|fork|fault)|closed|watched|compare_exchange|spare|_is_current|serve_lookup|read_again|epoch|levels != 0|alive|reclaim|slot->state"),
    ("long operations: more than one step, a table or batch that is full", r"budget|STEP|most|BATCH|MAX|count|limit|LOOK"),
    ("faults, traps and starts of cores that only the bodies make: guest programs and boot tests", r"^core/cpu\.c|rbp|case TRAP_|FAULT_"),
    ("inner states of the heap, the page pool and the radix trees that random runs of the unit tests have not met",
     r"^core/(heap|page|radix|tree|reclaim)\.c|fixed_bytes|was_mapped|range_end"),
    ("a queue, list or scan in one of its rarer orders: it ends in the middle, or the last one is not the one",
     r"_SCAN|_ROUNDS|REAP_STEPS|steps >=|!list_empty|list_linked|found == NULL|more\)|break;|kid != 0|node->next|LIST_|i < 16|orphan|received == HANDLE_NONE"),
    ("scheduling: affinity to cores that are busy or gone, shares that round to nothing, a handoff that is not allowed",
     r"^core/(sched|wait)\.c"),
]
OTHER = "no test goes there yet"


def branches(profdata, programs):
    """-> {(file, line, column): [true count, false count]}"""
    found = collections.defaultdict(lambda: [0, 0])
    for program in programs:
        text = subprocess.run(
            ["llvm-cov-19", "export", "-instr-profile", profdata, program],
            check=True, capture_output=True).stdout
        for data in json.loads(text)["data"]:
            for function in data["functions"]:
                names = function["filenames"]
                for branch in function["branches"]:
                    line, column, _, _, true, false, file, _, _ = branch[:9]
                    at = re.search(r"(?:^|/)(core/[^/]+\.[ch])$", names[file])
                    if at and at.group(1).endswith(".c"):
                        counts = found[at.group(1), line, column]
                        counts[0] += true
                        counts[1] += false
    return found


def source_lines(root, file, cache={}):
    if file not in cache:
        try:
            cache[file] = open(f"{root}/{file}", encoding="utf-8").read().split("\n")
        except OSError:
            cache[file] = []
    return cache[file]


def is_assert(lines, line):
    """A condition in ASSERT(...), which may go on over several lines."""
    for back in range(3):
        if line - 1 - back < 0:
            return False
        text = lines[line - 1 - back]
        if "ASSERT(" in text:
            return True
        if text.rstrip().endswith(";") and back > 0:
            return False
    return False


def main():
    root, profdata, programs = sys.argv[1], sys.argv[2], sys.argv[3:]
    files = collections.defaultdict(lambda: [0, 0])
    missing = collections.defaultdict(list)
    for (file, line, column), counts in sorted(branches(profdata, programs).items()):
        lines = source_lines(root, file)
        if not lines or line > len(lines) or is_assert(lines, line):
            continue
        text = lines[line - 1].strip()
        for outcome, count in zip(("true", "false"), counts):
            files[file][0] += 1
            files[file][1] += count != 0
            if count == 0:
                where = f"{file}: {text}"
                reason = next((name for name, rule in REASONS if re.search(rule, where)), OTHER)
                missing[reason].append(f"  {file}:{line}:{column} never {outcome}: {text}")
    total = [sum(counts[i] for counts in files.values()) for i in (0, 1)]
    for file, (all_, reached) in sorted(files.items()):
        print(f"{file:28} {reached:5} of {all_:5}  {100 * reached / max(all_, 1):5.1f} %")
    print(f"{'core/':28} {total[1]:5} of {total[0]:5}  {100 * total[1] / max(total[0], 1):5.1f} %\n")
    for reason, entries in sorted(missing.items(), key=lambda item: -len(item[1])):
        print(f"{len(entries)} branches: {reason}")
        print("\n".join(entries) + "\n")


if __name__ == "__main__":
    main()
