/*
 * A capped buffer that has overflowed holds its head, data[0..cap/2), and behind it a
 * window that slides over the rest: always the last cap - cap/2 bytes.
 */
#include "config.h"

#include "common/buf.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"

void
buf_init(struct buf *b, size_t cap)
{
	*b = (struct buf){ .cap = cap };
}

void
buf_done(struct buf *b)
{
	free(b->data);
	buf_init(b, b->cap);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->dropped = 0;
	if (b->data)
		b->data[0] = '\0';
}

static void
make_room(struct buf *b, size_t more)
{
	size_t need = b->len + more + 1;

	if (need <= b->room)
		return;
	b->room = b->room * 2 > need ? b->room * 2 : need;
	b->data = mem_array(b->data, b->room, 1);
}

static void
append(struct buf *b, const char *data, size_t len)
{
	make_room(b, len);
	memcpy(b->data + b->len, data, len);
	b->len += len;
	b->data[b->len] = '\0';
}

/* The buffer is full: slides the window so that it ends with these bytes. */
static void
slide(struct buf *b, const char *data, size_t len)
{
	size_t head = b->cap / 2, window = b->cap - head;

	b->dropped += len;
	if (len >= window) {
		memcpy(b->data + head, data + len - window, window);
		return;
	}
	memmove(b->data + head, b->data + head + len, window - len);
	memcpy(b->data + b->cap - len, data, len);
}

void
buf_add(struct buf *b, const void *data, size_t len)
{
	size_t fits = len;

	if (b->cap > 0 && fits > b->cap - b->len)
		fits = b->cap - b->len;
	if (fits > 0 || !b->data)
		append(b, len > 0 ? data : "", fits);
	if (fits < len)
		slide(b, (const char *)data + fits, len - fits);
}

void
buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	s = mem_vprintf(fmt, ap);
	va_end(ap);
	buf_adds(b, s);
	free(s);
}

void
buf_add_shell(struct buf *b, const char *word)
{
	buf_adds(b, "'");
	for (; *word != '\0'; word++)
		if (*word == '\'')
			buf_adds(b, "'\\''");
		else
			buf_add(b, word, 1);
	buf_adds(b, "'");
}

const char *
buf_text(const struct buf *b)
{
	return b->data ? b->data : "";
}

/* Head, note, window: by length, because tools also print zero bytes. */
static char *
join(const struct buf *b)
{
	size_t head = b->cap / 2;
	struct buf whole = { 0 };

	buf_add(&whole, b->data, head);
	buf_addf(&whole, "\n[... %zu bytes left out ...]\n", b->dropped);
	buf_add(&whole, b->data + head, b->len - head);
	return whole.data;
}

char *
buf_take(struct buf *b)
{
	char *text = b->data;

	if (b->dropped > 0) {
		text = join(b);
		free(b->data);
	}
	buf_init(b, b->cap);
	return text ? text : mem_strdup("");
}
