#include "config.h"

#include "daemon/loop.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#include <event2/event.h>
#include <systemd/sd-daemon.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/mem.h"

#define TICK_MS 500

struct loop {
	struct event_base *base;
	struct loop_calls calls;
	struct event *signals[4];
	struct event *tick;
	int64_t due_us; /* when the next tick is expected */
	bool watchdog;
};

static void
on_end(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;

	(void)what;
	log_event(LOG_INFO, "daemon.ending", KV_INT("signal", fd));
	event_base_loopbreak(l->base);
}

static void
on_reload(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;

	(void)fd;
	(void)what;
	sd_notify(0, "RELOADING=1");
	l->calls.reload(l->calls.arg);
	sd_notify(0, "READY=1");
}

static void
on_dump(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;

	(void)fd;
	(void)what;
	l->calls.dump(l->calls.arg);
}

static void
tick_again(struct loop *l)
{
	struct timeval tv = { TICK_MS / 1000, (TICK_MS % 1000) * 1000 };

	l->due_us = clock_mono_us() + TICK_MS * 1000;
	evtimer_add(l->tick, &tv);
}

/* A loop that is late somewhere is late here too. */
static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct loop *l = arg;
	int64_t late = clock_mono_us() - l->due_us;

	(void)fd;
	(void)what;
	if (l->watchdog)
		sd_notify(0, "WATCHDOG=1");
	l->calls.stall(l->calls.arg, late > 0 ? late : 0);
	tick_again(l);
}

struct loop *
loop_new(struct event_base *base, const struct loop_calls *calls)
{
	static const struct {
		int signal;
		event_callback_fn fn;
	} table[] = {
		{ SIGTERM, on_end },
		{ SIGINT, on_end },
		{ SIGHUP, on_reload },
		{ SIGUSR1, on_dump },
	};
	struct loop *l = mem_alloc(sizeof(*l));
	uint64_t us;

	l->base = base;
	l->calls = *calls;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		l->signals[i] = evsignal_new(base, table[i].signal, table[i].fn, l);
		event_add(l->signals[i], NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	l->watchdog = sd_watchdog_enabled(0, &us) > 0;
	l->tick = evtimer_new(base, on_tick, l);
	return l;
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(l->signals); i++)
		event_free(l->signals[i]);
	event_free(l->tick);
	free(l);
}

void
loop_run(struct loop *l)
{
	tick_again(l);
	sd_notify(0, "READY=1");
	event_base_dispatch(l->base);
	sd_notify(0, "STOPPING=1");
}
