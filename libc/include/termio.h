/* termio.h: another name of <termios.h> and <sys/ioctl.h>. */
#pragma once
#include <termios.h>
#include <sys/ioctl.h>
