/* regex/parse.c: the tree of a basic or extended regular expression. XBD 9.3 and 9.4. */
#include <string.h>
#include "regex/regex_state.h"

/* An open group, or the whole: the branch that is being read and those before it. */
struct frame {
    struct frame *outer;
    struct regex_node *group; /* NULL: the whole */
    struct regex_node *alternatives, *branch;
    bool at_begin; /* nothing stands in the branch yet, but an anchor in a basic expression */
};

struct parser {
    struct regex *regex;
    const char *p;
    bool extended;
    struct frame *frame;
    uint64_t closed; /* groups up to \9 that are complete */
};

static struct regex_node *new_node(struct parser *ps, enum regex_node_type type)
{
    struct regex_node *node = __regex_alloc(&ps->regex->arena, sizeof *node);
    if (node)
        *node = (struct regex_node){.type = type, .depth = 1, .first_group = REGEX_NONE};
    return node;
}

/* What is known of a node is known of the one above. */
static void inherit(struct regex_node *node, const struct regex_node *child)
{
    node->has_group |= child->has_group;
    node->has_reference |= child->has_reference;
    if (child->first_group < node->first_group)
        node->first_group = child->first_group;
    if (child->last_group > node->last_group)
        node->last_group = child->last_group;
    if (child->depth >= node->depth)
        node->depth = child->depth + 1;
}

static void add_child(struct regex_node *node, struct regex_node *child)
{
    child->previous = node->last_child;
    if (child->previous)
        child->previous->next = child;
    else
        node->child = child;
    node->last_child = child;
    inherit(node, child);
}

/* ---- sets ---- */

/* The number + 1 of `set`, 0 when there is no memory. */
static uint32_t add_set(struct regex *regex, struct regex_set *set)
{
    if (!set)
        return 0;
    if (regex->set_count == regex->set_room) {
        uint32_t room = regex->set_room ? regex->set_room * 2 : 16;
        struct regex_set **sets = __regex_alloc(&regex->arena, room * sizeof(struct regex_set *));
        if (!sets)
            return 0;
        if (regex->sets)
            memcpy(sets, regex->sets, regex->set_count * sizeof(struct regex_set *));
        regex->sets = sets;
        regex->set_room = room;
    }
    regex->sets[regex->set_count++] = set;
    return regex->set_count;
}

static uint32_t add_range_set(struct regex *regex, uint32_t first, uint32_t last, bool negated)
{
    struct regex_set *set = __regex_set_new(&regex->arena);
    if (!set || !__regex_set_add(&regex->arena, set, first, last))
        return 0;
    set->negated = negated;
    set->any_case = regex->flags & REG_ICASE;
    return add_set(regex, set);
}

/* [_[:alnum:]], [[:space:]] or [[:digit:]], or what is not in them. */
static uint32_t add_type_set(struct regex *regex, const char *type, bool negated)
{
    struct regex_set *set = __regex_set_new(&regex->arena);
    if (!set || !__regex_set_add_type(&regex->arena, set, wctype(type)))
        return 0;
    if (type[0] == 'a' && !__regex_set_add(&regex->arena, set, '_', '_'))
        return 0;
    set->negated = negated;
    return add_set(regex, set);
}

static int set_node(struct parser *ps, uint32_t set, struct regex_node **out)
{
    *out = set ? new_node(ps, NODE_SET) : NULL;
    if (!*out)
        return REG_ESPACE;
    (*out)->index = set - 1;
    return 0;
}

static int literal_node(struct parser *ps, uint32_t c, struct regex_node **out)
{
    struct regex *regex = ps->regex;
    if (c >= ARRAY_COUNT(regex->literal))
        return set_node(ps, add_range_set(regex, c, c, false), out);
    if (!regex->literal[c])
        regex->literal[c] = add_range_set(regex, c, c, false);
    return set_node(ps, regex->literal[c], out);
}

static int any_node(struct parser *ps, struct regex_node **out)
{
    bool lines = ps->regex->flags & REG_NEWLINE;
    return set_node(ps,
                    lines ? add_range_set(ps->regex, '\n', '\n', true)
                          : add_range_set(ps->regex, 0, REGEX_INVALID - 1, false),
                    out);
}

/* ---- atoms ---- */

