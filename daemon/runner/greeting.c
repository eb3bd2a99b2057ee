/* What is asked of a host first, over a new connection: as whom, and whether it can serve. */
#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/mem.h"
#include "daemon/runner/parts.h"
#include "daemon/runner/remote.h"
#include "daemon/runner/stream.h"

#define WORD      "ud-greeting\n"
#define TEXT_MOST 4096

static void
done(struct far *f)
{
	f->greeting = NULL;
	if (f->greeting_readable != NULL)
		event_free(f->greeting_readable);
	f->greeting_readable = NULL;
	if (f->greeting_late != NULL)
		event_free(f->greeting_late);
	f->greeting_late = NULL;
	if (f->greeting_fd >= 0)
		close(f->greeting_fd);
	f->greeting_fd = -1;
	buf_done(&f->greeting_text);
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct far *f = arg;

	(void)what;
	if (!stream_read((int)fd, &f->greeting_text))
		event_del(f->greeting_readable);
}

/* A login shell that prints would print into every answer. */
static char *
explain(const struct far *f, char *text, const char *failure)
{
	char *word = strstr(text, WORD);
	const char *name = f->host.name;

	if (failure != NULL)
		return mem_strdup(failure);
	if (word == NULL && text[0] == '\0')
		return mem_printf("host %s: its login shell ended and ran no command; see whether the "
				  "account may run one, and what its sshd is told to (ForceCommand)",
		    name);
	if (word == NULL && strstr(text, "run_as ") != NULL) /* it could not become that user */
		return mem_printf("host %s: %s", name, str_trim(text));
	if (word == NULL)
		return mem_printf("host %s: no command was run there: \"%s\"", name, str_trim(text));
	*word = '\0';
	return mem_printf("host %s: its login shell prints before a command runs: "
			  "\"%s\"; its start files must be silent without a terminal",
	    name, str_trim(text));
}

static void
on_ended(void *arg, const struct child_end *end)
{
	struct far *f = arg;
	char *text, *why = NULL;

	stream_read(f->greeting_fd, &f->greeting_text);
	text = buf_take(&f->greeting_text);
	if (end->failure == NULL && str_starts(text, WORD)) {
		f->become = mem_strndup(text + strlen(WORD),
		    strcspn(text + strlen(WORD), "\n"));
		far_reached(f);
	} else {
		why = explain(f, text, end->failure);
	}
	free(text);
	done(f);
	if (why != NULL)
		far_refused(f, why);
	far_schedule(f, 0);
}

/* It may wait for a home that does not answer, or for somebody who types. */
static void
on_late(evutil_socket_t fd, short what, void *arg)
{
	struct far *f = arg;
	char *why, *text;

	(void)fd;
	(void)what;
	stream_read(f->greeting_fd, &f->greeting_text);
	text = buf_take(&f->greeting_text);
	why = mem_printf("host %s: its login shell has not run a command for %lld s%s%s%s; see its "
			 "start files, and that its home is there",
	    f->host.name, (long long)(f->runner->greeting_ms / 1000), text[0] != '\0' ? ": \"" : "", str_trim(text),
	    text[0] != '\0' ? "\"" : "");
	free(text);
	greeting_drop(f);
	far_refused(f, why);
	far_schedule(f, 0);
}

void
greeting_begin(struct far *f, struct line *l)
{
	char *line;
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0) {
		far_refused(f, mem_printf("pipe: %s", strerror(errno)));
		return;
	}
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	free(f->become);
	f->become = NULL;
	f->greeting_fd = ends[0];
	buf_init(&f->greeting_text, TEXT_MOST);
	f->greeting_readable =
	    event_new(f->runner->base, ends[0], EV_READ | EV_PERSIST, on_readable, f);
	event_add(f->greeting_readable, NULL);
	f->greeting_late = evtimer_new(f->runner->base, on_late, f);
	timer_start(f->greeting_late, f->runner->greeting_ms);
	line = remote_greeting(f->host.run_as);
	f->greeting = channel_open_greeting(f, line, ends[1], on_ended, f);
	free(line);
	close(ends[1]);
	channel_begin(f->greeting, l);
}

void
greeting_drop(struct far *f)
{
	if (f->greeting != NULL)
		child_give_up(&f->greeting->child);
	done(f);
}
