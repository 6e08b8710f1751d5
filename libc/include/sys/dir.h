/* sys/dir.h: the old place of <dirent.h>. */
#pragma once
#include <dirent.h>
