/* The link of a session: connections that an engine's connector keeps for it. */
#include "config.h"

#include <event2/event.h>

#include "daemon/runner/session.h"

static void
on_done(void *arg, struct outcome *o)
{
	struct session *s = arg;

	session_took(s, o);
	if (s->closing)
		session_link_send_away(s, 0);
}

void
session_link_ask(struct session *s, const char *statements)
{
	s->connector->ask(s->link, statements, on_done, s);
}

void
session_link_send_away(struct session *s, int64_t after_ms)
{
	if (after_ms > 0 && s->asked != NULL) {
		timer_start(s->kill, after_ms);
		return;
	}
	event_del(s->kill);
	s->connector->close(s->link, &s->text);
	session_failed(s, ENDING_FAILED);
	session_schedule(s);
}

static void
on_kill(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	session_link_send_away(arg, 0);
}

void
session_link_init(struct session *s, const struct member *m, int installation)
{
	s->link = s->connector->link(s->runner->base, m, installation);
	s->kill = evtimer_new(s->runner->base, on_kill, s);
}

void
session_link_done(struct session *s)
{
	s->connector->free(s->link);
	event_free(s->kill);
}
