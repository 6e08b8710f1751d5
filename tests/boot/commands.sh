#!/bin/sh
# commands.sh: do the commands of the image print, exit and change files as POSIX says? Runs inside Dyad. Where toybox goes its own way
# (a blank line before the first folder of ls, `tail -n 0`, `rm .` without a word) nothing is asked.
work=/tmp/commands
mkdir "$work" || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# check NAME EXPECTED-OUTPUT EXPECTED-STATUS COMMAND...: output is stdout alone.
check()
{
    name=$1 expected=$2 status=$3
    shift 3
    got=$("$@" 2>"$work/.stderr")
    code=$?
    if [ "$got" != "$expected" ] || [ $code != "$status" ]; then
        echo "FAIL $name: status $code (expected $status), output:"
        echo "$got"
        echo "instead of:"
        echo "$expected"
        cat "$work/.stderr"
        failures=$((failures + 1))
    fi
}
shell() { sh -c "$functions
$1"; }
# Inside Dyad there may be no readlink and no cmp.
functions='target() { set -- $(ls -l "$1"); while [ $# -gt 1 ]; do shift; done; echo "$1"; }
same() { [ "$(cat "$1")" = "$(cat "$2")" ]; }'

nl='
'
check 'cat copies stdin' 'hello' 0 shell 'echo hello | cat'
check 'cat: missing file is named and fails' '' 1 shell 'cat none'
check 'cat goes on after an error' 'x' 1 shell 'echo x >f; cat none f'

mkdir d && : >d/b && : >d/.hidden && mkdir d/sub && ln -s b d/link
check 'ls sorts and hides' "b${nl}link${nl}sub" 0 ls d
check 'ls -a' ".${nl}..${nl}.hidden${nl}b${nl}link${nl}sub" 0 ls -a d
check 'ls -F' "b${nl}link@${nl}sub/" 0 ls -F d
check 'ls -d' 'd' 0 ls -d d
check 'ls -r' "sub${nl}link${nl}b" 0 ls -r d
check 'ls -R' "d:${nl}b${nl}link${nl}sub${nl}${nl}d/sub:" 0 ls -R d
check 'ls of nothing' '' 1 ls none
check 'ls -l: mode, link' 'lrwxrwxrwx b' 0 shell 'ls -l d/link | { read m n rest; echo "$m ${rest##*> }"; }'

check 'mkdir -p' 'x' 0 shell 'mkdir -p a/b/c && mkdir -p a/b/c/ && touch a/b/c/x && ls a/b/c'
check 'mkdir of what is there' '' 1 shell 'mkdir a'
check 'rmdir' '' 1 shell 'rmdir a'
check 'rmdir -p' '' 0 shell 'mkdir -p p/q/r && rmdir -p p/q/r && test ! -e p'
check 'rm -r' '' 0 shell 'rm -r a && test ! -e a'
check 'rm of a directory' '' 1 shell 'rm d'
check 'rm -f of nothing' '' 0 shell 'rm -f none'
check 'rm of nothing' '' 1 shell 'rm none'

check 'cp' 'text' 0 shell 'echo text >one; cp one two; cat two'
check 'cp into a directory' 'text' 0 shell 'mkdir to; cp one two to/; cat to/one'
check 'cp of a directory without -r' '' 1 shell 'cp d elsewhere'
check 'cp -r keeps links' 'b' 0 shell 'cp -r d copy && target copy/link'
check 'cp -r into itself' '' 1 shell 'cp -r d d/sub/again'
check 'cp onto itself' '' 1 shell 'cp one one'
check 'cp -p keeps mode and time' 'same' 0 shell 'chmod 640 one; touch -d @1000 one; cp -p one kept; test "$(ls -l one | head -c 10)" = "$(ls -l kept | head -c 10)" && test ! kept -nt one && echo same'
check 'mv' 'text' 0 shell 'mv two three; cat three; test ! -e two'
check 'mv into a directory' 'three' 0 shell 'mkdir into; mv three into; ls into'
check 'mv -n' 'kept' 0 shell 'echo kept >k; echo new >n; mv -n n k; cat k'
check 'ln' 'text' 0 shell 'ln one hard; rm one; cat hard'
check 'mkfifo' 'through' 0 shell 'mkfifo fifo; echo through >fifo & cat fifo'
check 'ln -sf' 'hard' 0 shell 'ln -s nothing soft; ln -sf hard soft; target soft'
check 'ln over a file' '' 1 shell 'ln hard k'
check 'touch -c' '' 0 shell 'touch -c none; test ! -e none'

check 'chmod octal' '-rw-r-----' 0 shell 'chmod 640 k; ls -l k | head -c 10'
check 'chmod symbolic' '-rwxr---w-' 0 shell 'chmod u+x,o=w k; ls -l k | head -c 10'
check 'chmod a=r then g+u' '-r--r--r--' 0 shell 'chmod a=r,g+u k; ls -l k | head -c 10'
check 'chmod of nonsense' '' 1 shell 'chmod q+z k'

check 'head' "1${nl}2" 0 shell 'seq 100 | head -n 2'
check 'head -5' '5' 0 shell 'seq 100 | head -5 | tail -n 1'
check 'head -c' '123' 0 shell 'printf 12345 | head -c 3'
check 'tail' "9${nl}10" 0 shell 'seq 10 | tail -n 2'
check 'tail of a file' "99999${nl}100000" 0 shell 'seq 100000 >s; tail -2 s'
check 'tail without last newline' 'b' 0 shell 'printf "a\nb" >t; tail -n 1 t'
check 'tail -n +' "3${nl}4" 0 shell 'seq 4 | tail -n +3'
check 'tail -c' '45' 0 shell 'printf 12345 | tail -c 2'
check 'tail of less' "1${nl}2" 0 shell 'seq 2 >u; tail u'
check 'head names files' "==> u <==${nl}1${nl}${nl}==> t <==${nl}a" 0 shell 'head -n 1 u t'
check 'wc' '2 3 12 w' 0 shell 'printf "one two\nabc\n" >w; echo $(wc w)'
check 'wc -l' '100' 0 shell 'seq 100 | wc -l'

check 'seq' "1${nl}2${nl}3" 0 seq 3
check 'seq down' "3${nl}1${nl}-1" 0 seq 3 -2 -1
check 'seq fractions' "0.5${nl}1.0${nl}1.5" 0 seq 0.5 0.5 1.5
check 'seq -w -s' '08,09,10' 0 seq -w -s , 8 10
check 'seq of nothing' '' 0 seq 0
check 'sort' "a${nl}b${nl}c" 0 shell 'printf "c\na\nb\n" | sort'
check 'sort -n -r' "10${nl}9${nl}-1" 0 shell 'printf "9\n10\n-1\n" | sort -nr'
check 'sort -u' "a${nl}b" 0 shell 'printf "b\na\nb\na\n" | sort -u'
check 'sort -k -t' "x:1${nl}a:2" 0 shell 'printf "a:2\nx:1\n" | sort -t : -k 2n'
check 'sort -o onto its input' "a${nl}b" 0 shell 'printf "b\na\n" >so; sort -o so so; cat so'
check 'sort -c' '' 1 shell 'printf "b\na\n" | sort -c'
check 'sort without last newline' "a${nl}b" 0 shell 'printf "b\na" | sort'
check 'tee' 'both' 0 shell 'echo both | tee t1 t2 >t3; same t1 t2 && cat t3'
check 'tee -a' "1${nl}2" 0 shell 'echo 1 >ta; echo 2 | tee -a ta >tb; cat ta'
check 'env' 'value' 0 shell 'env NAME=value sh -c "echo \$NAME"'
check 'env -i' 'A=1' 0 shell 'env -i A=1 "$(command -v env)"'
check 'env of nothing' '' 127 shell 'env no-such-command'
check 'date' '1970-01-01 00:00:05' 0 shell 'date -u -d @5 "+%Y-%m-%d %H:%M:%S"'
check 'true' '' 0 true
check 'false' '' 1 false
check 'sleep' '' 0 sleep 0.01
check 'sleep of nonsense' '' 2 sleep soon
check 'id -u' "$(id -u)" 0 id -u

[ $failures = 0 ] || { echo "$failures failed"; exit 1; }
