#include "config.h"

#include "client/cells.h"

#include <stdbool.h>
#include <string.h>

#include "common/str.h"

#define ESC '\033'

/* Bytes of the colour sequence at s, 0 when there is none. */
static size_t
colour_length(const char *s)
{
	size_t n = 2;

	if (s[0] != ESC || s[1] != '[')
		return 0;
	while (s[n] != '\0' && s[n] != 'm')
		n++;
	return s[n] == 'm' ? n + 1 : 0;
}

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* Bytes of the character at s. */
static size_t
char_length(const char *s)
{
	size_t n = 1;

	while (is_continuation(s[n]))
		n++;
	return n;
}

size_t
cells_width(const char *s)
{
	size_t width = 0, skip;

	while (*s != '\0') {
		skip = colour_length(s);
		if (skip == 0) {
			skip = char_length(s);
			width++;
		}
		s += skip;
	}
	return width;
}

void
cells_add_cut(struct buf *out, const char *s, size_t width)
{
	size_t room, skip;
	bool coloured = false;

	if (cells_width(s) <= width) {
		buf_adds(out, s);
		return;
	}
	room = width > 3 ? width - 3 : 0;
	while (*s != '\0' && room > 0) {
		skip = colour_length(s);
		coloured = coloured || skip > 0;
		if (skip == 0) {
			skip = char_length(s);
			room--;
		}
		buf_add(out, s, skip);
		s += skip;
	}
	buf_adds(out, coloured ? "\033[0m" : "");
	buf_add(out, "...", width < 3 ? width : 3);
}

static bool
is_control(const char *s)
{
	unsigned char c = (unsigned char)s[0];

	/* 0xc2 0x80..0x9f are the controls of ISO 6429 in UTF-8. */
	return c < 0x20 || c == 0x7f ||
	    (c == 0xc2 && (unsigned char)s[1] >= 0x80 && (unsigned char)s[1] <= 0x9f);
}

static void
add_clean_byte(struct buf *out, const char *s)
{
	if (!is_control(s))
		buf_add(out, s, 1);
	else if (*s == '\n' || *s == '\t')
		buf_adds(out, " ");
	else if (*s != '\r')
		buf_adds(out, "?");
}

void
cells_add_clean(struct buf *out, const char *s)
{
	for (; *s != '\0'; s++) {
		add_clean_byte(out, s);
		if ((unsigned char)*s == 0xc2 && is_control(s))
			s++;
	}
}

struct lines {
	struct buf *out;
	size_t indent;
};

static bool
add_line(char *line, void *arg)
{
	struct lines *l = arg;
	char *next;

	if (*line != '\0')
		cells_add_space(l->out, l->indent);
	while ((next = strchr(line, '\t')) != NULL) {
		*next = '\0';
		cells_add_clean(l->out, line);
		buf_adds(l->out, "\t");
		line = next + 1;
	}
	cells_add_clean(l->out, line);
	buf_adds(l->out, "\n");
	return true;
}

void
cells_add_lines(struct buf *out, const char *s, size_t indent)
{
	struct lines l = { .out = out, .indent = indent };

	str_each_line(s, add_line, &l);
}

void
cells_add_space(struct buf *out, size_t columns)
{
	while (columns-- > 0)
		buf_add(out, " ", 1);
}
