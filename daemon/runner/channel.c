#include "config.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/mux.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/remote.h"

#define DRAIN_MS 1000 /* after the end: what it left behind may hold its output open */
#define GIVE_MS  3000 /* for the far end to kill it and to tell us so */

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
close_streams(struct channel *c)
{
	for (int i = 0; i < 3; i++)
		close_fd(&c->streams[i]);
}

static void
close_lifeline(struct channel *c)
{
	if (c->writable != NULL)
		event_free(c->writable);
	c->writable = NULL;
	close_fd(&c->lifeline);
}

static void
close_control(struct channel *c)
{
	if (c->readable != NULL)
		event_free(c->readable);
	c->readable = NULL;
	close_fd(&c->fd);
	buf_done(&c->in);
}

static void
channel_free(struct channel *c)
{
	if (c->state == CHANNEL_WAITS)
		TAILQ_REMOVE(&c->far->waiting, c, entry);
	line_leave(c);
	close_streams(c);
	close_lifeline(c);
	close_control(c);
	if (c->unsent != NULL)
		evbuffer_free(c->unsent);
	event_free(c->last);
	free(c->failure);
	free(c);
}

/* ---- the end ---- */

static void
end(struct channel *c, const struct child_end *how)
{
	child_ended_fn *ended = c->child.ended;
	void *arg = c->child.arg;
	char *failure = mem_strdup(how->failure);
	struct child_end copy = { how->wait_status, failure };

	channel_free(c);
	if (ended != NULL)
		ended(arg, &copy);
	free(failure);
}

void
channel_fail(struct channel *c, const char *why)
{
	end(c, &(struct child_end){ .failure = why });
}

/* A shell counts signals from 128. */
static void
end_with_status(struct channel *c)
{
	int signalled = c->status > 128 && c->status < 128 + NSIG;
	struct child_end how = { .wait_status =
				     signalled ? c->status - 128 : c->status << 8 };

	end(c, &how);
}

/* Without a status: killed, when it was to be. */
static void
end_as_lost(struct channel *c)
{
	char *why;

	if (c->told) {
		end(c, &(struct child_end){ .wait_status = SIGKILL });
		return;
	}
	why = mem_printf("host %s: the connection was lost", c->far->host.name);
	channel_fail(c, why);
	free(why);
}

static void
on_last(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	if (c->exited)
		end_with_status(c);
	else
		channel_fail(c, c->failure);
}

/* Told from the loop, and from there only. */
static void
end_soon(struct channel *c, int64_t after_ms, char *why)
{
	free(c->failure);
	c->failure = why;
	timer_start(c->last, after_ms);
}

/* ---- the master's answers ---- */

/* It allows fewer sessions than we thought. Those that it has are enough to know. */
static void
refused(struct channel *c, const char *text)
{
	struct far *f = c->far;
	struct line *l = c->line;

	if (l == NULL || l->count <= 1) {
		char *why = mem_printf("host %s: no session is allowed (ssh: %s)",
		    f->host.name, text);

		channel_fail(c, why);
		free(why);
		return;
	}
	l->most = l->count - 1;
	close_control(c);
	line_leave(c);
	c->state = CHANNEL_WAITS;
	TAILQ_INSERT_HEAD(&f->waiting, c, entry);
	far_schedule(f, 0);
}

/* False: there is no channel any more, or none of this line. */
static bool
on_message(struct channel *c, const struct mux_message *m)
{
	switch (m->event) {
	case MUX_NOTHING:
		break;
	case MUX_OPENED:
		c->state = CHANNEL_OPEN;
		close_streams(c);
		return true;
	case MUX_EXITED:
		c->exited = true;
		c->status = m->status;
		timer_start(c->last, DRAIN_MS);
		return true;
	case MUX_REFUSED:
		refused(c, m->text);
		break;
	case MUX_BROKEN:
		channel_fail(c, "the control socket of ssh speaks another protocol");
		break;
	}
	return false;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;
	struct mux_message m;
	char chunk[1024];
	ssize_t n = read(c->fd, chunk, sizeof(chunk));

	(void)fd;
	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		buf_add(&c->in, chunk, (size_t)n);
		do
			mux_next(&c->in, &m);
		while (on_message(c, &m));
	} else if (c->exited) {
		end_with_status(c);
	} else {
		end_as_lost(c);
	}
}

/* A master that nobody can speak to is of no use: the next line is a new one. */
static void
give_back(struct channel *c, struct line *l)
{
	struct far *f = c->far;

	close_control(c);
	line_leave(c);
	c->state = CHANNEL_WAITS;
	TAILQ_INSERT_HEAD(&f->waiting, c, entry);
	l->most = 0;
	if (l->child != NULL)
		child_signal(l->child, SIGTERM);
}

