/*
 * The daemon, killed on purpose: for the tests of P4 (resume).
 *
 *	UPGRADED_CRASH="before 7"   SIGKILL right before the 7th commit of the journal
 *	UPGRADED_CRASH="after 7"    right after it, before anything of that turn is done
 *	UPGRADED_CRASH="later 7 25" 25 ms after it: in the middle of what it started
 *
 * SIGKILL leaves no chance to clean up, and hits the daemon alone: its jobs go on.
 */
#include "config.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <unistd.h>

#include "daemon/daemon.h"

static char when[16];
static int at, delay_ms, count;

static void
die(int sig)
{
	(void)sig;
	kill(getpid(), SIGKILL);
}

static void
commit(bool after)
{
	struct itimerval soon = { .it_value = { 0, (long)delay_ms * 1000 + 1 } };

	if (!after && ++count == at && when[0] == 'b')
		die(0);
	if (!after || count != at)
		return;
	if (when[0] == 'a')
		die(0);
	if (when[0] == 'l')
		setitimer(ITIMER_REAL, &soon, NULL);
}

int
main(int argc, char **argv)
{
	static const struct daemon_hooks hooks = { .commit = commit };
	const char *plan = getenv("UPGRADED_CRASH");

	if (plan != NULL && sscanf(plan, "%15s %d %d", when, &at, &delay_ms) < 2)
		return 2;
	signal(SIGALRM, die);
	return daemon_main(argc, argv, &hooks);
}
