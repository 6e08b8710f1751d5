#!/bin/bash
# What bash's language has beyond sh's; toybox's tests use it throughout.
set -e
same() { [[ $2 == "$3" ]] || { echo "$1: '$2' instead of '$3'"; exit 1; }; }
list=(one 'two words' three)
list+=(four)
same arrays "${#list[@]} ${list[1]} ${list[*]: -2} ${!list[*]}" '4 two words three four 0 1 2 3'
declare -A map=([key]=value [other]=2)
same 'associative arrays' "${map[key]} ${#map[@]}" 'value 2'
same expansions "${list[0]^^} ${list[1]/words/things} ${list[2]:1:3}" 'ONE two things hre'
[[ abc123 =~ ^([a-z]+)([0-9]+)$ ]]
same 'regular expressions' "${BASH_REMATCH[1]}-${BASH_REMATCH[2]}" abc-123
same arithmetic "$((2 ** 10)) $((16#ff)) $((7 % 3))" '1024 255 1'
same 'here-string' "$(cat <<<"text $((1 + 1))")" 'text 2'
same 'brace expansion' "$(echo {a,b}{1..3})" 'a1 a2 a3 b1 b2 b3'
same 'process substitution' "$(cat <(echo one) <(echo two))" $'one\ntwo'
coproc CAT { cat; }
echo 'through a coprocess' >&"${CAT[1]}"
read -r -t 5 line <&"${CAT[0]}"
same coprocess "$line" 'through a coprocess'
eval "exec ${CAT[1]}>&-"
same printf "$(printf '%q %s' 'a b' x; printf -v var '%03d' 7; echo " $var")" 'a\ b x 007'
mapfile -t lines < <(seq 5)
same mapfile "${lines[*]}" '1 2 3 4 5'
status=0
read -r -t 0.2 line < <(sleep 2) || status=$?
[ $status -gt 128 ]
(sleep 0.1; exit 3) &
status=0
wait -n $! || status=$?
same 'wait -n' $status 3
trap 'echo trapped' USR1
same trap "$(bash -c 'trap "echo trapped" USR1; kill -USR1 $$; echo after')" $'trapped\nafter'
same pipefail "$(set -o pipefail; false | true; echo $?) ${PIPESTATUS[*]}" '1 0'
echo 'bash: all right'
