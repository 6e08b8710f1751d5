/* strverscmp.c: order of strings with numbers in them: file9 before file10. */
#include <ctype.h>
#include <string.h>

int strverscmp(const char *a, const char *b)
{
    size_t i = 0, digits = 0; /* digits: where the run of digits that i lies in began */
    for (; a[i] && a[i] == b[i]; i++)
        if (!isdigit((unsigned char)a[i]))
            digits = i + 1;
    int diff = (unsigned char)a[i] - (unsigned char)b[i];
    int da = isdigit((unsigned char)a[i]), db = isdigit((unsigned char)b[i]);
    if (!diff || (!da && !db) || (digits == i && !(da && db)))
        return diff;
    if (digits < i &&
        a[digits] ==
            '0') { /* a leading zero makes a fraction: digit by digit, more zeros mean less */
        size_t zeros = digits;
        while (zeros < i && a[zeros] == '0')
            zeros++;
        return zeros < i || (da && db) ? diff : da ? -1 : 1;
    }
    if (digits == i && (a[i] == '0' || b[i] == '0'))
        return diff;
    size_t ea = i, eb = i;
    while (isdigit((unsigned char)a[ea]))
        ea++;
    while (isdigit((unsigned char)b[eb]))
        eb++;
    return ea == eb ? diff : ea > eb ? 1 : -1;
}
