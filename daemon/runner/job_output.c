#include "config.h"

#include "daemon/runner/job_output.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon/runner/parts.h"
#include "daemon/runner/stream.h"

#define READ_MOST   (1 << 20)
#define LINE_MOST   8192 /* longer ones are handed on in pieces */
#define SECRET_MOST 1024

void
job_output_init(struct job_output *o, char *path)
{
	*o = (struct job_output){ .path = path, .fd = -1 };
	buf_init(&o->kept, OUTPUT_MOST);
}

void
job_output_done(struct job_output *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
	free(o->path);
	o->path = NULL;
	buf_done(&o->kept);
	buf_done(&o->line);
}

static void
hand_on(struct job_output *o, const char *text, size_t len)
{
	if (len == 0)
		return;
	buf_add(&o->kept, text, len);
	if (o->seen != NULL)
		o->seen(o->arg, text, len);
}

/* Hands on the first len bytes of the line buffer. They are a text of their own: no
 * secret may lie across their end. */
static void
hand_on_line(struct job_output *o, size_t len)
{
	struct buf rest = { 0 }, part = { 0 };
	char *text;

	if (len == 0)
		return;
	buf_add(&part, o->line.data, len);
	buf_add(&rest, o->line.data + len, o->line.len - len);
	text = buf_take(&part);
	secret_redact(o->secret, text);
	hand_on(o, text, strlen(text));
	free(text);
	buf_done(&o->line);
	o->line = rest;
}

/* How much of the line buffer may go: whole lines; of an endless one all but as much as
 * a secret is long, after the whole of it was redacted. */
static size_t
ready(struct job_output *o)
{
	const char *end = memrchr(buf_text(&o->line), '\n', o->line.len);

	if (end != NULL)
		return (size_t)(end - o->line.data) + 1;
	if (o->line.len < LINE_MOST)
		return 0;
	secret_redact(o->secret, o->line.data);
	o->line.len = strlen(o->line.data);
	return o->line.len > SECRET_MOST ? o->line.len - SECRET_MOST : 0;
}

static void
take_in(struct job_output *o, const char *text, size_t len)
{
	if (o->raw != NULL)
		o->raw(o->arg, text, len);
	if (o->secret == NULL) {
		hand_on(o, text, len);
		return;
	}
	buf_add(&o->line, text, len);
	hand_on_line(o, ready(o));
}

void
job_output_add(struct job_output *o, char *text, size_t len)
{
	char *end;

	stream_clean(text, len);
	if (o->cut) {
		end = memchr(text, '\n', len);
		if (end == NULL)
			return;
		o->cut = false;
		len -= (size_t)(end + 1 - text);
		text = end + 1;
	}
	take_in(o, text, len);
}

/* Half a secret would not be known as one: a line without its beginning is not shown. */
void
job_output_skip(struct job_output *o, size_t len)
{
	hand_on_line(o, o->line.len);
	o->kept.dropped += len;
	o->cut = o->secret != NULL;
}

bool
job_output_read(struct job_output *o)
{
	char chunk[16384];
	size_t total = 0;
	ssize_t n;

	if (o->fd < 0)
		o->fd = open(o->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (o->fd < 0)
		return true;
	while (total < READ_MOST) {
		n = read(o->fd, chunk, sizeof(chunk));
		if (n <= 0)
			return true;
		job_output_add(o, chunk, (size_t)n);
		total += (size_t)n;
	}
	return false;
}

char *
job_output_take(struct job_output *o)
{
	hand_on_line(o, o->line.len);
	return buf_take(&o->kept);
}
