#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/buf.h"
#include "common/mem.h"
#include "daemon/runner/ending.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/stream.h"

#define GRACE_MS 1000 /* from TERM to KILL: a killed client can harm a database */

struct process {
	LIST_ENTRY(process) entry;
	TAILQ_ENTRY(process) waits;
	struct runner *runner;
	struct place *place;
	const struct host *host;
	struct str_list argv, env;
	int64_t limit_ms;
	job_done_fn *done;
	void *arg;
	struct child *child; /* NULL: not started */
	bool began;          /* had its turn */
	int fd;
	struct event *readable;
	struct event *timer; /* waiting: its turn; running: limit, then KILL */
	struct buf output;
	bool told; /* to end, at its limit */
	struct outcome outcome;
};

static void
process_free(struct process *p)
{
	LIST_REMOVE(p, entry);
	if (p->readable != NULL)
		event_free(p->readable);
	if (p->fd >= 0)
		close(p->fd);
	event_free(p->timer);
	str_list_done(&p->argv);
	str_list_done(&p->env);
	buf_done(&p->output);
	outcome_done(&p->outcome);
	free(p);
}

/* The next of those that wait gets its turn, from the loop. */
static void
wake_next(struct place *place)
{
	struct process *p = TAILQ_FIRST(&place->waiting);

	if (p != NULL && place->running < place->most)
		event_active(p->timer, EV_TIMEOUT, 0);
}

static void
leave_running(struct process *p)
{
	p->place->running--;
	wake_next(p->place);
}

static void
finish(struct process *p)
{
	job_done_fn *done = p->done;
	void *arg = p->arg;
	struct outcome o = p->outcome;

	p->outcome = (struct outcome){ 0 };
	ending_over(&o);
	o.output = buf_take(&p->output);
	leave_running(p);
	process_free(p);
	done(arg, &o);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct process *p = arg;

	(void)fd;
	(void)what;
	if (!stream_read(p->fd, &p->output))
		event_del(p->readable);
	else if (p->child != NULL)
		child_heard(p->child);
}

/* A shell has said so in the place of the program: it is not there, or none. */
static bool
could_not_begin(const struct outcome *o)
{
	return o->ending == ENDING_EXITED && (o->status == 126 || o->status == 127);
}

/* Its end is that of the process: what it left behind may hold the pipe open. */
static void
on_ended(void *arg, const struct child_end *end)
{
	struct process *p = arg;

	p->child = NULL;
	stream_read(p->fd, &p->output);
	ending_of_wait(&p->outcome, end->wait_status);
	if (end->failure != NULL) {
		p->outcome.ending = ENDING_FAILED;
		buf_adds(&p->output, end->failure);
	} else if (p->place != &p->runner->here && could_not_begin(&p->outcome)) {
		p->outcome.ending = ENDING_FAILED;
	}
	if (p->told)
		p->outcome.ending = ENDING_TIMED_OUT;
	finish(p);
}

static int
start(struct process *p, struct ud_error *err)
{
	struct launch l = { .host = p->host,
		.argv = p->argv.items,
		.env = p->env.items };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return ud_fail(err, UD_ESYSTEM, "pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	l.in = -1;
	l.out = ends[1];
	p->child = launch(p->runner, &l, on_ended, p, err);
	close(ends[1]);
	if (p->child == NULL) {
		close(ends[0]);
		return -1;
	}
	p->fd = ends[0];
	p->readable =
	    event_new(p->runner->base, p->fd, EV_READ | EV_PERSIST, on_readable, p);
	event_add(p->readable, NULL);
	return 0;
}

static void
on_turn(struct process *p)
{
	struct ud_error err;

	TAILQ_REMOVE(&p->place->waiting, p, waits);
	p->place->running++;
	p->began = true;
	wake_next(p->place);
	ending_began(&p->outcome);
	if (start(p, &err) != 0) {
		p->outcome.ending = ENDING_FAILED;
		buf_adds(&p->output, err.text);
		finish(p);
	} else if (p->limit_ms > 0) {
		timer_start(p->timer, p->limit_ms);
	}
}

static void
on_timer(evutil_socket_t fd, short what, void *arg)
{
	struct process *p = arg;

	(void)fd;
	(void)what;
	if (!p->began) {
		if (p->place->running < p->place->most)
			on_turn(p);
		return;
	}
	child_signal(p->child, p->told ? SIGKILL : SIGTERM);
	p->told = true;
	timer_start(p->timer, GRACE_MS);
}

static struct place *
place_of(struct runner *r, const struct host *host)
{
	if (host == NULL || host->transport == TRANSPORT_LOCAL)
		return &r->here;
	return &far_find(r, host)->processes;
}

struct process *
process_run(struct runner *r, const struct host *host, char *const *argv,
    char *const *env, int64_t limit_ms, job_done_fn *done, void *arg)
{
	struct process *p = mem_alloc(sizeof(*p));

	p->runner = r;
	p->host = host;
	p->place = place_of(r, host);
	for (; argv != NULL && *argv != NULL; argv++)
		str_list_add(&p->argv, *argv);
	for (; env != NULL && *env != NULL; env++)
		str_list_add(&p->env, *env);
	p->limit_ms = limit_ms;
	p->done = done;
	p->arg = arg;
	p->fd = -1;
	buf_init(&p->output, ANSWER_MOST);
	p->timer = evtimer_new(r->base, on_timer, p);
	LIST_INSERT_HEAD(&r->processes, p, entry);
	TAILQ_INSERT_TAIL(&p->place->waiting, p, waits);
	wake_next(p->place);
	return p;
}

void
process_cancel(struct process *p)
{
	if (p->child != NULL) {
		child_signal(p->child, SIGKILL);
		child_give_up(p->child);
		leave_running(p);
	} else {
		TAILQ_REMOVE(&p->place->waiting, p, waits);
		wake_next(p->place);
	}
	process_free(p);
}
