/*
 * own_allocator.c: a program that brings malloc, calloc, realloc and free of its own has them everywhere, in the library's
 * functions too; the rest of the library is as it was.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include "tests/posix/posix_test.h"

/* Sizes are kept in front of the blocks; nothing is used twice. */
static _Alignas(16) unsigned char store[4 << 20];
static size_t used;
static unsigned taken, given;

void *malloc(size_t bytes)
{
    size_t whole = (bytes + 31) / 16 * 16;
    if (bytes > sizeof(store) || whole > sizeof(store) - used)
        return NULL;
    unsigned char *block = store + used;
    memcpy(block, &bytes, sizeof(bytes));
    used += whole;
    taken++;
    return block + 16;
}

void free(void *block)
{
    if (block)
        given++;
}

void *calloc(size_t count, size_t bytes)
{
    void *block = bytes && count > SIZE_MAX / bytes ? NULL : malloc(count * bytes);
    return block ? memset(block, 0, count * bytes) : NULL;
}

void *realloc(void *block, size_t bytes)
{
    size_t old = 0;
    void *next = malloc(bytes);
    if (!next || !block)
        return next;
    memcpy(&old, (unsigned char *)block - 16, sizeof(old));
    memcpy(next, block, old < bytes ? old : bytes);
    free(block);
    return next;
}

static bool is_ours(const void *block)
{
    uintptr_t at = (uintptr_t)block, start = (uintptr_t)store;
    return at >= start && at < start + sizeof(store);
}

static void test_the_librarys_functions_use_it(void)
{
    unsigned before = taken;
    char *copy = strdup("a string");
    CHECK(is_ours(copy) && strcmp(copy, "a string") == 0);
    wchar_t *wide = wcsdup(L"wide");
    CHECK(is_ours(wide));
    char *line = NULL, *text = NULL;
    size_t room = 0, bytes = 0;
    FILE *file = tmpfile();
    CHECK(file && fputs("one line\n", file) >= 0 && fseek(file, 0, SEEK_SET) == 0);
    CHECK(getline(&line, &room, file) == 9 && is_ours(line));
    CHECK(fclose(file) == 0);
    file = open_memstream(&text, &bytes);
    CHECK(file && fputs("memory", file) >= 0 && fclose(file) == 0);
    CHECK(bytes == 6 && is_ours(text));
    CHECK(taken >= before + 4);
    unsigned freed = given;
    free(copy);
    free(wide);
    free(line);
    free(text);
    CHECK(given == freed + 4);
}

int main(void)
{
    test_the_librarys_functions_use_it();
    return posix_end();
}