static int assertion_node(struct parser *ps, enum regex_assertion kind, struct regex_node **out)
{
    struct regex *regex = ps->regex;
    *out = new_node(ps, NODE_ASSERTION);
    if (!*out)
        return REG_ESPACE;
    (*out)->index = kind;
    (*out)->may_be_empty = true;
    if (kind >= ASSERT_WORD_BEGIN && !regex->word_set) {
        regex->word_set = add_type_set(regex, "alnum", false);
        return regex->word_set ? 0 : REG_ESPACE;
    }
    if (kind < ASSERT_WORD_BEGIN && regex->flags & REG_NEWLINE && !regex->newline_set) {
        regex->newline_set = add_range_set(regex, '\n', '\n', false);
        return regex->newline_set ? 0 : REG_ESPACE;
    }
    return 0;
}

/* \1 to \9: a group that is complete here. */
static int reference_node(struct parser *ps, unsigned group, struct regex_node **out)
{
    struct regex *regex = ps->regex;
    if (!(ps->closed >> group & 1))
        return REG_ESUBREG;
    *out = new_node(ps, NODE_REFERENCE);
    if (!regex->all_set)
        regex->all_set = add_range_set(regex, 0, REGEX_INVALID - 1, false);
    if (!*out || !regex->all_set)
        return REG_ESPACE;
    (*out)->index = group;
    (*out)->has_reference = true;
    (*out)->may_be_empty = true;
    regex->referenced[group] = true;
    regex->has_reference = true;
    return 0;
}

/* After a backslash, but what parse_group and parse_repeat take. Letters are extensions. */
static int parse_escape(struct parser *ps, struct regex_node **out)
{
    static const char controls[] = "tnrfae", meant[] = "\t\n\r\f\a\033";
    struct regex *regex = ps->regex;
    size_t length;
    unsigned char c = (unsigned char)*ps->p;
    const char *control = c ? strchr(controls, c) : NULL;
    if (c >= '1' && c <= '9') {
        ps->p++;
        return reference_node(ps, c - '0', out);
    }
    if (control) {
        ps->p++;
        return literal_node(ps, (unsigned char)meant[control - controls], out);
    }
    ps->p++;
    switch (c) {
    case 0: return REG_EESCAPE;
    case 'w': return set_node(ps, add_type_set(regex, "alnum", false), out);
    case 'W': return set_node(ps, add_type_set(regex, "alnum", true), out);
    case 's': return set_node(ps, add_type_set(regex, "space", false), out);
    case 'S': return set_node(ps, add_type_set(regex, "space", true), out);
    case 'd': return set_node(ps, add_type_set(regex, "digit", false), out);
    case 'D': return set_node(ps, add_type_set(regex, "digit", true), out);
    case '<': return assertion_node(ps, ASSERT_WORD_BEGIN, out);
    case '>': return assertion_node(ps, ASSERT_WORD_END, out);
    case 'b': return assertion_node(ps, ASSERT_WORD_EDGE, out);
    case 'B': return assertion_node(ps, ASSERT_NO_WORD_EDGE, out);
    default: break;
    }
    uint32_t wide = __regex_char(--ps->p, NULL, &length);
    ps->p += length;
    return length ? literal_node(ps, wide, out) : REG_BADPAT;
}

static int parse_bracket(struct parser *ps, struct regex_node **out)
{
    struct regex_set *set;
    int error = __regex_parse_bracket(&ps->regex->arena, &ps->p, ps->regex->flags, &set);
    return error ? error : set_node(ps, add_set(ps->regex, set), out);
}

/* Whether a basic expression or one of its groups or branches ends at p. */
static bool ends_branch(const char *p)
{
    return !*p || (*p == '\\' && (p[1] == ')' || p[1] == '|'));
}

static int parse_atom(struct parser *ps, struct regex_node **out)
{
    size_t length;
    switch (*ps->p) {
    case '\\': ps->p++; return parse_escape(ps, out);
    case '[': ps->p++; return parse_bracket(ps, out);
    case '.': ps->p++; return any_node(ps, out);
    case '^':
        if (!ps->extended && !ps->frame->at_begin)
            break;
        if (!ps->extended && ps->frame->branch->child)
            break; /* a second one */
        ps->p++;
        return assertion_node(ps, ASSERT_LINE_BEGIN, out);
    case '$':
        if (!ps->extended && !ends_branch(ps->p + 1))
            break;
        ps->p++;
        return assertion_node(ps, ASSERT_LINE_END, out);
    default: break;
    }
    uint32_t c = __regex_char(ps->p, NULL, &length);
    ps->p += length;
    return length ? literal_node(ps, c, out) : REG_BADPAT;
}

/* ---- repetitions ---- */

