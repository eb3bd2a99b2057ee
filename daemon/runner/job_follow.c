/*
 * A job is ours while its wrapper is our child: its end is told by SIGCHLD, at once. A job
 * that an earlier daemon started is followed by looking at its folder. Both end the same
 * way: something decides the outcome, then the output is read to its end, then it is told.
 */
#include "config.h"

#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "common/clock.h"
#include "daemon/runner/ending.h"
#include "daemon/runner/job.h"

#define BARE_MS 1000 /* a wrapper on its way has made its pid file by then */
#define FAR_MS  5000 /* the same for one that comes over a connection of its own */

/* ---- the end ---- */

/* The outcome is decided: told from the loop when the output is read. */
void
job_decide(struct job *j, enum ending ending)
{
	j->over = true;
	j->outcome.ending = ending;
	if (j->told != TOLD_NOTHING)
		j->outcome.ending =
		    j->told == TOLD_LIMIT ? ENDING_TIMED_OUT : ENDING_CANCELLED;
	timer_start(j->tick, 0);
}

void
job_fail(struct job *j, const char *text)
{
	buf_adds(&j->out.kept, text);
	job_decide(j, ENDING_FAILED);
}

/* A time of the wall clock, told in ours; 0 for one that is not of this boot. */
static int64_t
mono_of_wall(const struct job *j, int64_t wall_ms)
{
	int64_t ago = clock_wall_ms() - wall_ms;

	if (wall_ms == 0 || (j->far == NULL && !folder_is_of_this_boot(&j->folder)))
		return 0;
	return clock_mono_ms() - (ago > 0 ? ago : 0);
}

static void
fill_times(struct job *j)
{
	struct outcome *o = &j->outcome;

	if (j->ours) {
		ending_over(o);
		return;
	}
	o->started_wall_ms = j->folder.started_wall_ms;
	o->started_ms = mono_of_wall(j, o->started_wall_ms);
	o->ended_wall_ms = j->folder.ended_wall_ms;
	o->ended_ms = mono_of_wall(j, o->ended_wall_ms);
}

void
job_finish(struct job *j)
{
	struct outcome o;
	job_done_fn *done = j->done;
	void *arg = j->arg;

	if (j->prompt != NULL && j->told != TOLD_NOTHING &&
	    *prompt_unanswered(j->prompt))
		buf_addf(&j->out.kept, "\n[it waited at the prompt: %s]\n",
		    prompt_unanswered(j->prompt));
	fill_times(j);
	o = j->outcome;
	o.output = job_output_take(&j->out);
	if (j->password != NULL)
		secret_redact(j->password, o.output);
	job_free(j);
	done(arg, &o);
}

/* ---- telling it to end ---- */

static void
signal_group(struct job *j, int number)
{
	if (j->far != NULL)
		job_far_signal(j, number);
	else if (j->child != NULL)
		child_signal(j->child, number);
	else
		folder_signal(&j->folder, number);
}

static void
tell(struct job *j, enum told why)
{
	if (j->over || j->told != TOLD_NOTHING)
		return;
	j->told = why;
	signal_group(j, SIGTERM);
	if (j->far == NULL)
		timer_start(j->limit, j->runner->kill_after_ms);
}

static void
on_limit(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = arg;

	(void)fd;
	(void)what;
	if (j->told == TOLD_NOTHING) {
		tell(j, TOLD_LIMIT);
		return;
	}
	signal_group(j, SIGKILL);
}

void
job_cancel(struct job *j)
{
	tell(j, TOLD_CANCEL);
}

/* ---- following it by its folder ---- */

/* Seen running for the first time: what is left of its limit counts from its start. */
static void
on_found(struct job *j)
{
	int64_t gone_ms = clock_wall_ms() - j->folder.started_wall_ms;
	int64_t left_ms = j->limit_ms - (gone_ms > 0 ? gone_ms : 0);

	if (j->told != TOLD_NOTHING)
		signal_group(j, SIGTERM);
	else if (j->limit_ms > 0)
		timer_start(j->limit, left_ms > 0 ? left_ms : 0);
}

