/* Cache groups: who restores them, where they can go, and what becomes of autorefresh. */
#include "config.h"

#include <string.h>

#include "daemon/engine/timesten/rules_parts.h"

static void
need_cache_account(const struct check *c, const struct member *m, int n, const char *why)
{
	check_block(c, m,
	    "configure cache { user = \"...\"  password_file = \"...\" } with the cache "
	    "administrator",
	    "%s has %d cache group%s, and %s", m->name, n, n == 1 ? "" : "s", why);
}

/* One database through ttMigrate: its cache groups come along, if the cache administrator is
 * known. */
static void
single_cache_groups(const struct check *c, const struct member *m, int n)
{
	const struct account *a = &c->pair->cache;

	if (check_does(c, "migrate-out") &&
	    (a->user == NULL || a->password_file == NULL))
		need_cache_account(c, m, n,
		    "ttMigrate restores them for the cache administrator only");
	else
		check_note(c, m, "",
		    "%s has %d cache group%s: its cache agent is stopped while it is worked "
		    "on, and autorefresh is on again at the end where it was",
		    m->name, n, n == 1 ? "" : "s");
}

/* From 11.2.1 on Cache Grid is on by default, and wants a configuration of its own. */
void
rule_grid_off(const struct check *c)
{
	static const struct release first_grid = { { 11, 2, 1 }, 3 };
	const struct member *m = check_teller(c, "cache_groups");
	struct buf on = { 0 };

	if (m == NULL || check_number(c, m, "cache_groups", 0) == 0 ||
	    !release_is_set(&c->plan->from) ||
	    release_compare(&c->plan->from, &first_grid) >= 0)
		return;
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *of = &c->pair->members[i];

		if (check_has_database(c, of) &&
		    !str_equal(check_new_dsn(c, of, "cachegridenable"), "0"))
			check_name(&on, of);
	}
	if (on.len > 0)
		check_warn(c, m, "set CacheGridEnable=0 in every new DSN",
		    "%s has cache groups and comes from a release before 11.2.1: later ones begin "
		    "with Cache Grid on; CacheGridEnable=0 is not seen in the new DSN of %s",
		    m->name, buf_text(&on));
	buf_done(&on);
}

/* From 11.2.2 on guides take pairs online to another major release only with cache groups that
 * are read-only; the chapter of 11.2.1 has no such limit.
 *
 * Source: 22.1 Installation, Migration, and Upgrade Guide; 11.2.1, chapter 2. */
static void
major_cache_groups(const struct check *c, const struct member *m, int n)
{
	static const struct release limited = { { 11, 2, 2 }, 3 };
	const struct account *a = &c->pair->cache;
	const char *written = check_detail(c, m, "cachegroups_written");

	if (written != NULL && release_compare(&c->plan->to, &limited) >= 0)
		check_block(c, m,
		    "upgrade it offline, after the guide of the new release; or drop these cache "
		    "groups before and create them afterwards",
		    "cache groups of %s that are not read-only (%s) cannot go online to another "
		    "major release from 11.2.2 on",
		    m->name, written);
	if (a->user == NULL || a->password_file == NULL)
		need_cache_account(c, m, n,
		    "ttMigrate restores them, and ttRepAdmin -duplicate keeps them, for the "
		    "cache administrator only");
	else
		check_note(c, m, "compare them at the gate before-destroy",
		    "%s has %d cache group%s: cache agents are stopped while their database is "
		    "worked on; rows of cached tables reach the migrated standby by autorefresh "
		    "when it is the active, and by replication; subscribers get them as plain "
		    "tables",
		    m->name, n, n == 1 ? "" : "s");
}

void
rule_cache_groups(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		int64_t n = check_number(c, m, "cache_groups", 0);

		if (n > 0 && !check_is_pair(c))
			single_cache_groups(c, m, (int)n);
		else if (n > 0 && check_procedure_is(c, "asp-major"))
			major_cache_groups(c, m, (int)n);
		else if (n > 0 && !check_does(c, "migrate-out") && check_does(c, "duplicate") &&
		    (c->pair->cache.user == NULL || c->pair->cache.password_file == NULL))
			need_cache_account(c, m, (int)n,
			    "ttRepAdmin -duplicate keeps them for the cache administrator only");
		else if (n > 0 && !check_does(c, "migrate-out"))
			check_note(c, m, "",
			    "%s has %d cache group%s: its cache agent is stopped while it "
			    "is worked on",
			    m->name, (int)n, n == 1 ? "" : "s");
		else if (n > 0)
			check_block(c, m,
			    "upgrade it by hand, after the guide of the new release",
			    "%s has %d cache group%s; this build upgrades pairs without",
			    m->name, (int)n, n == 1 ? "" : "s");
	}
	check_untold_each(c, "cache_groups", "the number of cache groups");
}

/* Names of the member's cache groups whose autorefresh is in this state, with commas. */
static void
list_refreshed(const struct check *c, const struct member *m, const char *state,
    struct buf *ret)
{
	static const char head[] = "cachegroup.", tail[] = ".autorefresh";
	const struct settings *d = &check_seen(c, m)->details;

	for (size_t i = 0; i < d->count; i++) {
		const char *key = d->items[i].key;
		size_t len = strlen(key), ends = sizeof(head) + sizeof(tail) - 2;

		if (str_starts(key, head) && len > ends &&
		    str_equal(key + len - (sizeof(tail) - 1), tail) &&
		    str_equal(d->items[i].value, state))
			buf_addf(ret, "%s%.*s", ret->len > 0 ? ", " : "",
			    (int)(len - ends), key + sizeof(head) - 1);
	}
}

/* After ttMigrate autorefresh is off outside of an active standby pair. */
void
rule_cache_refresh(const struct check *c)
{
	const struct member *m = c->plan->active;
	struct buf on = { 0 }, paused = { 0 };

	if (m == NULL || !check_does(c, "migrate-out"))
		return;
	list_refreshed(c, m, "on", &on);
	list_refreshed(c, m, "paused", &paused);
	if (on.len > 0 && check_does(c, "refresh-on"))
		check_note(c, m, "",
		    "autorefresh is on for %s: ttMigrate turns it off, and a step of this "
		    "procedure turns it on again",
		    buf_text(&on));
	else if (on.len > 0)
		check_warn(c, m,
		    "turn it on again by hand: ALTER CACHE GROUP ... SET AUTOREFRESH STATE ON",
		    "autorefresh is on for %s, and ttMigrate turns it off", buf_text(&on));
	if (paused.len > 0)
		check_note(c, m, "",
		    "autorefresh is paused for %s; after ttMigrate it is off", buf_text(&paused));
	buf_done(&on);
	buf_done(&paused);
}