/* The end of an interval. */
static bool closes(const struct parser *ps, const char *p)
{
    return ps->extended ? *p == '}' : *p == '\\' && p[1] == '}';
}

static int bad_interval(const struct parser *ps)
{
    for (const char *p = ps->p; *p; p++)
        if (closes(ps, p))
            return REG_BADBR;
    return REG_EBRACE;
}

/* Digits at ps->p, or -1 without; more than RE_DUP_MAX is RE_DUP_MAX + 1. */
static int parse_count(struct parser *ps)
{
    int n = -1;
    for (; *ps->p >= '0' && *ps->p <= '9'; ps->p++) {
        n = (n < 0 ? 0 : n) * 10 + (*ps->p - '0');
        if (n > RE_DUP_MAX)
            n = RE_DUP_MAX + 1;
    }
    return n;
}

/* After '{': m}, m,} or m,n}, and as an extension ,n}. */
static int parse_interval(struct parser *ps, int *min, int *max)
{
    *min = *max = parse_count(ps);
    if (*ps->p == ',') {
        ps->p++;
        *max = parse_count(ps);
        if (*min < 0 && *max >= 0)
            *min = 0;
        else if (*max < 0)
            *max = REGEX_INFINITE;
    }
    if (*min < 0 || !closes(ps, ps->p) || *min > RE_DUP_MAX || *max > RE_DUP_MAX ||
        (*max != REGEX_INFINITE && *min > *max))
        return bad_interval(ps);
    ps->p += ps->extended ? 1 : 2;
    return 0;
}

/* *node, so many times. */
static int repeat(struct parser *ps, struct regex_node **node, int min, int max)
{
    struct regex_node *child = *node;
    if (min == 1 && max == 1)
        return 0;
    bool plain = child->type == NODE_REPEAT && !child->has_group && !child->has_reference;
    if (plain && child->max == REGEX_INFINITE && child->min <= 1 && max == REGEX_INFINITE &&
        min <= 1) {
        child->min *= min; /* (x*)* is x* */
        child->may_be_empty |= !min;
        return 0;
    }
    *node = new_node(ps, NODE_REPEAT);
    if (!*node)
        return REG_ESPACE;
    (*node)->min = min;
    (*node)->max = max;
    (*node)->child = child;
    (*node)->may_be_empty = min == 0 || child->may_be_empty;
    inherit(*node, child);
    return (*node)->depth > REGEX_DEPTH_MAX ? REG_ESPACE : 0;
}

/* What follows an atom and repeats it. */
static int parse_repeats(struct parser *ps, struct regex_node **node)
{
    for (;;) {
        bool escaped = !ps->extended && *ps->p == '\\';
        char c = escaped ? ps->p[1] : *ps->p;
        int min = c == '+', max = c == '?' ? 1 : REGEX_INFINITE, error = 0;
        if (c != '*' && c != '+' && c != '?' && c != '{')
            return 0;
        if (!ps->extended && escaped == (c == '*'))
            return 0;
        ps->p += escaped ? 2 : 1;
        if (c == '{')
            error = parse_interval(ps, &min, &max);
        if (!error)
            error = repeat(ps, node, min, max);
        if (error)
            return error;
    }
}

/* ---- groups and branches ---- */

static int open_frame(struct parser *ps, struct regex_node *group)
{
    struct frame *frame = __regex_alloc(&ps->regex->arena, sizeof *frame);
    if (!frame)
        return REG_ESPACE;
    *frame = (struct frame){.outer = ps->frame,
                            .group = group,
                            .branch = new_node(ps, NODE_SEQUENCE),
                            .at_begin = true};
    ps->frame = frame;
    return frame->branch ? 0 : REG_ESPACE;
}

static int open_group(struct parser *ps)
{
    struct regex_node *group = new_node(ps, NODE_GROUP);
    if (!group)
        return REG_ESPACE;
    group->index = ++ps->regex->groups;
    group->has_group = true;
    group->first_group = group->last_group = group->index;
    return open_frame(ps, group);
}

/* The branch that has been read, in its simplest form. */
static struct regex_node *end_branch(struct frame *frame)
{
    struct regex_node *branch = frame->branch;
    bool group_after = false;
    branch->may_be_empty = true;
    for (struct regex_node *n = branch->last_child; n; n = n->previous) {
        branch->may_be_empty &= n->may_be_empty;
        n->group_after = group_after;
        group_after |= n->has_group || n->has_reference;
    }
    if (!branch->child)
        branch->type = NODE_EMPTY;
    return branch->child && branch->child == branch->last_child ? branch->child : branch;
}

