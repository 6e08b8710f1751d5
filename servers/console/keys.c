/* keys.c: see keys.h. */
#include "servers/console/keys.h"

#include <stdio.h>

/* Shift 1, Alt 2, Control 4, and one more: xterm's parameter. */
static unsigned modifier_param(const struct input_key *key)
{
    return 1 + (key->modifiers & (INPUT_SHIFT | INPUT_ALT | INPUT_CTRL));
}

/* ESC [ letter, ESC O letter in application mode, ESC [ 1 ; modifiers letter. */
static size_t letter(uint8_t *bytes, const struct input_key *key, bool application, char final)
{
    unsigned param = modifier_param(key);
    if (param > 1)
        return (size_t)snprintf((char *)bytes, KEYS_BYTES_MAX, "\033[1;%u%c", param, final);
    return (size_t)snprintf((char *)bytes, KEYS_BYTES_MAX, "\033%c%c", application ? 'O' : '[',
                            final);
}

/* ESC [ number ~ */
static size_t tilde(uint8_t *bytes, const struct input_key *key, unsigned number)
{
    unsigned param = modifier_param(key);
    if (param > 1)
        return (size_t)snprintf((char *)bytes, KEYS_BYTES_MAX, "\033[%u;%u~", number, param);
    return (size_t)snprintf((char *)bytes, KEYS_BYTES_MAX, "\033[%u~", number);
}

static size_t function_key(uint8_t *bytes, const struct input_key *key)
{
    static const uint8_t numbers[] = {15, 17, 18, 19, 20, 21, 23, 24}; /* F5 to F12 */
    unsigned index = key->symbol - INPUT_KEY_F1;
    if (index < 4)
        return letter(bytes, key, true, (char)('P' + index));
    return tilde(bytes, key, numbers[index - 4]);
}

static size_t one(uint8_t *bytes, const struct input_key *key, uint8_t byte)
{
    size_t count = 0;
    if (key->modifiers & INPUT_ALT)
        bytes[count++] = 0x1b;
    bytes[count++] = byte;
    return count;
}

static size_t named(const struct vt *vt, const struct input_key *key, uint8_t *bytes)
{
    bool application = vt->application_keys;
    switch (key->symbol) {
    case INPUT_KEY_UP: return letter(bytes, key, application, 'A');
    case INPUT_KEY_DOWN: return letter(bytes, key, application, 'B');
    case INPUT_KEY_RIGHT: return letter(bytes, key, application, 'C');
    case INPUT_KEY_LEFT: return letter(bytes, key, application, 'D');
    case INPUT_KEY_CENTER: return letter(bytes, key, application, 'E');
    case INPUT_KEY_END: return letter(bytes, key, application, 'F');
    case INPUT_KEY_HOME: return letter(bytes, key, application, 'H');
    case INPUT_KEY_INSERT: return tilde(bytes, key, 2);
    case INPUT_KEY_DELETE: return tilde(bytes, key, 3);
    case INPUT_KEY_PAGE_UP: return tilde(bytes, key, 5);
    case INPUT_KEY_PAGE_DOWN: return tilde(bytes, key, 6);
    case INPUT_KEY_BACKSPACE: return one(bytes, key, key->modifiers & INPUT_CTRL ? 0x08 : 0x7f);
    case INPUT_KEY_ENTER: return one(bytes, key, '\r');
    case INPUT_KEY_ESCAPE: return one(bytes, key, 0x1b);
    case INPUT_KEY_TAB:
        if (!(key->modifiers & INPUT_SHIFT))
            return one(bytes, key, '\t');
        return (size_t)snprintf((char *)bytes, KEYS_BYTES_MAX, "\033[Z");
    default: return 0;
    }
}

/* Control makes of @ to _ and a to z the control characters; of some others what old terminals made of them. */
static uint32_t with_control(uint32_t c)
{
    if ((c >= '@' && c <= '_') || (c >= 'a' && c <= 'z'))
        return c & 0x1f;
    switch (c) {
    case ' ':
    case '2': return 0;
    case '/': return 0x1f;
    case '?':
    case '8': return 0x7f;
    default: return c >= '3' && c <= '7' ? c - '3' + 0x1b : c;
    }
}

static size_t utf8(uint8_t *bytes, uint32_t c)
{
    if (c < 0x80) {
        bytes[0] = (uint8_t)c;
        return 1;
    }
    if (c < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | c >> 6);
        bytes[1] = (uint8_t)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        bytes[0] = (uint8_t)(0xe0 | c >> 12);
        bytes[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (c & 0x3f));
        return 3;
    }
    bytes[0] = (uint8_t)(0xf0 | c >> 18);
    bytes[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
    bytes[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
    bytes[3] = (uint8_t)(0x80 | (c & 0x3f));
    return 4;
}

size_t keys_bytes(const struct vt *vt, const struct input_key *key, uint8_t bytes[KEYS_BYTES_MAX])
{
    if (!key->pressed || !key->symbol)
        return 0;
    if (key->symbol >= INPUT_KEY_F1 && key->symbol <= INPUT_KEY_F12)
        return function_key(bytes, key);
    if (key->symbol >= INPUT_KEY_UP)
        return named(vt, key, bytes);
    uint32_t c = key->modifiers & INPUT_CTRL ? with_control(key->symbol) : key->symbol;
    size_t prefix = 0;
    if (key->modifiers & INPUT_ALT)
        bytes[prefix++] = 0x1b;
    return prefix + utf8(bytes + prefix, c);
}
