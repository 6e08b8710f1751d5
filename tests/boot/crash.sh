#!/bin/sh
# crash.sh: do misbehaving programs die with the right status while everything else goes on?
. "$(dirname "$0")/lib.sh"
nl='
'
for case in 'null 139' 'wild_jump 139' 'wild_write 139' 'kernel_read 139' 'divide 136' 'overflow 139' 'illegal 132' 'abort 134' 'breakpoint 133'; do
    set -- $case
    check "crash: $1" 0 "$2 alive$nl" --add "$DYAD_USER/user_crash" -c "/host/user_crash $1 2>/dev/null; echo \$? alive" </dev/null
done
check 'fork bomb in a quota' 0 "alive$nl" -c 'limit --procs 40 --mem 64M sh -c "f() { f | f & }; f; sleep 0.3" 2>/dev/null; echo alive' </dev/null
check 'memory hog in a quota' 0 "alive$nl" --add "$DYAD_USER/user_crash" -c 'limit --mem 16M /host/user_crash hog 2>/dev/null; echo alive' </dev/null
finish
