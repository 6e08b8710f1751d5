/* wordexp.c: words as the shell expands them: the shell does it, after a look at what it must not be given. */
#include <errno.h>
#include <fcntl.h>
#include <paths.h>
#include <pthread.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

/*
 * What the shell runs, with the words as $1. The words stand in a function first, so that bad syntax is told from a
 * failed expansion: 's', then 'p' when the text is sound, then an empty word and the words, each with a zero after it.
 */
static const char script[] = "printf s; eval \"e() { printf '%s\\\\0' '' $1\n}\" || exit\n"
                             "printf p; e";

struct scan {
    bool single, twice; /* inside '...', "..." */
    int arithmetic;     /* open parentheses since $(( */
    int braces;         /* open ${ */
};

/*
 * One character that may not stand for itself; `s` is the text from it on. 0, or a WRDE_ error. *skip: what comes after
 * it that it covers.
 */
static int scan_character(struct scan *q, const char *s, bool no_commands, size_t *skip)
{
    if (q->single) {
        q->single = *s != '\'';
        return 0;
    }
    switch (*s) {
    case '\\': *skip = 1; return s[1] ? 0 : WRDE_SYNTAX;
    case '\'': q->single = !q->twice; return 0;
    case '"': q->twice = !q->twice; return 0;
    case '`': return no_commands ? WRDE_CMDSUB : 0;
    case '$':
        if (s[1] == '(' && s[2] == '(') {
            q->arithmetic += 2;
            *skip = 2;
        } else if (s[1] == '(') {
            return no_commands ? WRDE_CMDSUB : -1;
        } else if (s[1] == '{') {
            q->braces++;
            *skip = 1;
        }
        return 0;
    case '(':
        q->arithmetic += q->arithmetic > 0;
        return q->arithmetic || q->twice ? 0 : WRDE_BADCHAR;
    case ')':
        if (q->arithmetic) {
            q->arithmetic--;
            return 0;
        }
        return q->twice ? 0 : WRDE_BADCHAR;
    case '}':
        if (q->braces) {
            q->braces--;
            return 0;
        }
        return q->twice ? 0 : WRDE_BADCHAR;
    default:
        return q->twice || q->arithmetic || q->braces || !strchr("\n|&;<>{", *s) ? 0 : WRDE_BADCHAR;
    }
}

/* May the shell have these words? With a command substitution only the shell knows where it ends. */
static int scan_words(const char *words, bool no_commands)
{
    struct scan q = {.single = false};
    bool commands = false;
    for (size_t i = 0; words[i]; i++) {
        size_t skip = 0;
        int error = scan_character(&q, words + i, no_commands, &skip);
        if (error > 0 && (!commands || no_commands))
            return error;
        commands |= error < 0 || (words[i] == '`' && !q.single);
        for (; skip && words[i + 1]; skip--)
            i++;
    }
    return !commands && (q.single || q.twice || q.arithmetic || q.braces) ? WRDE_SYNTAX : 0;
}

/* Start the shell with the words; its output comes from *out. 0 or WRDE_NOSPACE. */
static int start_shell(const char *words, int flags, pid_t *pid, FILE **out)
{
    char *const argv[] = {
        "sh", flags & WRDE_UNDEF ? "-uc" : "-c", (char *)script, "sh", (char *)words, NULL};
    posix_spawn_file_actions_t actions;
    int fds[2];
    if (pipe2(fds, O_CLOEXEC) < 0)
        return WRDE_NOSPACE;
    posix_spawn_file_actions_init(&actions);
    int error = posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    if (!error && !(flags & WRDE_SHOWERR))
        error =
            posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, _PATH_DEVNULL, O_WRONLY, 0);
    if (!error)
        error = posix_spawn(pid, _PATH_BSHELL, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    *out = error ? NULL : fdopen(fds[0], "r");
    if (*out)
        return 0;
    close(fds[0]);
    if (!error)
        waitpid(*pid, NULL, 0);
    return WRDE_NOSPACE;
}

/* Append a word, which is moved, to those of `to`. */
static int add_word(wordexp_t *to, size_t offset, char *word)
{
    char **grown = realloc(to->we_wordv, (offset + to->we_wordc + 2) * sizeof *grown);
    if (!grown) {
        free(word);
        return WRDE_NOSPACE;
    }
    if (!to->we_wordv)
        memset(grown, 0, offset * sizeof *grown);
    to->we_wordv = grown;
    if (word)
        grown[offset + to->we_wordc++] = word;
    grown[offset + to->we_wordc] = NULL;
    return 0;
}

/* What the shell has printed: see `script`. */
static int read_words(FILE *from, wordexp_t *to, size_t offset)
{
    if (fgetc(from) != 's')
        return WRDE_NOSPACE;
    if (fgetc(from) != 'p')
        return WRDE_SYNTAX;
    if (fgetc(from) != 0)
        return WRDE_BADVAL;
    int error = add_word(to, offset, NULL);
    while (!error) {
        char *word = NULL;
        size_t room = 0;
        if (getdelim(&word, &room, 0, from) < 0) {
            free(word);
            return ferror(from) ? WRDE_NOSPACE : 0;
        }
        error = add_word(to, offset, word);
    }
    return error;
}

static void free_words(char **words, size_t offset, size_t count)
{
    for (size_t i = 0; words && i < count; i++)
        free(words[offset + i]);
    free(words);
}

static int expand(const char *words, wordexp_t *result, int flags)
{
    size_t offset = flags & WRDE_DOOFFS ? result->we_offs : 0;
    wordexp_t fresh = {.we_wordc = 0};
    pid_t pid;
    FILE *out;
    int error = scan_words(words, (flags & WRDE_NOCMD) != 0);
    if (!error)
        error = start_shell(words, flags, &pid, &out);
    if (error)
        return error;
    error = read_words(out, &fresh, 0);
    fclose(out);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    /* Out of memory leaves what there is; any other error leaves the result as it was. */
    size_t moved = 0;
    if (!error || error == WRDE_NOSPACE) {
        if (flags & WRDE_REUSE)
            wordfree(result);
        if (!(flags & WRDE_APPEND))
            *result = (wordexp_t){.we_offs = offset};
        int lack = fresh.we_wordc ? 0 : add_word(result, offset, NULL);
        for (; !lack && moved < fresh.we_wordc; moved++)
            lack = add_word(result, offset, fresh.we_wordv[moved]);
        error = lack ? lack : error;
    }
    free_words(fresh.we_wordv, moved, fresh.we_wordc - moved);
    return error;
}

int wordexp(const char *restrict words, wordexp_t *restrict result, int flags)
{
    int state;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
    int error = expand(words, result, flags);
    pthread_setcancelstate(state, NULL);
    return error;
}

void wordfree(wordexp_t *result)
{
    free_words(result->we_wordv, result->we_offs, result->we_wordc);
    result->we_wordv = NULL;
    result->we_wordc = 0;
}
