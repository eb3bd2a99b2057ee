#include "tests/sandbox/record.h"

#include <fcntl.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/world.h"

static void
append(const char *path, char *line)
{
	size_t n = strlen(line);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd < 0)
		return;
	if (write(fd, line, n) != (ssize_t)n)
		fputs("sandbox: the log is full\n", stderr);
	close(fd);
}

static void
write_event(const struct world *w, const char *store, int64_t at_us, const char *event,
    const char *format, va_list ap)
{
	json_t *o = json_object(), *more;
	char *path = need_format("%s/log.jsonl", w->root), *text, *line;

	json_object_set_new(o, "host", json_string(w->host));
	json_object_set_new(o, "instance", json_string(w->instance));
	json_object_set_new(o, "store",
	    store != NULL ? json_string(store) : json_null());
	json_object_set_new(o, "program", json_string(w->program));
	json_object_set_new(o, "pid", json_integer(getpid()));
	json_object_set_new(o, "event", json_string(event));
	if (format != NULL) {
		more = json_vpack_ex(NULL, 0, format, ap);
		if (more != NULL)
			json_object_update(o, more);
		json_decref(more);
	}
	text = json_dumps(o, JSON_COMPACT);
	/* The time is a decimal with all six places, which a double may not show. */
	line = need_format("{\"t\":%lld.%06lld,%s\n", (long long)(at_us / 1000000),
	    (long long)(at_us % 1000000), text + 1);
	append(path, line);
	free(line);
	free(text);
	free(path);
	json_decref(o);
}

void
record_event(const struct world *w, const char *store, const char *event,
    const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	write_event(w, store, moment_us(), event, format, ap);
	va_end(ap);
}

void
record_event_at(const struct world *w, const char *store, int64_t at_us,
    const char *event, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	write_event(w, store, at_us, event, format, ap);
	va_end(ap);
}

void
record_diag(const struct world *w, const char *tag, const char *format, ...)
{
	char *path = need_format("%s/diag/tterrors.log", w->home), *text, *line;
	char stamp[32];
	struct tm tm;
	time_t now = time(NULL);
	va_list ap;

	va_start(ap, format);
	if (vasprintf(&text, format, ap) < 0)
		need_die("out of memory");
	va_end(ap);
	localtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%H:%M:%S", &tm);
	line = need_format("%s.00 Err : %s: %d: %s\n", stamp, tag, (int)getpid(), text);
	append(path, line);
	free(line);
	free(text);
	free(path);
}
