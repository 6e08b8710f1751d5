/* player_hosted.h: the start of the hosted test programs. */
#pragma once
#include "../player.h"

void player_boot(void); /* once a process; the calling thread is core 0 */
