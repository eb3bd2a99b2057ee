#include "config.h"

#include "client/steer.h"
#include "client/verb.h"

/* Somebody else may have paused it again, for a reason. */
int
verb_resume(struct ctl *ctl)
{
	return steer(ctl, "resume", false);
}
