#!/bin/sh
# servers.sh: does the system survive the sudden death of its servers in the middle of traffic?
# (kill -9 of tty needs a terminal: see terminal.c. What survives: docs/recovery.md.)
. "$(dirname "$0")/lib.sh"
nl='
'
# kill_unit NAME: kill -9 of its process. No wait follows: calls made meanwhile wait for the next instance.
lib='pid_of() { ps | while read pid ppid user state kbyte time name; do if [ "$name" = "$1" ]; then echo $pid; fi; done; }
kill_unit() { kill -9 $(pid_of $1); }
'
check 'kill -9 of ramfs' 0 "alive$nl" -c "$lib kill_unit ramfs; echo alive" </dev/null
check 'kill -9 of procd' 0 "alive$nl" -c "$lib kill_unit procd; echo alive" </dev/null
check 'kill -9 of basic' 0 "1$nl" -c "$lib echo x >/dev/null; kill_unit basic; echo x >/dev/null; head -c 1 /dev/zero | wc -c" </dev/null
check 'a service on demand is idle until somebody asks' 0 "state: idle${nl}state: ready$nl" \
    -c "svc status basic | grep state; head -c 1 /dev/zero | wc -c | (read n); svc status basic | grep state" </dev/null
check 'a service on demand that was stopped stays so' 0 "no$nl" -c "svc stop basic | (read n); head -c 1 /dev/zero 2>/tmp/e || echo no" </dev/null
check 'the killed procd has answered' 0 "0$nl" -c "$lib kill_unit procd; echo \$?" </dev/null
check 'commands work after ramfs has come back' 0 "root$nl" -c "$lib kill_unit ramfs; ls / | grep root" </dev/null
check 'working directory is found again' 0 "/etc${nl}hostname$nl" -c "$lib cd /etc; kill_unit ramfs; /bin/sh -c pwd; ls | grep hostname" </dev/null
check 'working directory that is lost becomes the root' 0 "/$nl" -c "$lib mkdir /tmp/gone; cd /tmp/gone; kill_unit ramfs; sh -c 'ls >/dev/null; unset PWD; exec sh -c pwd'" </dev/null
check 'an open file is stale' 0 "read 1$nl" -c "$lib exec 3</etc/passwd; kill_unit ramfs; cat <&3 2>/dev/null; echo read \$?" </dev/null
check 'a blocked read ends' 0 "read 1$nl" -c "$lib cd /tmp; mkfifo p; exec 3<>p; (cat <&3 2>/dev/null; echo read \$?) & sleep 0.1; kill_unit ramfs; wait" </dev/null
check 'commands work after procd has come back' 0 "child 3$nl" -c "$lib kill_unit procd; (exit 3); echo child \$?" </dev/null
check 'background jobs outlive procd' 0 "child 4$nl" -c "$lib (sleep 0.5; exit 4) & kill_unit procd; wait \$!; echo child \$?" </dev/null
check 'signals work after procd has come back' 0 "child 143$nl" -c "$lib sleep 100 & kill_unit procd; kill \$!; wait \$! 2>/dev/null; echo child \$?" </dev/null
check 'the restart is told' 0 "restarts: 1$nl" -c "$lib kill_unit ramfs; ls / >/dev/null; svc status ramfs | grep restarts" </dev/null

# Files, pipes and forks go on all the time; each server is killed three times (the fifth failure in a row would be final).
check 'traffic while servers are killed' 0 "round 1${nl}round 2${nl}round 3${nl}answers$nl" -c "$lib"'
files() { cd /tmp; while :; do echo $1 >f$1; cat f$1; ls -l; rm f$1; done; }
pipes() { while :; do echo a b c | cat | wc; done; }
forks() { while :; do (exit 3); sleep 0; done; }
for job in "files 1" "files 2" pipes pipes forks; do $job >/dev/null 2>&1 & jobs="$jobs $!"; done
for round in 1 2 3; do kill_unit ramfs; ls / >/dev/null; kill_unit procd; ls / >/dev/null; echo >/dev/null; kill_unit basic; echo round $round; done
kill -9 $jobs
wait 2>/dev/null
echo answers' </dev/null
finish