void
channel_begin(struct channel *c, struct line *l)
{
	struct far *f = c->far;
	char *command = remote_command(c->become != NULL ? c->become : f->become);
	struct ud_error err;

	TAILQ_REMOVE(&f->waiting, c, entry);
	c->state = CHANNEL_ASKED;
	c->line = l;
	TAILQ_INSERT_TAIL(&l->channels, c, entry);
	l->count++;
	if (mux_connect(l->path, &c->fd, &err) == 0 &&
	    mux_request(c->fd, command, c->terminal, c->streams, &err) == 0) {
		c->readable = event_new(f->runner->base, c->fd, EV_READ | EV_PERSIST,
		    on_readable, c);
		event_add(c->readable, NULL);
	} else {
		give_back(c, l);
	}
	free(command);
}

/* ---- what its starter may do ---- */

static void
channel_signal(struct child *child, int number)
{
	struct channel *c = (struct channel *)child;
	const char *host = c->far->host.name;

	c->told = true;
	close_lifeline(c);
	if (c->exited)
		return;
	if (c->state == CHANNEL_WAITS)
		end_soon(c, 0, mem_printf("host %s: not connected in time", host));
	else if (number == SIGKILL)
		end_soon(c, GIVE_MS,
		    mem_printf("host %s: it did not end in time", host));
}

static void
channel_give_up(struct child *child)
{
	channel_free((struct channel *)child);
}

static void
channel_heard(struct child *child)
{
	struct channel *c = (struct channel *)child;

	if (c->exited)
		timer_start(c->last, DRAIN_MS);
}

bool
channel_is_open(const struct child *child)
{
	const struct channel *c = (const struct channel *)child;

	return child->remote == NULL || c->state == CHANNEL_OPEN;
}

/* ---- making one ---- */

static struct channel *
channel_new(struct far *f, child_ended_fn *ended, void *arg)
{
	static const struct child_remote remote = { channel_signal, channel_give_up,
		channel_heard };
	struct channel *c = mem_alloc(sizeof(*c));

	c->child.remote = &remote;
	c->child.ended = ended;
	c->child.arg = arg;
	c->far = f;
	c->streams[0] = c->streams[1] = c->streams[2] = -1;
	c->lifeline = c->fd = -1;
	c->last = evtimer_new(f->runner->base, on_last, c);
	TAILQ_INSERT_TAIL(&f->waiting, c, entry);
	far_schedule(f, 0);
	return c;
}

static int
copy_of(int fd)
{
	return fd < 0 ? open("/dev/null", O_RDWR | O_CLOEXEC)
		      : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static void
on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct channel *c = arg;

	(void)fd;
	(void)what;
	while (evbuffer_get_length(c->unsent) > 0)
		if (evbuffer_write(c->unsent, c->lifeline) <= 0)
			break;
	if (evbuffer_get_length(c->unsent) > 0)
		event_add(c->writable, NULL);
}

/* Its input is ours alone: a line to read, and then nothing until it is to end. */
static void
hold_input(struct channel *c, const char *line)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	c->streams[0] = ends[0];
	c->lifeline = ends[1];
	c->unsent = evbuffer_new();
	evbuffer_add(c->unsent, line, strlen(line));
	c->writable =
	    event_new(c->far->runner->base, ends[1], EV_WRITE, on_writable, c);
	on_writable(-1, 0, c);
}

/* Without its streams it cannot begin. */
static void
check_streams(struct channel *c)
{
	for (int i = 0; i < 3; i++)
		if (c->streams[i] < 0) {
			end_soon(c, 0, mem_printf("no stream: %s", strerror(errno)));
			c->state = CHANNEL_OVER;
			TAILQ_REMOVE(&c->far->waiting, c, entry);
			return;
		}
}

static enum remote_way
way_of(const struct launch *l)
{
	if (l->in < 0)
		return REMOTE_PROCESS;
	return l->errors > 0 ? REMOTE_WATCHED : REMOTE_SESSION;
}

struct child *
channel_open(struct far *f, const struct launch *l, child_ended_fn *ended, void *arg)
{
	struct channel *c = channel_new(f, ended, arg);
	char *line = remote_line(way_of(l), l->argv, l->env);

	c->terminal = l->terminal;
	if (l->in < 0)
		hold_input(c, line);
	else
		c->streams[0] = copy_of(l->in);
	if (l->unsent != NULL)
		evbuffer_add(l->unsent, line, strlen(line));
	c->streams[1] = copy_of(l->out);
	c->streams[2] = copy_of(l->errors > 0 ? l->errors : l->out);
	free(line);
	check_streams(c);
	return &c->child;
}

struct channel *
channel_open_greeting(struct far *f, const char *line, int out, child_ended_fn *ended,
    void *arg)
{
	struct channel *c = channel_new(f, ended, arg);

	c->become = "";
	hold_input(c, line);
	c->streams[1] = copy_of(out);
	c->streams[2] = copy_of(out);
	check_streams(c);
	return c;
}
