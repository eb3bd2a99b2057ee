/* One process on this host, started without copying the daemon's memory. */
#ifndef UD_RUNNER_SPAWN_H
#define UD_RUNNER_SPAWN_H

#include "daemon/runner/launch.h"

/* As struct launch, with everything found. */
struct spawn {
	const struct launch *launch;
	const struct user *user; /* NULL: who we are */
	char *const *env;        /* whole */
	int null;                /* /dev/null */
};

int spawn(const struct spawn *s, pid_t *ret, struct ud_error *err) UD_CHECKED;

#endif
