#include "config.h"

#include "client/steer.h"
#include "client/verb.h"

/* The same whatever step is in hand. */
int
verb_pause(struct ctl *ctl)
{
	return steer(ctl, "pause", true);
}
