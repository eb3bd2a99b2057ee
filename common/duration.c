#include "config.h"

#include "common/duration.h"

#include <stdio.h>
#include <string.h>

#define LONGEST_MS (INT64_C(100) * 365 * 86400000) /* a century: sums cannot overflow */

/* Largest first: chained units go down. "ms" stands before "m" and "s" by its length. */
/* clang-format off */
static const struct unit { const char *name; int64_t ms; } units[] = {
	{ "d",  86400000 },
	{ "h",   3600000 },
	{ "m",     60000 },
	{ "s",      1000 },
	{ "ms",        1 },
};
/* clang-format on */

static const struct unit *
find_unit(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(units); i++)
		if (strlen(units[i].name) == len &&
		    memcmp(units[i].name, name, len) == 0)
			return &units[i];
	return NULL;
}

/* "12" or "1.5" at *p as thousandths; moves *p behind it. -1: no number, or too large. */
static int64_t
read_thousandths(const char **p)
{
	const char *s = *p;
	int64_t value = 0, place = 100;

	if (*s < '0' || *s > '9')
		return -1;
	for (; *s >= '0' && *s <= '9'; s++) {
		value = value * 10 + (*s - '0');
		if (value > LONGEST_MS)
			return -1;
	}
	value *= 1000;
	if (*s == '.') {
		if (s[1] < '0' || s[1] > '9')
			return -1;
		for (s++; *s >= '0' && *s <= '9'; s++, place /= 10)
			value += (*s - '0') * place;
	}
	*p = s;
	return value;
}

static int
refuse(const char *text, struct ud_error *err)
{
	(void)ud_fail(err, UD_EUSAGE, "\"%s\" is not a duration", text);
	return ud_remedy(err,
	    "write a number and a unit ms, s, m, h or d, largest first: 250ms, 1h30m; or 0");
}

int
duration_parse(const char *text, int64_t *ret_ms, struct ud_error *err)
{
	const struct unit *last = NULL, *unit;
	const char *p = text;
	int64_t sum = 0, n;
	size_t len;

	if (strcmp(text, "0") == 0) {
		*ret_ms = 0;
		return 0;
	}
	do {
		n = read_thousandths(&p);
		len = strspn(p, "dhms");
		unit = find_unit(p, len);
		if (n < 0 || !unit || (last && unit <= last))
			return refuse(text, err);
		if (n / 1000 > LONGEST_MS / unit->ms)
			return refuse(text, err);
		sum += n / 1000 * unit->ms + n % 1000 * unit->ms / 1000;
		last = unit;
		p += len;
	} while (*p != '\0');
	if (sum > LONGEST_MS)
		return refuse(text, err);
	*ret_ms = sum;
	return 0;
}

const char *
duration_text(int64_t ms, char *buf)
{
	int64_t s = ms / 1000;

	if (ms < 0)
		snprintf(buf, DURATION_TEXT, "-");
	else if (s < 10)
		snprintf(buf, DURATION_TEXT, "%d.%03d s", (int)s, (int)(ms % 1000));
	else if (s < 60)
		snprintf(buf, DURATION_TEXT, "%d.%d s", (int)s, (int)(ms % 1000 / 100));
	else if (s < 3600)
		snprintf(buf, DURATION_TEXT, "%d min %02d s", (int)(s / 60),
		    (int)(s % 60));
	else if (s < 86400)
		snprintf(buf, DURATION_TEXT, "%d h %02d min", (int)(s / 3600),
		    (int)(s / 60 % 60));
	else
		snprintf(buf, DURATION_TEXT, "%lld d %d h", (long long)(s / 86400),
		    (int)(s / 3600 % 24));
	return buf;
}
