#include "tests/sandbox/load_ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
load_ledger_open(struct load_ledger *l, const char *path)
{
	l->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return l->fd < 0 ? -1 : 0;
}

void
load_ledger_close(struct load_ledger *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

static void
put(struct load_ledger *l, const char *line, size_t len)
{
	ssize_t n;

	do
		n = write(l->fd, line, len);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)len) {
		fprintf(stderr, "load: ledger: %s\n",
		    n < 0 ? strerror(errno) : "short write");
		exit(1);
	}
}

static const char *
word_or_dash(const char *word)
{
	return word != NULL && *word != '\0' ? word : "-";
}

void
load_ledger_add(struct load_ledger *l, const char *word, const struct load_entry *e)
{
	load_ledger_note(l, "%s %" PRId64 " %d %s %s %s %" PRId64 " %" PRId64, word,
	    e->first_id, e->rows, word_or_dash(e->store), word_or_dash(e->host),
	    word_or_dash(e->release), e->sent_us, e->seen_us);
}

void
load_ledger_note(struct load_ledger *l, const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line) - 1, fmt, ap);
	va_end(ap);
	if (n < 0 || n >= (int)sizeof(line) - 1) {
		fprintf(stderr, "load: ledger: line too long\n");
		exit(1);
	}
	line[n++] = '\n';
	put(l, line, (size_t)n);
}
