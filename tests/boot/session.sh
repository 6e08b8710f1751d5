#!/bin/sh
# session.sh: is what a person expects of a shell session in the default image: general commands with their usual options, awk, time zones?
. "$(dirname "$0")/lib.sh"
nl='
'
check 'time zones by name' 0 "2024-07-01 12:00 CEST +0200${nl}2024-01-01 04:30 EST -0500${nl}2024-07-01 15:45 +0545 +0545$nl" -c '
TZ=Europe/Berlin date -d @1719828000 "+%F %H:%M %Z %z"
TZ=US/Eastern date -d @1704101400 "+%F %H:%M %Z %z"
TZ=:Asia/Kathmandu date -d @1719828000 "+%F %H:%M %Z %z"' </dev/null
check 'a zone that changed its rules' 0 "+0300 MSK${nl}+0400 MSD${nl}+0400 MSK${nl}+0300 MSK$nl" -c '
for t in 1262347200 1277985600 1388577600 1719828000; do TZ=Europe/Moscow date -d @$t "+%z %Z"; done' </dev/null
check 'UTC unless the system or TZ says otherwise' 0 "UTC 10${nl}UTC 10${nl}JST 19${nl}EST 05$nl" -c '
date -d @1719828000 "+%Z %H"
TZ=No/Where date -d @1719828000 "+%Z %H"
ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime
date -d @1719828000 "+%Z %H"
TZ=EST5 date -d @1719828000 "+%Z %H"' </dev/null
check 'every zone of the table is there' 0 "0$nl" -c '
grep -v "^#" /usr/share/zoneinfo/zone1970.tab | cut -f 3 | { missing=0
while read -r zone; do [ -s "/usr/share/zoneinfo/$zone" ] || missing=$((missing + 1)); done; echo $missing; }' </dev/null
check 'awk' 0 "3 root 0${nl}6$nl" -c '
awk -F: "NR == 1 { print (NF > 5 ? 3 : NF), \$1, \$3 }" /etc/passwd
seq 3 | awk "{ sum += \$1 } END { print sum }"' </dev/null
check 'options of general commands' 0 "3 c${nl}2 b${nl}3 c${nl}rw-r-----${nl}2001-02-03${nl}4 lines${nl}a/b/c$nl" -c '
cd /tmp
printf "2 b\n1 a\n3 c\n" | sort -k 2,2r | head -n 1
printf "2 b\n1 a\n3 c\n" | sort -n | tail -n +2
umask 027; mkdir -p a/b/c; cp /etc/passwd f; chmod 640 f; ls -l f | cut -c 2-10
touch -d 2001-02-03T00:00:00 f; date -r f +%F
cp -a a d; mv d e; seq 4 | tee g | wc -l | awk "{ print \$1, \"lines\" }"
cmp -s g f || find a -type d -name c' </dev/null
finish
