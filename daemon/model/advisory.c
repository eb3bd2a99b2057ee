#include "config.h"

#include "daemon/model/advisory.h"

#include <stdlib.h>
#include <string.h>

#define ACCEPTED "write \"14.1..14.3\", \"..17.1\", \"18..\", \"16\" or \"17.1\""

/* "17" alone is a release of one part here, which no engine's parser may take. */
static int
parse_bound(const char *text, size_t len, struct release *ret, struct ud_error *err)
{
	char copy[RELEASE_TEXT];
	int64_t major;

	*ret = (struct release){ 0 };
	if (len == 0)
		return 0;
	if (len >= sizeof(copy))
		return ud_fail(err, UD_EUSAGE, "\"%.40s\" is no release", text);
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (!str_to_int(copy, 0, 99999, &major))
		return release_parse(copy, ret, err);
	ret->part[0] = (int)major;
	ret->parts = 1;
	return 0;
}

int
release_range_parse(const char *text, struct release_range *ret, struct ud_error *err)
{
	const char *dots = strstr(text, "..");
	struct release_range range;
	const char *most = dots != NULL ? dots + 2 : text;
	size_t len = dots != NULL ? (size_t)(dots - text) : strlen(text);

	if (text[0] == '\0' || strcmp(text, "..") == 0 ||
	    parse_bound(text, len, &range.least, err) != 0 ||
	    parse_bound(most, strlen(most), &range.most, err) != 0) {
		ud_fail(err, UD_EUSAGE, "\"%.64s\" is no range of releases", text);
		return ud_remedy(err, ACCEPTED);
	}
	*ret = range;
	return 0;
}

/* Compares no more parts than the bound was written with. */
static int
compare(const struct release *r, const struct release *bound)
{
	for (int i = 0; i < bound->parts; i++)
		if (r->part[i] != bound->part[i])
			return r->part[i] < bound->part[i] ? -1 : 1;
	return 0;
}

bool
release_in_range(const struct release *r, const struct release_range *range)
{
	return compare(r, &range->least) >= 0 && compare(r, &range->most) <= 0;
}

static bool
in_any(const struct release *r, const struct release_range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (release_in_range(r, &ranges[i]))
			return true;
	return count == 0;
}

bool
advisory_may_apply(const struct advisory *a, const char *engine,
    const struct release *from)
{
	return str_equal(a->engine, engine) && in_any(from, a->from, a->from_count);
}

bool
advisory_applies(const struct advisory *a, const char *engine,
    const struct release *from, const struct release *to)
{
	return advisory_may_apply(a, engine, from) && in_any(to, a->to, a->to_count) &&
	    release_compare(from, to) != 0;
}

void
advisories_done(struct advisories *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct advisory *one = &a->items[i];

		free(one->id);
		free(one->engine);
		free(one->from);
		free(one->to);
		free(one->text);
		free(one->detect);
		free(one->act);
		free(one->source);
	}
	free(a->items);
	*a = (struct advisories){ 0 };
}
