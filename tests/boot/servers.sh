#!/bin/sh
# servers.sh: does the system survive the sudden death of its servers in the middle of traffic?
. "$(dirname "$0")/lib.sh"
nl='
'
pid_of='pid_of() { ps | while read pid rest; do case "$rest" in *"$1"*) echo $pid; break;; esac; done; }'
check 'kill -9 of tty' 0 "alive$nl" -c "$pid_of; kill -9 \$(pid_of tty); sleep 0.5; echo alive" </dev/null
check 'kill -9 of ramfs' 0 "alive$nl" -c "$pid_of; kill -9 \$(pid_of ramfs); sleep 0.5; echo alive" </dev/null
check 'kill -9 of procd' 0 "alive$nl" -c "$pid_of; kill -9 \$(pid_of procd); sleep 0.5; echo alive" </dev/null
check 'commands work after ramfs has come back' 0 "root$nl" -c "$pid_of; kill -9 \$(pid_of ramfs); sleep 0.5; cd /; [ -d /bin ] && echo root" </dev/null
check 'commands work after procd has come back' 0 "child 3$nl" -c "$pid_of; kill -9 \$(pid_of procd); sleep 0.5; (exit 3); echo child \$?" </dev/null
finish
