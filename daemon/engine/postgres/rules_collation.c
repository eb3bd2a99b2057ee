/*
 * Order of text: it comes from libraries of the host (glibc) and of the programs (ICU), and
 * an index that was made in one order is wrong in another.
 *
 * Three things change it: packages of the host since a database was made, a host with other
 * libraries than the one that a copy comes from, and a release that is linked to another ICU.
 */
#include "config.h"

#include "daemon/engine/postgres/rules_parts.h"

/* Databases and objects whose order is not that of bytes. */
static int64_t
ordered(const struct pg_check *c, const char *topic, const char *list, struct buf *ret)
{
	const char *names;
	int64_t n = pg_objects(c, topic, ret);

	if (pg_count_of(pg_seen(c, ACTIVE(c), list), &names) > 0) {
		buf_addf(ret, "%sdatabases %s", ret->len > 0 ? "; " : "", names);
		n++;
	}
	return n;
}

void
pg_rule_collations(const struct pg_check *c)
{
	struct buf objects = { 0 };
	const char *names;

	if (pg_count_of(pg_seen(c, ACTIVE(c), "pg.mismatched"), &names) > 0)
		pg_warn(c, ACTIVE(c),
		    "REINDEX what is ordered by text, then ALTER DATABASE ... REFRESH "
		    "COLLATION VERSION",
		    "the system's collations changed since these databases were made, and "
		    "their indexes may be wrong: %s",
		    names);
	if (pg_objects(c, "collations", &objects) > 0)
		pg_warn(c, NULL,
		    "REINDEX what uses them, then ALTER COLLATION ... REFRESH VERSION",
		    "collations changed on this system since they were made, and indexes "
		    "that use them may be wrong: %s",
		    buf_text(&objects));
	buf_done(&objects);
}

static void
compare_hosts(const struct pg_check *c, const struct member *m, const char *key,
    const char *library, const char *objects)
{
	const char *here = pg_seen(c, ACTIVE(c), key), *there = pg_seen(c, m, key);

	if (here == NULL || there == NULL || str_equal(here, there))
		return;
	pg_block(c, m,
	    "give both hosts the same version before the upgrade; or REINDEX what is "
	    "named here on the new active, and override this rule",
	    "host %s has %s %s, host %s has %s: text is ordered otherwise there, and "
	    "indexes of a copy are wrong: %s",
	    m->host->name, library, there, ACTIVE(c)->host->name, here, objects);
}

void
pg_rule_collation_hosts(const struct pg_check *c)
{
	struct buf libc = { 0 }, icu = { 0 };
	bool by_libc = ordered(c, "libc-indexes", "pg.ordered_libc", &libc) > 0;
	bool by_icu = ordered(c, "icu-indexes", "pg.ordered_icu", &icu) > 0;

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		if (m == ACTIVE(c))
			continue;
		if (by_libc)
			compare_hosts(c, m, "pg.host.libc", "glibc", buf_text(&libc));
		if (by_icu)
			compare_hosts(c, m, "pg.host.icu_old", "ICU", buf_text(&icu));
	}
	buf_done(&libc);
	buf_done(&icu);
}

/* Files that pg_upgrade keeps are in the order of the old release. */
void
pg_rule_collation_release(const struct pg_check *c)
{
	const char *from = pg_seen(c, ACTIVE(c), "pg.host.icu_old"),
		   *to = pg_seen(c, ACTIVE(c), "pg.host.icu_new");
	struct buf objects = { 0 };

	if (from != NULL && to != NULL && !str_equal(from, to) &&
	    ordered(c, "icu-indexes", "pg.ordered_icu", &objects) > 0)
		pg_warn(c, ACTIVE(c),
		    "REINDEX them after the upgrade, then ALTER COLLATION ... REFRESH "
		    "VERSION; before-destroy is the gate to do so",
		    "the new release is linked to ICU %s, the old one to %s: text is "
		    "ordered otherwise in %s",
		    to, from, buf_text(&objects));
	buf_done(&objects);
}