static int next_branch(struct parser *ps)
{
    struct frame *frame = ps->frame;
    if (!frame->alternatives)
        frame->alternatives = new_node(ps, NODE_ALTERNATIVES);
    if (!frame->alternatives)
        return REG_ESPACE;
    struct regex_node *branch = end_branch(frame);
    add_child(frame->alternatives, branch);
    frame->alternatives->may_be_empty |= branch->may_be_empty;
    frame->branch = new_node(ps, NODE_SEQUENCE);
    frame->at_begin = true;
    return frame->branch ? 0 : REG_ESPACE;
}

/* Ends the frame; *out is what it holds. */
static int close_frame(struct parser *ps, struct regex_node **out)
{
    struct frame *frame = ps->frame;
    struct regex_node *all = end_branch(frame);
    if (frame->alternatives) {
        add_child(frame->alternatives, all);
        frame->alternatives->may_be_empty |= all->may_be_empty;
        all = frame->alternatives;
    }
    ps->frame = frame->outer;
    *out = frame->group ? frame->group : all;
    if (frame->group) {
        frame->group->child = all;
        frame->group->may_be_empty = all->may_be_empty;
        inherit(frame->group, all);
        if (frame->group->index < REGEX_REFERENCES_MAX)
            ps->closed |= (uint64_t)1 << frame->group->index;
    }
    return (*out)->depth > REGEX_DEPTH_MAX ? REG_ESPACE : 0;
}

enum token { TOKEN_END, TOKEN_OPEN, TOKEN_CLOSE, TOKEN_BRANCH, TOKEN_BAD_REPEAT, TOKEN_ATOM };

/* What begins at ps->p where an atom may stand; its length in *length unless it is an atom. */
static enum token peek(const struct parser *ps, int *length)
{
    bool escaped = !ps->extended && *ps->p == '\\';
    char c = escaped ? ps->p[1] : *ps->p;
    bool begin = ps->frame->at_begin;
    *length = 1 + escaped;
    if (!*ps->p)
        return TOKEN_END;
    if (!ps->extended && !escaped)
        return TOKEN_ATOM; /* a star here is itself */
    switch (c) {
    case '(': return TOKEN_OPEN;
    case ')': return ps->frame->outer || escaped ? TOKEN_CLOSE : TOKEN_ATOM;
    case '|': return TOKEN_BRANCH;
    case '{': return TOKEN_BAD_REPEAT;
    case '*':
    case '+':
    case '?': return ps->extended && begin ? TOKEN_BAD_REPEAT : TOKEN_ATOM;
    default: return TOKEN_ATOM;
    }
}

/* An atom or a group that has ended, with what repeats it, into the branch. */
static int add_atom(struct parser *ps, struct regex_node *node)
{
    bool anchor = node->type == NODE_ASSERTION && node->index <= ASSERT_LINE_END;
    /* Nothing repeats an anchor: in a basic expression a star there is itself, in an extended one it is refused. */
    ps->frame->at_begin = anchor && (ps->extended || node->index == ASSERT_LINE_BEGIN);
    int error = anchor ? 0 : parse_repeats(ps, &node);
    if (!error)
        add_child(ps->frame->branch, node);
    return error;
}

static int parse_next(struct parser *ps, bool *done)
{
    struct regex_node *node = NULL;
    int length, error;
    switch (peek(ps, &length)) {
    case TOKEN_END: *done = true; return 0;
    case TOKEN_OPEN: ps->p += length; return open_group(ps);
    case TOKEN_BRANCH: ps->p += length; return next_branch(ps);
    case TOKEN_BAD_REPEAT: return REG_BADRPT;
    case TOKEN_CLOSE:
        if (!ps->frame->outer)
            return REG_EPAREN;
        ps->p += length;
        error = close_frame(ps, &node);
        break;
    default: error = parse_atom(ps, &node);
    }
    return error ? error : add_atom(ps, node);
}

int __regex_parse(struct regex *regex, const char *pattern)
{
    struct parser ps = {.regex = regex, .p = pattern, .extended = regex->flags & REG_EXTENDED};
    bool done = false;
    int error = open_frame(&ps, NULL);
    while (!error && !done)
        error = parse_next(&ps, &done);
    if (!error && ps.frame->outer)
        error = REG_EPAREN;
    return error ? error : close_frame(&ps, &regex->root);
}
