/* cfspeed.c: line speeds and the raw mode, in the structure only. */
#include <errno.h>
#include <termios.h>

static int valid(speed_t speed)
{
    return speed <= B38400 || (speed >= B57600 && speed <= B4000000);
}

speed_t cfgetispeed(const struct termios *tio)
{
    return tio->c_ispeed;
}
speed_t cfgetospeed(const struct termios *tio)
{
    return tio->c_ospeed;
}

int cfsetospeed(struct termios *tio, speed_t speed)
{
    if (!valid(speed)) {
        errno = EINVAL;
        return -1;
    }
    tio->c_ospeed = speed;
    tio->c_cflag = (tio->c_cflag & ~(tcflag_t)CBAUD) | speed;
    return 0;
}

int cfsetispeed(struct termios *tio, speed_t speed)
{
    if (!valid(speed)) {
        errno = EINVAL;
        return -1;
    }
    tio->c_ispeed = speed;
    return 0;
}

int cfsetspeed(struct termios *tio, speed_t speed)
{
    return cfsetospeed(tio, speed) < 0 ? -1 : cfsetispeed(tio, speed);
}

void cfmakeraw(struct termios *tio)
{
    tio->c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    tio->c_oflag &= ~(tcflag_t)OPOST;
    tio->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    tio->c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    tio->c_cflag |= CS8;
    tio->c_cc[VMIN] = 1;
    tio->c_cc[VTIME] = 0;
}
