#include "config.h"

#include "client/steer.h"
#include "client/verb.h"

/* The cause was mended: that holds for whatever the daemon did meanwhile. */
int
verb_retry(struct ctl *ctl)
{
	return steer(ctl, "retry", true);
}
