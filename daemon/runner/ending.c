#include "config.h"

#include "daemon/runner/ending.h"

#include <signal.h>
#include <sys/wait.h>

#include "common/clock.h"

void
ending_began(struct outcome *o)
{
	o->started_ms = clock_mono_ms();
	o->started_wall_ms = clock_wall_ms();
}

void
ending_over(struct outcome *o)
{
	o->ended_ms = clock_mono_ms();
	o->ended_wall_ms = clock_wall_ms();
}

void
ending_of_wait(struct outcome *o, int wait_status)
{
	bool signalled = WIFSIGNALED(wait_status);

	o->ending = signalled ? ENDING_SIGNALLED : ENDING_EXITED;
	o->status = signalled ? WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/* No tool that we run has exit statuses of its own in the range of signals. */
void
ending_of_shell(struct outcome *o, int status)
{
	bool signalled = status > 128 && status < 128 + NSIG;

	o->ending = signalled ? ENDING_SIGNALLED : ENDING_EXITED;
	o->status = signalled ? status - 128 : status;
}
