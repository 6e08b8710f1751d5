/* stty: shows and changes the terminal on standard input. */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "programs/lib/program.h"

static const char usage[] =
    "stty [-a | size | sane | raw | -raw | cooked | [-]FLAG | NAME CHAR | rows N | cols N]...";

enum word { INPUT, OUTPUT, CONTROL, LOCAL };
static const struct flag {
    const char *name;
    enum word word;
    tcflag_t bit;
} flags[] = {
    {"brkint", INPUT, BRKINT}, {"icrnl", INPUT, ICRNL},   {"igncr", INPUT, IGNCR},
    {"inlcr", INPUT, INLCR},   {"istrip", INPUT, ISTRIP}, {"ixon", INPUT, IXON},
    {"ixoff", INPUT, IXOFF},   {"ignbrk", INPUT, IGNBRK}, {"opost", OUTPUT, OPOST},
    {"onlcr", OUTPUT, ONLCR},  {"echo", LOCAL, ECHO},     {"echoe", LOCAL, ECHOE},
    {"echok", LOCAL, ECHOK},   {"echonl", LOCAL, ECHONL}, {"icanon", LOCAL, ICANON},
    {"isig", LOCAL, ISIG},     {"iexten", LOCAL, IEXTEN}, {"noflsh", LOCAL, NOFLSH},
    {"tostop", LOCAL, TOSTOP}, {"cread", CONTROL, CREAD},
};
#define FLAG_COUNT (sizeof(flags) / sizeof(flags[0]))

static const struct character {
    const char *name;
    int index;
    cc_t sane;
} characters[] = {
    {"intr", VINTR, 3}, {"quit", VQUIT, 28},   {"erase", VERASE, 127}, {"kill", VKILL, 21},
    {"eof", VEOF, 4},   {"start", VSTART, 17}, {"stop", VSTOP, 19},    {"susp", VSUSP, 26},
};
#define CHARACTER_COUNT (sizeof(characters) / sizeof(characters[0]))

static tcflag_t *word_of(struct termios *termios, enum word word)
{
    switch (word) {
    case INPUT: return &termios->c_iflag;
    case OUTPUT: return &termios->c_oflag;
    case CONTROL: return &termios->c_cflag;
    default: return &termios->c_lflag;
    }
}

/* ---- Show ------------------------------------------------------------------------------------ */

static void print_character(const char *name, cc_t value)
{
    if (value == 0)
        printf("%s = <undef>; ", name);
    else if (value < 32)
        printf("%s = ^%c; ", name, value + 64);
    else if (value == 127)
        printf("%s = ^?; ", name);
    else
        printf("%s = %c; ", name, value);
}

static void print_all(struct termios *termios)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0)
        printf("rows %u; columns %u;\n", size.ws_row, size.ws_col);
    for (size_t i = 0; i < CHARACTER_COUNT; i++)
        print_character(characters[i].name, termios->c_cc[characters[i].index]);
    printf("min = %u; time = %u;\n", termios->c_cc[VMIN], termios->c_cc[VTIME]);
    for (size_t i = 0; i < FLAG_COUNT; i++)
        printf("%s%s%s", *word_of(termios, flags[i].word) & flags[i].bit ? "" : "-", flags[i].name,
               i % 8 == 7 || i + 1 == FLAG_COUNT ? "\n" : " ");
}

static void print_size(void)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0)
        err(1, "standard input");
    printf("%u %u\n", size.ws_row, size.ws_col);
}

/* ---- Change ---------------------------------------------------------------------------------- */

static void make_cooked(struct termios *termios)
{
    termios->c_iflag |= BRKINT | ICRNL | IXON;
    termios->c_oflag |= OPOST;
    termios->c_lflag |= ICANON | ISIG;
    termios->c_cc[VEOF] = 4;
}

static void make_sane(struct termios *termios)
{
    make_cooked(termios);
    termios->c_iflag &= ~(tcflag_t)(IGNBRK | INLCR | IGNCR | ISTRIP | IXOFF);
    termios->c_oflag |= ONLCR;
    termios->c_cflag |= CREAD;
    termios->c_lflag |= ECHO | ECHOE | ECHOK | IEXTEN;
    termios->c_lflag &= ~(tcflag_t)(ECHONL | NOFLSH | TOSTOP);
    for (size_t i = 0; i < CHARACTER_COUNT; i++)
        termios->c_cc[characters[i].index] = characters[i].sane;
}

static bool set_flag(struct termios *termios, const char *argument)
{
    bool off = argument[0] == '-';
    for (size_t i = 0; i < FLAG_COUNT; i++) {
        if (strcmp(argument + off, flags[i].name) != 0)
            continue;
        tcflag_t *word = word_of(termios, flags[i].word);
        *word = off ? *word & ~flags[i].bit : *word | flags[i].bit;
        return true;
    }
    return false;
}

static bool set_mode(struct termios *termios, const char *argument)
{
    if (strcmp(argument, "sane") == 0)
        make_sane(termios);
    else if (strcmp(argument, "raw") == 0)
        cfmakeraw(termios);
    else if (strcmp(argument, "-raw") == 0 || strcmp(argument, "cooked") == 0)
        make_cooked(termios);
    else
        return set_flag(termios, argument);
    return true;
}

/* "^C", "^?", "undef" or the character itself. */
static cc_t parse_character(const char *text)
{
    if (strcmp(text, "undef") == 0 || strcmp(text, "^-") == 0)
        return 0;
    if (text[0] == '^' && text[1])
        return text[1] == '?' ? 127 : (cc_t)(text[1] & 31);
    return (cc_t)text[0];
}

static void set_size(const char *name, const char *value)
{
    struct winsize size;
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) != 0)
        err(1, "standard input");
    unsigned short number = (unsigned short)program_number(value, false);
    if (name[0] == 'r')
        size.ws_row = number;
    else
        size.ws_col = number;
    if (ioctl(STDIN_FILENO, TIOCSWINSZ, &size) != 0)
        err(1, "standard input");
}

static bool set_with_value(struct termios *termios, const char *name, const char *value)
{
    if (strcmp(name, "rows") == 0 || strcmp(name, "cols") == 0 || strcmp(name, "columns") == 0) {
        set_size(name, value);
        return true;
    }
    if (strcmp(name, "min") == 0 || strcmp(name, "time") == 0) {
        termios->c_cc[name[0] == 'm' ? VMIN : VTIME] = (cc_t)program_number(value, false);
        return true;
    }
    for (size_t i = 0; i < CHARACTER_COUNT; i++) {
        if (strcmp(name, characters[i].name) == 0) {
            termios->c_cc[characters[i].index] = parse_character(value);
            return true;
        }
    }
    return false;
}

int main(int argc, char **argv)
{
    struct termios termios;
    bool changed = false;
    if (tcgetattr(STDIN_FILENO, &termios) != 0)
        err(1, "standard input");
    if (argc == 1)
        print_all(&termios);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-a") == 0) {
            print_all(&termios);
        } else if (strcmp(argv[i], "size") == 0) {
            print_size();
        } else if (set_mode(&termios, argv[i])) {
            changed = true;
        } else if (i + 1 < argc && set_with_value(&termios, argv[i], argv[i + 1])) {
            changed = true;
            i++;
        } else {
            warnx("%s: not understood", argv[i]);
            program_usage(usage, 2);
        }
    }
    if (changed && tcsetattr(STDIN_FILENO, TCSADRAIN, &termios) != 0)
        err(1, "standard input");
    return program_finish(0);
}
