#include "config.h"

#include "daemon/runner/far.h"

#include <event2/event.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"
#include "daemon/runner/agent.h"
#include "daemon/runner/parts.h"

#define PAUSE_FIRST_MS 250 /* after a failure, doubled with each */
#define PAUSE_MOST_MS  8000
#define PROCESSES_MOST CHANNELS_MOST

static bool
is_same(const struct host *a, const struct host *b)
{
	return str_equal(a->name, b->name) &&
	    str_equal(a->ssh_destination, b->ssh_destination) &&
	    str_equal(a->run_as, b->run_as) &&
	    str_list_equal(&a->ssh_options, &b->ssh_options);
}

static void
fail_waiting(struct far *f)
{
	struct channel *c;
	char *why = mem_strdup(f->why);

	while ((c = TAILQ_FIRST(&f->waiting)) != NULL)
		channel_fail(c, why);
	free(why);
}

/* A new connection is wanted: by those that wait, unless it failed just now. */
static void
connect_more(struct far *f)
{
	int64_t left_ms = f->retry_ms - clock_mono_ms();

	if (line_is_starting(f) || line_count(f) >= LINES_MOST)
		return;
	if (f->why == NULL || left_ms <= 0)
		line_start(f);
	else if (line_count(f) == 0)
		fail_waiting(f);
	else
		far_schedule(f, left_ms);
}

static void
on_turn(evutil_socket_t fd, short what, void *arg)
{
	struct far *f = arg;
	struct channel *c;
	struct line *l;

	(void)fd;
	(void)what;
	while ((c = TAILQ_FIRST(&f->waiting)) != NULL) {
		l = line_with_room(f);
		if (l == NULL) {
			connect_more(f);
			return;
		}
		if (!f->greeted) {
			if (f->greeting == NULL)
				greeting_begin(f, l);
			return;
		}
		channel_begin(c, l);
	}
}

void
far_schedule(struct far *f, int64_t after_ms)
{
	if (after_ms > 0)
		timer_start(f->turn, after_ms);
	else
		event_active(f->turn, EV_TIMEOUT, 0);
}

static void
note_failure(struct far *f, char *why)
{
	if (!str_equal(f->why, why))
		log_event(LOG_WARNING, "ssh.failed", KV_STR("host", f->host.name),
		    KV_STR("why", why), KV_STR("next", "tried again when asked"));
	free(f->why);
	f->why = why;
	f->pause_ms = f->pause_ms == 0 ? PAUSE_FIRST_MS : 2 * f->pause_ms;
	if (f->pause_ms > PAUSE_MOST_MS)
		f->pause_ms = PAUSE_MOST_MS;
	f->retry_ms = clock_mono_ms() + f->pause_ms;
}

void
far_failed(struct far *f, char *why)
{
	note_failure(f, why);
	if (line_count(f) == 0)
		fail_waiting(f);
	far_schedule(f, 0);
}

/* Over a new connection it may answer otherwise: groups, start files, sudoers changed. */
void
far_refused(struct far *f, char *why)
{
	note_failure(f, why);
	while (!LIST_EMPTY(&f->lines))
		line_free(LIST_FIRST(&f->lines));
	fail_waiting(f);
}

void
far_reached(struct far *f)
{
	f->greeted = true;
	free(f->why);
	f->why = NULL;
	f->pause_ms = 0;
}

/* What the host said of itself may not be true any more when it comes back. */
void
far_lost(struct far *f, struct line *l)
{
	char none[] = "";
	char *why = str_trim(l->said.len > 0 ? l->said.data : none);

	log_event(LOG_WARNING, "ssh.lost", KV_STR("host", f->host.name),
	    KV_STR("why", why), KV_STR("next", "connected again when asked"));
	line_free(l);
	if (line_count(f) == 0) {
		greeting_drop(f);
		f->greeted = false;
	}
	far_schedule(f, 0);
}

/* ---- life ---- */

static struct far *
far_new(struct runner *r, const struct host *host)
{
	struct far *f = mem_alloc(sizeof(*f));

	f->runner = r;
	f->host.name = mem_strdup(host->name);
	f->host.transport = TRANSPORT_SSH;
	f->host.ssh_destination = mem_strdup(host->ssh_destination);
	f->host.run_as = mem_strdup(host->run_as);
	str_list_copy(&f->host.ssh_options, &host->ssh_options);
	LIST_INIT(&f->lines);
	TAILQ_INIT(&f->waiting);
	TAILQ_INIT(&f->processes.waiting);
	f->processes.most = PROCESSES_MOST;
	f->greeting_fd = -1;
	f->turn = evtimer_new(r->base, on_turn, f);
	agent_init(f);
	LIST_INSERT_HEAD(&r->hosts, f, entry);
	return f;
}

struct far *
far_find(struct runner *r, const struct host *host)
{
	struct far *f;

	LIST_FOREACH(f, &r->hosts, entry)
		if (is_same(&f->host, host))
			return f;
	return far_new(r, host);
}

/* Nobody has a channel any more. */
static void
far_free(struct far *f)
{
	greeting_drop(f);
	agent_done(f);
	while (!LIST_EMPTY(&f->lines))
		line_free(LIST_FIRST(&f->lines));
	event_free(f->turn);
	free(f->host.name);
	free(f->host.ssh_destination);
	free(f->host.run_as);
	str_list_done(&f->host.ssh_options);
	free(f->become);
	free(f->why);
	LIST_REMOVE(f, entry);
	free(f);
}

void
far_done(struct far_list *all)
{
	while (!LIST_EMPTY(all))
		far_free(LIST_FIRST(all));
}
