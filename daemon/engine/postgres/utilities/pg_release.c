#include "config.h"

#include "daemon/engine/postgres/utilities/pg_release.h"

#include <ctype.h>
#include <string.h>

#define LARGEST_PART 9999

/* "15", ".18": returns what follows, or NULL. */
static const char *
read_part(const char *p, struct release *r)
{
	int value = 0;

	if (!isdigit((unsigned char)*p) || r->parts == RELEASE_PARTS)
		return NULL;
	for (; isdigit((unsigned char)*p); p++) {
		value = value * 10 + (*p - '0');
		if (value > LARGEST_PART)
			return NULL;
	}
	r->part[r->parts++] = value;
	return p;
}

static bool
is_before_release(const char *p, struct release *r)
{
	static const char *const words[] = { "alpha", "beta", "rc", "devel" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t len = strlen(words[i]);

		if (strncmp(p, words[i], len) == 0 &&
		    p[len + strspn(p + len, "0123456789")] == '\0') {
			r->part[r->parts++] = 0;
			return true;
		}
	}
	return false;
}

static bool
read_release(const char *text, struct release *ret)
{
	struct release r = { 0 };
	const char *p = read_part(text, &r);

	while (p != NULL && *p == '.')
		p = read_part(p + 1, &r);
	if (p == NULL || r.part[0] == 0 || r.parts > (r.part[0] < 10 ? 3 : 2))
		return false;
	if (*p != '\0' && !(r.parts == 1 && is_before_release(p, &r)))
		return false;
	*ret = r;
	return true;
}

int
pg_release_parse(const char *text, struct release *ret, struct ud_error *err)
{
	if (read_release(text, ret))
		return 0;
	(void)ud_fail(err, UD_EUSAGE, "\"%.64s\" is not a release of PostgreSQL", text);
	return ud_remedy(err, "write it as postgres -V does: 15.18");
}

bool
pg_same_major(const struct release *a, const struct release *b)
{
	if (!release_is_set(a) || !release_is_set(b))
		return false;
	return a->part[0] == b->part[0] &&
	    (a->part[0] >= 10 || a->part[1] == b->part[1]);
}

bool
pg_release_find(const char *text, struct release *ret)
{
	static const char before[] = "(PostgreSQL) ";
	const char *p = strstr(text, before);
	char word[RELEASE_TEXT] = "";
	size_t len;

	if (p == NULL)
		return false;
	p += strlen(before);
	len = strcspn(p, " \t\r\n");
	if (len >= sizeof(word))
		return false;
	memcpy(word, p, len);
	return read_release(word, ret);
}

struct release
pg_release_of(int64_t number)
{
	struct release r = { 0 };

	if (number >= 100000 && number < 10000000)
		r = (struct release){ .part = { (int)(number / 10000),
					  (int)(number % 10000) },
			.parts = 2 };
	else if (number >= 80000 && number < 100000)
		r = (struct release){ .part = { (int)(number / 10000),
					  (int)(number / 100 % 100),
					  (int)(number % 100) },
			.parts = 3 };
	return r;
}
