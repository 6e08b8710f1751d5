# symbols.awk: from `llvm-nm -n kernel` to the assembler source of the table in symbols.c. base: the link address, as hexadecimal digits.
function number(hex,    i, n) {
    n = 0
    hex = tolower(hex)
    for (i = 1; i <= length(hex); i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
    return n
}
($2 == "T" || $2 == "t") && $3 !~ /^(image_|\.L|\$)/ {
    offset = number($1) - number(base)
    if (count && offsets[count - 1] == offset) next
    offsets[count] = offset
    sub(/\.llvm\.[0-9]+$/, "", $3) # of functions that were shared between files
    names[count++] = $3
}
BEGIN { count = 0 }
END {
    print "/* Made by symbols.awk. */"
    print "    .section .symbols, \"a\"\n    .balign 8\n    .long " count
    at = 0
    for (i = 0; i < count; i++) {
        print "    .long " offsets[i] ", " at
        at += length(names[i]) + 1
    }
    for (i = 0; i < count; i++) print "    .asciz \"" names[i] "\""
    print "    .section .note.GNU-stack, \"\", @progbits"
}
