/*
 * One line is one write(2), built on the stack: mem.c logs when memory is exhausted, and
 * lines of parent and child do not mix. A line that is too long is cut and says so.
 */
#include "config.h"

#include "common/log.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/error.h"

#define LINE_BYTES 8192
#define CUT        " cut=1\n"

struct line {
	char data[LINE_BYTES];
	size_t len;
	bool cut;
};

/* clang-format off */
static const char *const level_names[] = {
	[LOG_EMERG]   = "emerg",
	[LOG_ALERT]   = "alert",
	[LOG_CRIT]    = "crit",
	[LOG_ERR]     = "err",
	[LOG_WARNING] = "warning",
	[LOG_NOTICE]  = "notice",
	[LOG_INFO]    = "info",
	[LOG_DEBUG]   = "debug",
};
/* clang-format on */

static int most_verbose = LOG_INFO;

void
log_set_level(int level)
{
	most_verbose = level;
}

static size_t
room(const struct line *l)
{
	return sizeof(l->data) - sizeof(CUT) - l->len;
}

static void
adds(struct line *l, const char *s)
{
	size_t len = strlen(s);

	if (l->cut || len > room(l)) {
		l->cut = true;
		return;
	}
	memcpy(l->data + l->len, s, len);
	l->len += len;
}

static bool
needs_quotes(const char *s)
{
	if (!*s)
		return true;
	for (; *s; s++)
		if ((unsigned char)*s <= ' ' || strchr("\"=\\\x7f", *s))
			return true;
	return false;
}

static void
escape(char c, char *buf, size_t size)
{
	if (c == '"' || c == '\\')
		snprintf(buf, size, "\\%c", c);
	else if (c == '\n')
		snprintf(buf, size, "\\n");
	else if ((unsigned char)c < ' ' || c == 0x7f)
		snprintf(buf, size, "\\x%02x", (unsigned char)c);
	else
		snprintf(buf, size, "%c", c);
}

static void
add_quoted(struct line *l, const char *s)
{
	char text[8];

	adds(l, "\"");
	for (; *s && room(l) > sizeof(text); s++) {
		escape(*s, text, sizeof(text));
		adds(l, text);
	}
	adds(l, "\"");
	l->cut = l->cut || *s;
}

/* systemd names the device and inode of the stream that it reads: sd-daemon(3). */
static bool
stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[64];
	struct stat st;

	if (!stream || fstat(STDERR_FILENO, &st) != 0)
		return false;
	snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	return strcmp(stream, ours) == 0;
}

static void
add_prefix(struct line *l, int level)
{
	char text[CLOCK_TEXT + 8];
	char now[CLOCK_TEXT];

	if (stderr_is_journal())
		snprintf(text, sizeof(text), "<%d>", level);
	else
		snprintf(text, sizeof(text), "%s ", clock_text(clock_wall_ms(), now));
	adds(l, text);
}

static void
add_pair(struct line *l, const char *key, const char *value)
{
	if (room(l) < strlen(key) + 32)
		l->cut = true;
	adds(l, " ");
	adds(l, key);
	adds(l, "=");
	if (needs_quotes(value) || strlen(value) > room(l))
		add_quoted(l, value);
	else
		adds(l, value);
}

void
log_write(int level, const char *name, const struct log_kv *kvs)
{
	struct line l;
	char number[32];

	if (level > most_verbose || level < 0 ||
	    (size_t)level >= ARRAY_SIZE(level_names))
		return;
	l.len = 0; /* the bytes need no zeroing */
	l.cut = false;
	add_prefix(&l, level);
	adds(&l, "level=");
	adds(&l, level_names[level]);
	add_pair(&l, "event", name);
	for (; kvs->key; kvs++) {
		snprintf(number, sizeof(number), "%lld", (long long)kvs->num);
		add_pair(&l, kvs->key, kvs->str ? kvs->str : number);
	}
	memcpy(l.data + l.len, l.cut ? CUT : "\n", l.cut ? sizeof(CUT) - 1 : 1);
	l.len += l.cut ? sizeof(CUT) - 1 : 1;
	if (write(STDERR_FILENO, l.data, l.len) < 0)
		return; /* nobody is left who could be told */
}
