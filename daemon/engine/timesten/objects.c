/*
 * A procedure may be right for what is configured and wrong for what is there. The same facts make
 * blockers of check when it is asked for all the same; here they lead to another proposal.
 *
 * Nothing is concluded from what was not seen.
 */
#include "config.h"

#include "daemon/engine/timesten/objects.h"

#include "common/str.h"

static const char *
detail(const struct observation *o, const char *key)
{
	return settings_get(&o->details, key);
}

static bool
is_one_of(const struct procedure *pr, const char *const *ids)
{
	for (; *ids != NULL; ids++)
		if (str_equal(pr->id, *ids))
			return true;
	return false;
}

enum bits { BITS_UNKNOWN, BITS_SAME, BITS_OTHER };

/* Bits of the database, and of the installations with the target release: all as many, or one of
 * them another number. *ret_was and *ret_is: the numbers that were compared last. */
static enum bits
target_bits(const struct observation *o, const struct release *to, const char **ret_was,
    const char **ret_is)
{
	enum bits all = BITS_UNKNOWN;
	bool unknown = false;
	char key[24];

	str_printf(key, sizeof(key), "bits.%d", o->home);
	*ret_was = o->home >= 0 ? detail(o, key) : NULL;
	for (int i = 0; *ret_was != NULL && i < INSTALLATIONS_MAX; i++) {
		if (i == o->home || release_compare(&o->inst[i].release, to) != 0)
			continue;
		str_printf(key, sizeof(key), "bits.%d", i);
		*ret_is = detail(o, key);
		if (*ret_is == NULL)
			unknown = true;
		else if (!str_equal(*ret_is, *ret_was))
			return BITS_OTHER;
		else
			all = BITS_SAME;
	}
	return unknown ? BITS_UNKNOWN : all;
}

static bool
bits_change(const struct member *m, const struct observation *o, const struct release *to,
    char *text, size_t size)
{
	const char *was, *is;

	if (target_bits(o, to, &was, &is) != BITS_OTHER)
		return false;
	str_printf(text, size,
	    "%s has %s bits, the installation of the target release %s: only ttMigrate, "
	    "offline, leads there",
	    m->name, was, is);
	return true;
}

static bool
bits_stay(const struct observation *o, const struct release *to, char *text, size_t size)
{
	const char *was, *is;

	if (target_bits(o, to, &was, &is) != BITS_SAME)
		return false;
	str_printf(text, size, "both installations have %s bits", was);
	return true;
}

/* Another kind of scheme than the configured topology has, or none. */
static bool
scheme_is_other(const struct pair *p, const struct member *m, const struct observation *o,
    char *text, size_t size)
{
	const char *scheme = detail(o, "scheme");
	bool asp = str_equal(p->topology, "active-standby");

	if (scheme == NULL || str_equal(p->topology, "single") || str_equal(scheme, "several") ||
	    (!str_equal(scheme, "none") &&
		asp == str_equal_nocase(scheme, "_ACTIVESTANDBY")))
		return false;
	str_printf(text, size, "the replication scheme of %s is %s, the pair is %s", m->name,
	    str_equal(scheme, "none") ? "not there" : scheme, p->topology);
	return true;
}

/* Groups that write to Oracle stay behind online; in a classic scheme nobody describes any. */
static bool
groups_stay(const struct pair *p, const struct member *m, const struct observation *o,
    const struct release *to, char *text, size_t size)
{
	static const struct release limited = { { 11, 2, 2 }, 3 };
	const char *groups = detail(o, "cache_groups"), *written = detail(o, "cachegroups_written");
	bool classic = str_equal(p->topology, "bidirectional");

	if (groups == NULL || str_equal(groups, "0") ||
	    (!classic && (written == NULL || release_compare(to, &limited) < 0)))
		return false;
	str_printf(text, size, classic ? "%s has cache groups"
				       : "%s has cache groups that are not read-only",
	    m->name);
	return true;
}

/* Members whose data has to be the same to replicate, character for character. */
static bool
charsets_differ(const struct pair *p, const struct observation *seen, char *text, size_t size)
{
	const char *all = NULL;

	for (size_t i = 0; i < p->member_count; i++) {
		const char *own = detail(&seen[i], "charset");

		if (own != NULL && all != NULL && !str_equal_nocase(own, all)) {
			str_printf(text, size, "the character set of %s is %s, of others %s",
			    p->members[i].name, own, all);
			return true;
		}
		all = all == NULL ? own : all;
	}
	return false;
}

bool
tt_objects(const struct pair *p, const struct procedure *pr, const struct observation *seen,
    const struct release *from, const struct release *to, char *text, size_t size)
{
	static const char *const migrating[] = { "asp-major", "online-bidirectional",
		"replicated-major", NULL };
	static const char *const alone[] = { "offline-migrate", "client-server", "change-bits",
		"convert-charset", "convert-types", "resize", NULL };
	bool single = str_equal(p->topology, "single");

	(void)from;
	if (!single && charsets_differ(p, seen, text, size))
		return true;
	for (size_t i = 0; i < p->member_count; i++) {
		const struct member *m = &p->members[i];

		if (!is_one_of(pr, alone) && bits_change(m, &seen[i], to, text, size))
			return true;
		if (str_equal(pr->id, "change-bits") && bits_stay(&seen[i], to, text, size))
			return true;
		if (scheme_is_other(p, m, &seen[i], text, size))
			return true;
		if (is_one_of(pr, migrating) && groups_stay(p, m, &seen[i], to, text, size))
			return true;
	}
	return false;
}
