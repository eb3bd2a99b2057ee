/* The whole daemon behind one call, so that a test program can be the daemon too. */
#ifndef UD_DAEMON_H
#define UD_DAEMON_H

#include <stdbool.h>

struct daemon_hooks {
	void (*commit)(
	    bool after); /* right before and right after each journal commit */
};

/* What main() does; returns the exit status. hooks may be NULL. */
int daemon_main(int argc, char **argv, const struct daemon_hooks *hooks);

#endif
