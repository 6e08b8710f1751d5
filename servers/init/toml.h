/*
 * toml.h: the part of TOML that unit files use: comments, [tables], bare and quoted keys, strings, integers, booleans and
 * arrays of strings. The rest of TOML is refused by name, never misread.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum toml_type { TOML_STRING, TOML_INTEGER, TOML_BOOLEAN, TOML_ARRAY };

struct toml_entry {
    char *table, *key; /* table "" before the first header */
    enum toml_type type;
    char *string;
    int64_t integer;
    bool boolean;
    char **items; /* TOML_ARRAY: strings */
    size_t item_count;
    unsigned line, column; /* of the value */
};

struct toml {
    struct toml_entry *entries;
    size_t count;
    char error[192]; /* "file:line:column: what" after a failure */
};

/* 0, -ERR_INVAL with toml->error, or -ERR_NOMEM. toml_free in any case. */
int toml_parse(struct toml *toml, const char *file, const char *text, size_t length);
void toml_free(struct toml *toml);
const struct toml_entry *toml_find(const struct toml *toml, const char *table, const char *key);
const char *toml_type_name(enum toml_type type);
