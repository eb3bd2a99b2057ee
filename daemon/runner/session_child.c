/* The child of a session: started, written to, read, sent away. */
#include "config.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "daemon/runner/session.h"
#include "daemon/runner/stream.h"

#define GRACE_MS  1000 /* from TERM to KILL: a killed client can harm a database */
#define TEXT_MOST (16 << 20)

static void
close_input(struct session *s)
{
	if (s->writable != NULL)
		event_free(s->writable);
	s->writable = NULL;
	if (s->in >= 0)
		close(s->in);
	s->in = -1;
	evbuffer_drain(s->unsent, evbuffer_get_length(s->unsent));
}

static void
close_output(struct session *s)
{
	if (s->readable != NULL)
		event_free(s->readable);
	s->readable = NULL;
	if (s->out >= 0)
		close(s->out);
	s->out = -1;
}

void
session_child_send_away(struct session *s, int64_t after_ms)
{
	s->leaving = true;
	if (after_ms > 0) {
		timer_start(s->kill, after_ms);
		return;
	}
	child_signal(s->child, s->termed ? SIGKILL : SIGTERM);
	s->termed = true;
	timer_start(s->kill, GRACE_MS);
}

static void
on_kill(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;

	(void)fd;
	(void)what;
	if (s->child != NULL)
		session_child_send_away(s, 0);
}

/* When the child closed its output no answer can come any more, whether it ends or not. */
static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	bool more = stream_read(s->out, &s->text);

	(void)fd;
	(void)what;
	session_answered(s);
	if (more && s->text.len <= TEXT_MOST)
		return;
	close_output(s);
	session_failed(s, ENDING_FAILED);
	session_child_send_away(s, more ? 0 : s->runner->leave_ms);
}

static void
on_ended(void *arg, int wait_status)
{
	struct session *s = arg;

	(void)wait_status;
	s->child = NULL;
	s->leaving = false;
	s->termed = false;
	event_del(s->kill);
	if (s->out >= 0) {
		stream_read(s->out, &s->text);
		session_answered(s);
	}
	session_failed(s, ENDING_FAILED);
	close_input(s);
	close_output(s);
	session_schedule(s);
}

/* A child that does not read any more is seen by its end. */
static void
send_unsent(struct session *s)
{
	while (evbuffer_get_length(s->unsent) > 0)
		if (evbuffer_write(s->unsent, s->in) <= 0)
			break;
	if (evbuffer_get_length(s->unsent) > 0 && errno == EAGAIN) {
		event_add(s->writable, NULL);
		return;
	}
	if (s->closing || evbuffer_get_length(s->unsent) > 0)
		close_input(s);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	send_unsent(arg);
}

void
session_child_send(struct session *s, const char *text)
{
	if (s->in < 0)
		return;
	evbuffer_add(s->unsent, text, strlen(text));
	send_unsent(s);
}

/* ---- the child ---- */

static int
open_pipes(int to[2], int from[2], struct ud_error *err)
{
	if (pipe2(to, O_CLOEXEC) != 0)
		return ud_fail(err, UD_ESYSTEM, "pipe: %s", strerror(errno));
	if (pipe2(from, O_CLOEXEC) != 0) {
		ud_fail(err, UD_ESYSTEM, "pipe: %s", strerror(errno));
		close(to[0]);
		close(to[1]);
		return -1;
	}
	fcntl(to[1], F_SETFL, O_NONBLOCK);
	fcntl(from[0], F_SETFL, O_NONBLOCK);
	return 0;
}

int
session_child_start(struct session *s, struct ud_error *err)
{
	struct runner *r = s->runner;
	struct launch l = { .host = s->host,
		.argv = s->argv.items,
		.env = s->env.items,
		.dies_with_us = true };
	int to[2], from[2], rc;
	pid_t pid;

	if (open_pipes(to, from, err) != 0)
		return -1;
	l.in = to[0];
	l.out = from[1];
	rc = launch(&r->users, &l, &pid, err);
	close(to[0]);
	close(from[1]);
	s->in = to[1];
	s->out = from[0];
	if (rc != 0) {
		close_input(s);
		close_output(s);
		return -1;
	}
	s->child = child_add(&r->children, pid, on_ended, s);
	s->readable = event_new(r->base, s->out, EV_READ | EV_PERSIST, on_readable, s);
	s->writable = event_new(r->base, s->in, EV_WRITE, on_writable, s);
	event_add(s->readable, NULL);
	return 0;
}

void
session_child_init(struct session *s)
{
	s->in = s->out = -1;
	s->unsent = evbuffer_new();
	s->kill = evtimer_new(s->runner->base, on_kill, s);
}

void
session_child_done(struct session *s)
{
	if (s->child != NULL) {
		child_signal(s->child, SIGTERM);
		child_give_up(s->child);
	}
	close_input(s);
	close_output(s);
	event_free(s->kill);
	evbuffer_free(s->unsent);
}