static void
bury(struct job *j)
{
	struct ud_error err;
	bool buried;

	if (j->far != NULL)
		job_far_bury(j);
	else if (folder_bury(j->path, &buried, &err) != 0)
		job_fail(j, err.text);
	else if (buried)
		job_decide(j, ENDING_GONE);
}

/* Claimed, and nothing in it: its wrapper is on its way, or will never come. */
static void
on_bare(struct job *j)
{
	int64_t now = clock_mono_ms();

	if (j->bare_since_ms == 0)
		j->bare_since_ms = now;
	if (now - j->bare_since_ms >= j->runner->empty_ms)
		job_decide(j, ENDING_GONE);
	else if (now - j->bare_since_ms >= (j->far != NULL ? FAR_MS : BARE_MS))
		bury(j);
}

/* Who was seen running is not forgotten with his folder. */
static void
read_folder(struct job *j)
{
	struct folder now;

	folder_read(j->path, &now);
	if (j->folder.pid == 0 || now.pid > 0)
		j->folder = now;
	else
		j->folder.state = FOLDER_STARTED;
}

void
job_judge(struct job *j, bool known)
{
	switch (j->folder.state) {
	case FOLDER_MISSING:
		bury(j);
		break;
	case FOLDER_BARE:
		on_bare(j);
		break;
	case FOLDER_STARTED:
		if (!j->lives)
			job_decide(j, ENDING_GONE);
		else if (!known && !j->ours)
			on_found(j);
		break;
	case FOLDER_ENDED:
		ending_of_shell(&j->outcome, j->folder.status);
		job_decide(j, j->outcome.ending);
		break;
	case FOLDER_BURIED:
		job_decide(j, ENDING_GONE);
		break;
	case FOLDER_UNREADABLE:
		job_fail(j, j->path);
		buf_addf(&j->out.kept, ": %s", strerror(j->folder.error));
		break;
	}
}

static void
look(struct job *j)
{
	bool known = j->folder.pid > 0;

	read_folder(j);
	j->lives = j->folder.state == FOLDER_STARTED && folder_lives(&j->folder);
	if (j->folder.state == FOLDER_STARTED && !j->lives)
		read_folder(j); /* it may have ended just now */
	job_judge(j, known);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct job *j = arg;
	bool whole;

	(void)fd;
	(void)what;
	if (j->far != NULL) {
		job_far_tick(j);
		return;
	}
	whole = job_output_read(&j->out);
	if (j->over && whole) {
		job_finish(j);
		return;
	}
	if (!j->over && j->child == NULL)
		look(j);
	timer_start(j->tick, j->over || !whole ? 0 : TICK_MS);
}

/* Without a whole folder the wrapper did not come to the command: why is not known here,
 * but where. */
void
job_ended(void *arg, const struct child_end *end)
{
	struct job *j = arg;
	int wait_status = end->wait_status;

	j->child = NULL;
	if (j->over)
		return;
	folder_read(j->path, &j->folder);
	if (j->folder.state == FOLDER_MISSING || j->folder.state == FOLDER_BARE) {
		job_fail(j, j->path);
		buf_addf(&j->out.kept, ": its wrapper could not begin (%s %d)",
		    WIFEXITED(wait_status) ? "exit status" : "signal",
		    WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
					   : WTERMSIG(wait_status));
	} else {
		look(j);
	}
	if (!j->over) {
		timer_start(j->tick, TICK_MS); /* something of its group lives on */
		return;
	}
	on_tick(-1, 0, j);
}

void
job_follow_init(struct job *j)
{
	j->tick = evtimer_new(j->runner->base, on_tick, j);
	j->limit = evtimer_new(j->runner->base, on_limit, j);
}

void
job_follow(struct job *j, int64_t after_ms)
{
	timer_start(j->tick, after_ms);
}
