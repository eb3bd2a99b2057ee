#include "config.h"

#include <stdlib.h>

#include "client/ctl.h"
#include "client/pages.h"
#include "client/verb.h"

/* The client's own version is told even when there is no daemon to ask. */
int
verb_version(struct ctl *ctl)
{
	struct answer a = { 0 };
	struct problem p = { 0 };

	ctl_say(ctl, "upgradectl %s\n", PACKAGE_VERSION);
	if (api_get(ctl, "/v1/version", &a, &p) != 0)
		return ctl_problem(ctl, &p);
	ctl_show(ctl, &a, page_version);
	answer_done(&a);
	return EXIT_SUCCESS;
}
