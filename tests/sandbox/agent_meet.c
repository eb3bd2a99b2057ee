/* What two agents must agree on before anything flows (R3.1, R9), and split brain (R4.8). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/agent.h"
#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/record.h"
#include "tests/sandbox/role.h"

static const char *
text_of(json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text != NULL ? text : "";
}

/* "NAME on HOST": the port it has in this copy of the scheme. */
static json_t *
ports_of(struct store *s)
{
	json_t *ports = json_object();
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(s->self,
		"SELECT lower(name) || ' on ' || lower(host), port FROM store", -1, &st,
		NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(s->self));
	while (sqlite3_step(st) == SQLITE_ROW)
		json_object_set_new(ports, (const char *)sqlite3_column_text(st, 0),
		    json_integer(sqlite3_column_int64(st, 1)));
	sqlite3_finalize(st);
	return ports;
}

/* R3.1: across releases the two copies of the scheme must say the same of the two stores. */
static bool
same_ports(struct agent *a, json_t *other)
{
	const char *names[] = { a->c.s.name, text_of(other, "store") };
	const char *hosts[] = { a->c.w.host, text_of(other, "host") };
	json_t *ours = ports_of(&a->c.s), *theirs = json_object_get(other, "ports");
	bool same = true;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *key = need_format("%s on %s", names[i], hosts[i]);

		for (char *p = key; *p != '\0'; p++)
			*p = (char)tolower((unsigned char)*p);
		same &= json_integer_value(json_object_get(ours, key)) ==
		    json_integer_value(json_object_get(theirs, key));
		free(key);
	}
	json_decref(ours);
	return same;
}

/* R9.3: -insecure-backwards-compat among the options of the main daemon. */
static bool
daemon_speaks_with_old(const struct world *w)
{
	char *file = need_format("%s/%s", w->home,
	    world_since(w, 18, 1) ? "conf/timesten.conf" : "info/ttendaemon.options");
	FILE *f = fopen(file, "re");
	char line[256];
	bool said = false;

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		said |=
		    line[0] != '#' && strstr(line, "insecure-backwards-compat") != NULL;
	if (f != NULL)
		fclose(f);
	free(file);
	return said;
}

json_t *
meet_introduce(struct agent *a, const char *op)
{
	struct store *s = &a->c.s;
	char *role = role_now(s), *lineage = store_get(s, "lineage");
	char *charset = store_get(s, "charset");
	int64_t epoch, gcn;
	json_t *o;

	store_last(s, &epoch, &gcn, NULL);
	o = json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:s,s:I,s:s,s:I,s:I,s:I,s:I}", "op",
	    op, "store", s->name, "host", a->c.w.host, "release", a->c.w.release,
	    "lineage", lineage, "charset", charset, "bits", a->c.w.bits, "role", role,
	    "active_at", (json_int_t)store_get_int(s, "active_at"), "incarnation",
	    a->incarnation, "epoch", (json_int_t)epoch, "gcn", (json_int_t)gcn, "floor",
	    (json_int_t)store_int(s->data,
		"SELECT gcn FROM sim_recv WHERE origin='#purged'"),
	    "skew_ms", (json_int_t)knob_int(&a->c.w, s->name, "clock_skew_ms", 0));
	json_object_set_new(o, "numbering", json_integer(store_get_int(s, "numbering")));
	json_object_set_new(o, "ports", ports_of(s));
	json_object_set_new(o, "speaks_with_old",
	    json_boolean(daemon_speaks_with_old(&a->c.w)));
	free(role);
	free(lineage);
	free(charset);
	return o;
}

json_t *
meet_welcome(struct agent *a, const char *sender)
{
	json_t *o = meet_introduce(a, "welcome");
	int64_t numbering, gcn = store_received(&a->c.s, sender, &numbering);

	json_object_set_new(o, "have", json_integer(gcn));
	json_object_set_new(o, "have_numbering", json_integer(numbering));
	return o;
}

/* "11.2.2,22.1" holds the major release of "11.2.2.8.35". */
static bool
lineage_has(const char *lineage, const char *release)
{
	char *copy = need_copy(lineage), *rest = copy, *one;
	bool found = false;

	while ((one = strsep(&rest, ",")) != NULL)
		found |= world_major(one) == world_major(release);
	free(copy);
	return found;
}

/* R9.4: with 26.1 a release replicates only from the patch level on that knows its passwords. */
static bool
knows_passwords_of_26(const char *release)
{
	static const int from[][5] = { { 22, 1, 1, 36, 0 }, { 18, 1, 4, 54, 0 } };
	int part[5] = { 0 };

	(void)world_release_parse(release, part);
	if (part[0] >= 26)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(from); i++)
		if (part[0] == from[i][0] && memcmp(part, from[i], sizeof(part)) != 0)
			for (int k = 1; k < 5; k++)
				if (part[k] != from[i][k])
					return part[k] > from[i][k];
	return part[0] == 22 || part[0] == 18;
}

