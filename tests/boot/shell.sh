#!/bin/sh
# shell.sh: does the shell inside Dyad do what a shell does, run without a terminal?
. "$(dirname "$0")/lib.sh"
nl='
'

check 'hello and exit status' 7 "hello$nl" -c 'echo hello; exit 7' </dev/null
check 'status of the last command' 1 '' -c 'false' </dev/null
check 'here-document' 0 "a b$nl  c$nl" -c 'x=b; cat <<E
a $x
  c
E' </dev/null
check 'here-document without expansion' 0 "a \$x$nl" -c "cat <<'E'
a \$x
E" </dev/null
check 'command substitution' 0 "<one two>$nl" -c 'set -- $(echo one; echo two); echo "<$*>"' </dev/null
check 'nested command substitution' 0 "x-y-z$nl" -c 'echo x-$(echo y-$(echo z))' </dev/null
check 'subshell keeps its variables' 0 "2 1$nl" -c 'x=1; y=$(x=2; echo $x); (x=3); echo $y $x' </dev/null
check 'exit status of a subshell' 5 '' -c '(exit 5)' </dev/null
check 'trap on exit' 3 "bye$nl" -c 'trap "echo bye" EXIT; exit 3' </dev/null
check 'trap on a signal' 0 "got$nl" -c 'trap "echo got" USR1; kill -USR1 $$' </dev/null
check 'ignored signal' 0 "alive$nl" -c 'trap "" TERM; kill -TERM $$; echo alive' </dev/null
check 'set -e' 1 "a$nl" -c 'set -e; echo a; false; echo b' </dev/null
check 'background job and wait' 4 "done$nl" -c '(exit 4) & wait $!; s=$?; echo done; exit $s' </dev/null
check 'wait for all' 0 "ok$nl" -c 'for i in 1 2 3 4 5; do sleep 0.05 & done; wait; echo ok' </dev/null
check 'pipeline of ten' 0 "x$nl" -c 'echo x | cat | cat | cat | cat | cat | cat | cat | cat | cat' </dev/null
check 'status of a pipeline' 1 '' -c 'true | false' </dev/null
check 'redirections' 0 "two$nl" -c 'cd /tmp; echo one >f; echo two >>f; tail -n 1 f; rm f' </dev/null
check 'redirected input' 0 "a$nl" -c 'echo a >/tmp/x; cat </tmp/x' </dev/null
EXPECT_STDERR="sh: 1: 3: Bad file descriptor$nl" check 'closed and duplicated descriptors' 2 "out$nl" -c 'exec 3>&1; echo out >&3; exec 3>&-; echo x >&3' </dev/null
check 'case, functions, arithmetic' 0 "6 b$nl" -c 'f() { echo $(($1 * 2)); }; case foo in a*) r=a;; f*) r=b;; esac; echo $(f 3) $r' </dev/null
check 'loop over files' 0 "/tmp/d/a /tmp/d/b$nl" -c 'mkdir /tmp/d; >/tmp/d/b; >/tmp/d/a; echo /tmp/d/*' </dev/null
check 'large pipe' 0 "100000$nl" -c 'i=0; while [ $i -lt 1000 ]; do echo 1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890; i=$((i+1)); done | wc -c | { read n; echo $((n - 1000)); }' </dev/null
check 'arguments' 0 "name a b c$nl" -c 'echo $0 $1 "$2"' name a 'b c' </dev/null
check 'command not found' 127 '' -c 'exec 2>/dev/null; nosuchcommand' </dev/null
check 'not executable' 126 '' -c 'exec 2>/dev/null; echo >/tmp/f; chmod 644 /tmp/f; /tmp/f' </dev/null
check 'script with interpreter' 0 "args: 1 2$nl" -c 'printf "#!/bin/sh\necho args: \$*\n" >/tmp/s; chmod 755 /tmp/s; /tmp/s 1 2' </dev/null
EXPECT_STDERR="Terminated$nl" check 'killed by a signal' 143 '' -c 'sh -c "kill -TERM \$\$"' </dev/null
EXPECT_STDERR="err$nl" check 'streams stay apart' 0 "out$nl" -c 'echo out; echo err >&2' </dev/null
printf '\000\001\377\r\n\200' >"$work/binary"
check 'binary safe' 0 "$(printf 'same\nx')" -c 'cat >/tmp/b; n=$(wc -c </tmp/b); [ $n -eq 6 ] && echo same; printf x' <"$work/binary"

# Standard input as a script, the example of the foundation issue.
echo 'seq() { i=1; while [ $i -le $1 ]; do echo $i; i=$((i+1)); done; }; seq 1000 | while read x; do echo "<$x>"; done | tail -n 1' >"$work/in"
check 'script on standard input' 0 "<1000>$nl" <"$work/in"

# A script given as a file, with arguments.
printf 'echo "script $1"\nread line\necho "read $line"\nexit 9\n' >"$work/script.sh"
echo input >"$work/in"
check 'script file' 9 "script arg${nl}read input$nl" "$work/script.sh" arg <"$work/in"

# --add FOLDER appears under /host.
mkdir "$work/folder" "$work/folder/sub"
echo content >"$work/folder/file"
echo deep >"$work/folder/sub/deep"
ln -s file "$work/folder/link"
check '--add' 0 "content${nl}deep${nl}content$nl" --add "$work/folder" -c 'cat /host/folder/file /host/folder/sub/deep /host/folder/link' </dev/null

# A generated script of 3,000 lines.
i=0 sum=0
while [ $i -lt 1500 ]; do
    echo "a=\$((a + $i))"
    echo "b=\"\${b%?}\$a\""
    i=$((i + 1)) sum=$((sum + i - 1))
done >"$work/long.sh"
echo "echo \$a" >>"$work/long.sh"
check '3,000 line script' 0 "$sum$nl" "$work/long.sh" </dev/null
finish
