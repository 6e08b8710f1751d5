# dyad-gdb.py: what gdb needs to know of Dyad; loaded by ./dyad debug. docs/debugging.md says how to use it.
#
#   dyad-guest NAME [FILE]   go on until a program NAME is executed, take its address space in as a second inferior with the
#                            symbols of FILE, and stop at its main
#   dyad-ps                  processes: kernel id, pid, name, and the Linux process (stub) that holds the address space
#   dyad-attach KID [FILE]   take in the address space of a process that runs
import os
import gdb

# The stub catches these itself: faults of the guest and orders of the kernel.
FOREIGN_SIGNALS = 'SIGSEGV SIGSYS SIGBUS SIGILL SIGFPE SIGURG'


def user_folder():
    return os.environ.get('DYAD_USER', '')


def field_of_tree(node, type_name, field):
    struct = gdb.lookup_type(type_name)
    offset = [f.bitpos // 8 for f in struct.fields() if f.name == field][0]
    return (node.cast(gdb.lookup_type('char').pointer()) - offset).cast(struct.pointer()).dereference()


def tree_walk(node):
    if int(node) == 0:
        return
    yield from tree_walk(node['left'])
    yield node
    yield from tree_walk(node['right'])


def find_machine():
    """Through arch/hosted/cpu.c's pointer to a thread's own core."""
    for thread in gdb.inferiors()[0].threads():
        thread.switch()
        try:
            core = gdb.parse_and_eval("'arch/hosted/cpu.c'::self")
            if int(core) != 0:
                return core['machine'].dereference()
        except gdb.error:
            continue
    raise gdb.GdbError('no thread of the kernel is a core')


def take_in(space, name, path):
    """Attach to the stub of a space, as the second inferior, which becomes the current one."""
    pid = int(space['arch']['stub']['pid'])
    path = path or os.path.join(user_folder(), name)
    if not os.path.exists(path):
        raise gdb.GdbError('no symbols of %s: there is no %s; name the file' % (name, path))
    gdb.execute('set schedule-multiple on')
    gdb.execute('add-inferior -no-connection', to_string=True)
    number = max(i.num for i in gdb.inferiors())
    gdb.execute('inferior %d' % number, to_string=True)
    gdb.execute('set auto-solib-add off')
    gdb.execute('attach %d' % pid, to_string=True)
    gdb.execute('symbol-file %s' % path, to_string=True)
    print('guest %s is Linux process %d, inferior %d' % (name, pid, number))


class ExecBreakpoint(gdb.Breakpoint):
    """exec, in the kernel: the new space is in place and its thread has not run yet."""

    def __init__(self, name, path):
        super().__init__('signal_reset_for_exec', internal=True)
        self.silent = True
        self.name, self.path = name, path

    def stop(self):
        return gdb.parse_and_eval('process')['name'].string() == self.name


class DyadGuest(gdb.Command):
    def __init__(self):
        super().__init__('dyad-guest', gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if not words:
            raise gdb.GdbError('dyad-guest NAME [FILE]')
        point = ExecBreakpoint(words[0], words[1] if len(words) > 1 else None)
        gdb.execute('run' if not gdb.selected_inferior().pid else 'continue')
        if not gdb.selected_inferior().pid:
            raise gdb.GdbError('Dyad has ended, and no %s was executed' % words[0])
        space = gdb.parse_and_eval('process')['space']
        take_in(space, words[0], point.path)
        point.delete()
        # Nothing is mapped yet, so the first breakpoint is one of the CPU's.
        gdb.execute('thbreak main')
        gdb.execute('continue')


class DyadPs(gdb.Command):
    def __init__(self):
        super().__init__('dyad-ps', gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        chosen = gdb.selected_thread()
        print('%6s %6s %8s  %s' % ('kid', 'pid', 'stub', 'name'))
        for node in tree_walk(find_machine()['processes']['root']):
            process = field_of_tree(node, 'struct process', 'machine_node')
            space = process['space']
            stub = int(space['arch']['stub']['pid']) if int(space) else 0
            print('%6d %6d %8d  %s' % (int(process['kid']), int(process['cred']['pid']), stub, process['name'].string()))
        if chosen is not None:
            chosen.switch()


class DyadAttach(gdb.Command):
    def __init__(self):
        super().__init__('dyad-attach', gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        words = gdb.string_to_argv(argument)
        if not words:
            raise gdb.GdbError('dyad-attach KID [FILE]; dyad-ps lists them')
        for node in tree_walk(find_machine()['processes']['root']):
            process = field_of_tree(node, 'struct process', 'machine_node')
            if int(process['kid']) == int(words[0]):
                take_in(process['space'], process['name'].string(), words[1] if len(words) > 1 else None)
                return
        raise gdb.GdbError('no process %s' % words[0])


# By default gdb runs Linux targets in non-stop mode underneath. There, when the kernel vforks (a new stub), gdb stops the
# kernel's threads alone, but an event of the guest that comes in meanwhile is put aside and its thread never resumed: the guest
# hangs (gdb 13, stop_all_threads "handling vfork"). The mode can be chosen only while nothing runs.
try:
    gdb.execute('maintenance set target-non-stop off')
except gdb.error:
    print('dyad-gdb: loaded too late, a guest that is taken in may hang; start gdb with -ix FILE before -p PID')

gdb.execute('handle %s nostop noprint pass' % FOREIGN_SIGNALS, to_string=True)
DyadGuest()
DyadPs()
DyadAttach()
