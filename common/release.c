#include "config.h"

#include "common/release.h"

#include <stdio.h>
#include <string.h>

#define LARGEST_PART 99999

static int
refuse(const char *text, struct ud_error *err)
{
	(void)ud_fail(err, UD_EUSAGE, "\"%.64s\" is not a release number", text);
	return ud_remedy(err, "write two to five numbers with dots: 22.1.1.21.0");
}

int
release_parse(const char *text, struct release *ret, struct ud_error *err)
{
	struct release r = { 0 };
	const char *p = text;
	int value;

	for (;;) {
		if (r.parts == RELEASE_PARTS || *p < '0' || *p > '9')
			return refuse(text, err);
		for (value = 0; *p >= '0' && *p <= '9'; p++) {
			value = value * 10 + (*p - '0');
			if (value > LARGEST_PART)
				return refuse(text, err);
		}
		r.part[r.parts++] = value;
		if (*p == '\0')
			break;
		if (*p++ != '.')
			return refuse(text, err);
	}
	if (r.parts < 2)
		return refuse(text, err);
	*ret = r;
	return 0;
}

bool
release_is_set(const struct release *r)
{
	return r->parts > 0;
}

/* Compares the first parts of two releases; parts that are missing are zero. */
static int
compare_parts(const struct release *a, const struct release *b, int parts)
{
	int i;

	for (i = 0; i < parts; i++)
		if (a->part[i] != b->part[i])
			return a->part[i] < b->part[i] ? -1 : 1;
	return 0;
}

/* 11.2.1 and 11.2.2 cannot exchange checkpoints, 22.1.1 and 22.1.2 can. */
static int
major_parts(const struct release *r)
{
	return r->part[0] == 11 ? 3 : 2;
}

int
release_compare(const struct release *a, const struct release *b)
{
	return compare_parts(a, b, RELEASE_PARTS);
}

bool
release_same_major(const struct release *a, const struct release *b)
{
	if (!release_is_set(a) || !release_is_set(b))
		return false; /* nobody knows */
	return compare_parts(a, b, major_parts(a)) == 0;
}

static const char *
print_parts(const struct release *r, int parts, char *buf)
{
	size_t len = 0;
	int i, n;

	for (i = 0; i < parts; i++) {
		n = snprintf(buf + len, RELEASE_TEXT - len, "%s%d", i > 0 ? "." : "",
		    r->part[i]);
		len += (size_t)n;
	}
	return buf;
}

const char *
release_text(const struct release *r, char buf[RELEASE_TEXT])
{
	if (!release_is_set(r))
		return "unknown";
	return print_parts(r, r->parts, buf);
}

const char *
release_major_text(const struct release *r, char buf[RELEASE_TEXT])
{
	if (!release_is_set(r))
		return "unknown";
	return print_parts(r, major_parts(r), buf);
}
