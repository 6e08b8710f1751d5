/* getpass.c: ask for a password without showing it. */
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

char *getpass(const char *prompt)
{
    static char line[128];
    struct termios old, silent;
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || tcgetattr(fd, &old) < 0)
        return NULL;
    silent = old;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    silent.c_lflag |= ICANON;
    tcsetattr(fd, TCSAFLUSH, &silent);
    write(fd, prompt, strlen(prompt));
    ssize_t n = read(fd, line, sizeof line - 1);
    tcsetattr(fd, TCSAFLUSH, &old);
    write(fd, "\n", 1);
    close(fd);
    if (n < 0)
        return NULL;
    line[n] = 0;
    line[strcspn(line, "\n")] = 0;
    return line;
}
