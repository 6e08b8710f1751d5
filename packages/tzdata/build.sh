#!/bin/sh
# The zones are compiled by the host's zic; other names of a zone are symbolic links.
rm -rf zoneinfo
mkdir zoneinfo
files='africa antarctica asia australasia europe northamerica southamerica etcetera'
cd "$SRC"
PATH=$PATH:/usr/sbin
for file in $files; do
    grep -v '^Link' "$file"
done | zic -b slim -d "$OLDPWD/zoneinfo" -
cat $files backward | awk '$1 == "Link" { print $2, $3 }' | while read -r target name; do
    up=$(echo "$name" | sed 's|[^/]*$||; s|[^/]*/|../|g')
    mkdir -p "$(dirname "$OLDPWD/zoneinfo/$name")"
    ln -s "$up$target" "$OLDPWD/zoneinfo/$name"
done
cp iso3166.tab zone1970.tab "$OLDPWD/zoneinfo/"
