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

static void
close_notes(struct session *s)
{
	if (s->notes_readable != NULL)
		event_free(s->notes_readable);
	s->notes_readable = NULL;
	if (s->notes >= 0)
		close(s->notes);
	s->notes = -1;
	buf_done(&s->notes_text);
}

static bool
tell_note(char *line, void *arg)
{
	struct session *s = arg;

	s->noted(s->noted_arg, line);
	return true;
}

/* Whole lines are told; what stands behind the last waits for its end. */
static void
on_notes(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	struct buf rest = { 0 };
	const char *end;

	(void)what;
	if (!stream_read((int)fd, &s->notes_text))
		event_del(s->notes_readable);
	end = strrchr(buf_text(&s->notes_text), '\n');
	if (end == NULL)
		return;
	buf_adds(&rest, end + 1);
	s->notes_text.data[end - s->notes_text.data] = '\0';
	str_each_line(s->notes_text.data, tell_note, s);
	buf_done(&s->notes_text);
	s->notes_text = rest;
}

void
session_watch(struct session *s, session_noted_fn *noted, void *arg)
{
	s->noted = noted;
	s->noted_arg = arg;
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
	close_input(s); /* what ends a child that runs elsewhere */
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

/* When the child closed its output no answer can come any more, whether it ends or not. One
 * that runs elsewhere tells by its end why it did. */
static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct session *s = arg;
	bool more = stream_read(s->out, &s->text);

	(void)fd;
	(void)what;
	s->heard = s->heard || s->text.len > 0;
	session_answered(s);
	if (more && s->text.len <= TEXT_MOST)
		return;
	close_output(s);
	if (more || s->child->remote == NULL)
		session_failed(s, ENDING_FAILED);
	session_child_send_away(s, more ? 0 : s->runner->leave_ms);
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct session *s = arg;

	s->child = NULL;
	s->leaving = false;
	s->termed = false;
	event_del(s->kill);
	if (s->out >= 0) {
		stream_read(s->out, &s->text);
		session_answered(s);
	}
	if (end->failure != NULL)
		buf_adds(&s->text, end->failure);
	session_failed(s, ENDING_FAILED);
	close_input(s);
	close_output(s);
	close_notes(s);
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
	if ((s->closing && s->child->remote == NULL) ||
	    evbuffer_get_length(s->unsent) > 0)
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

/* Ends that are not open yet are -1. */
static void
close_pair(int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

static int
open_pair(int ends[2], int ours, struct ud_error *err)
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return ud_fail(err, UD_ESYSTEM, "pipe: %s", strerror(errno));
	fcntl(ends[ours], F_SETFL, O_NONBLOCK);
	return 0;
}

/* Its ends are ours now. */
static void
take_ends(struct session *s, int in, int out, int notes)
{
	struct event_base *base = s->runner->base;

	s->in = in;
	s->out = out;
	s->notes = notes;
	s->readable = event_new(base, out, EV_READ | EV_PERSIST, on_readable, s);
	s->writable = event_new(base, in, EV_WRITE, on_writable, s);
	event_add(s->readable, NULL);
	if (notes < 0)
		return;
	s->notes_readable = event_new(base, notes, EV_READ | EV_PERSIST, on_notes, s);
	event_add(s->notes_readable, NULL);
}

int
session_child_start(struct session *s, struct ud_error *err)
{
	struct launch l = { .host = s->host,
		.argv = s->argv.items,
		.env = s->env.items,
		.dies_with_us = true,
		.unsent = s->unsent };
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, notes[2] = { -1, -1 };

	if (open_pair(to, 1, err) != 0 || open_pair(from, 0, err) != 0 ||
	    (s->noted != NULL && open_pair(notes, 0, err) != 0))
		goto fail;
	l.in = to[0];
	l.out = from[1];
	l.errors = notes[1] >= 0 ? notes[1] : 0;
	s->hushed = false;
	s->child = launch(s->runner, &l, on_ended, s, err);
	if (s->child == NULL)
		goto fail;
	close(to[0]);
	close(from[1]);
	if (notes[1] >= 0)
		close(notes[1]);
	take_ends(s, to[1], from[0], notes[0]);
	return 0;
fail:
	close_pair(to);
	close_pair(from);
	close_pair(notes);
	evbuffer_drain(s->unsent, evbuffer_get_length(s->unsent));
	return -1;
}

void
session_child_init(struct session *s)
{
	s->in = s->out = s->notes = -1;
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
	close_notes(s);
	event_free(s->kill);
	evbuffer_free(s->unsent);
}