/* R9.2: static ports on both sides, and the newer database is the older one migrated. */
static int
check_cross(struct agent *a, json_t *other, int other_port, char *why,
    size_t size_bytes)
{
	const char *theirs = text_of(other, "release");
	bool we_are_newer = world_major(a->c.w.release) > world_major(theirs);
	char *own = store_get(&a->c.s, "lineage");
	bool migrated = we_are_newer
	    ? lineage_has(own, theirs)
	    : lineage_has(text_of(other, "lineage"), a->c.w.release);
	int64_t auto_ports =
	    store_int(a->c.s.self, "SELECT count(*) FROM store WHERE port=0");

	free(own);
	if (auto_ports > 0 || other_port == 0)
		snprintf(why, size_bytes, "releases differ and ports are automatic");
	else if (!same_ports(a, other))
		snprintf(why, size_bytes,
		    "releases differ, and ports differ between the copies of the scheme");
	else if (!migrated)
		snprintf(why, size_bytes,
		    "releases differ and the newer is not migrated");
	else if (world_major(a->c.w.release) != world_major(theirs) &&
	    ((a->c.w.part[0] >= 26 && !knows_passwords_of_26(theirs)) ||
		(strtol(theirs, NULL, 10) >= 26 && !knows_passwords_of_26(a->c.w.release))))
		snprintf(why, size_bytes, "authentication failure");
	else if (knob_is(&a->c.w, NULL, "cross_release", "no", "yes"))
		snprintf(why, size_bytes, "this pair of releases does not replicate");
	else
		return 0;
	return -1;
}

/* With a release before 7.0: one character set, and the newer main daemon is told so. */
static int
check_old(struct agent *a, json_t *other, const char *charset, char *why,
    size_t size_bytes)
{
	long theirs = strtol(text_of(other, "release"), NULL, 10),
	     ours = a->c.w.part[0];

	if ((theirs < 7) == (ours < 7))
		return 0;
	if (strcasecmp(charset, "TIMESTEN8") != 0)
		snprintf(why, size_bytes,
		    "with releases before 7.0 only TIMESTEN8 replicates");
	else if (ours < 7 ? !json_is_true(json_object_get(other, "speaks_with_old"))
			  : !daemon_speaks_with_old(&a->c.w))
		snprintf(why, size_bytes,
		    "the newer main daemon has no -insecure-backwards-compat");
	else
		return 0;
	return -1;
}

int
meet_check(struct agent *a, json_t *other, int other_port, char *why, size_t size_bytes)
{
	char *charset = store_get(&a->c.s, "charset");
	bool same_charset = strcmp(charset, text_of(other, "charset")) == 0;
	int64_t skew = json_integer_value(json_object_get(other, "skew_ms")) -
	    knob_int(&a->c.w, a->c.s.name, "clock_skew_ms", 0);
	bool fits = check_old(a, other, charset, why, size_bytes) == 0;

	free(charset);
	if (!same_charset)
		snprintf(why, size_bytes, "database character sets differ");
	else if (json_integer_value(json_object_get(other, "bits")) != a->c.w.bits)
		snprintf(why, size_bytes, "bit levels differ");
	else if (skew > 250 || skew < -250)
		snprintf(why, size_bytes, "clocks differ by more than 250 ms");
	else if (!fits)
		return -1;
	else if (world_major(text_of(other, "release")) != world_major(a->c.w.release))
		return check_cross(a, other, other_port, why, size_bytes);
	else
		return 0;
	return -1;
}

/*
 * Both ACTIVE: the one that became so earlier is invalidated, connections and all. True when
 * the other is ACTIVE too, so nothing may flow.
 */
bool
meet_split_brain(struct agent *a, json_t *other)
{
	int64_t ours = store_get_int(&a->c.s, "active_at");
	int64_t theirs = json_integer_value(json_object_get(other, "active_at"));

	if (strcmp(text_of(other, "role"), "ACTIVE") != 0 ||
	    !role_is(&a->c.s, "ACTIVE"))
		return false;
	record_event(&a->c.w, a->c.s.name, "split_brain", "{s:s,s:b}", "peer",
	    text_of(other, "store"), "we_are_older", ours < theirs);
	if (ours < theirs) {
		record_diag(&a->c.w, "REP",
		    "%s: two ACTIVE databases met; this one is invalidated",
		    a->c.s.name);
		(void)session_ask(&a->c.w,
		    json_pack("{s:s,s:s,s:s}", "op", "invalidate", "path", a->c.s.path,
			"why", "split brain"),
		    NULL, &(struct sim_error){ 0 });
	}
	return true;
}
