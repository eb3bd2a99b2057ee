#include "config.h"

#include "daemon/config/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"

/* A line stays a line, whatever a value holds. */
static void
one_line(char *text)
{
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static void
add(struct str_list *list, const char *file, int line, const char *key,
    const char *accepted, const char *fmt, va_list ap)
{
	char *what = mem_vprintf(fmt, ap);
	char *text =
	    mem_printf("%s:%d: %s: %s; accepted: %s", file, line, key, what, accepted);

	one_line(text);
	str_list_add(list, text);
	free(text);
	free(what);
}

void
report_error(struct report *r, const char *file, int line, const char *key,
    const char *accepted, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&r->errors, file, line, key, accepted, fmt, ap);
	va_end(ap);
}

const char *
error_reason(const struct ud_error *err, const char *path)
{
	size_t len = strlen(path);

	return str_starts(err->text, path) && str_starts(err->text + len, ": ")
	    ? err->text + len + 2
	    : err->text;
}

void
report_warning(struct report *r, const char *file, int line, const char *key,
    const char *accepted, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(&r->warnings, file, line, key, accepted, fmt, ap);
	va_end(ap);
}

#define LONGEST_WORD 63

/* Edits between two words (Levenshtein), by rows. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST_WORD + 1], la = strlen(a), lb = strlen(b);

	if (la > LONGEST_WORD || lb > LONGEST_WORD)
		return LONGEST_WORD;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

/* Alike are words with two edits, long ones with a third of their letters. */
static size_t
nearest(const struct str_list *words, const char *near)
{
	size_t len = strlen(near), best = words->count;
	size_t least = (len < 6 ? 2 : len / 3) + 1;

	if (least > len)
		least = len;
	for (size_t i = 0; i < words->count; i++) {
		size_t d = distance(words->items[i], near);

		if (d < least) {
			least = d;
			best = i;
		}
	}
	return best;
}

char *
words_near(const struct str_list *words, const char *near)
{
	size_t first = nearest(words, near);
	struct buf b = { 0 };

	if (first < words->count)
		buf_adds(&b, words->items[first]);
	for (size_t i = 0; i < words->count; i++)
		if (i != first)
			buf_addf(&b, "%s%s", b.len > 0 ? ", " : "", words->items[i]);
	return buf_take(&b);
}
