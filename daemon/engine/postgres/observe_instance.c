/*
 * The tools' releases, and what the host's shell tells about each data directory: whether a
 * postmaster runs there, whether it is frozen, and who could still write through it.
 *
 * Installations with one data directory are one place, which is asked about once; all facts
 * of it are kept for each of them, and which of them is home decides whose they are.
 *
 * The shell's functions (host.sh) print lines `key=value`, and fail when a directory cannot
 * be read. A server that is not up has no further lines of pg_frozen.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_parts.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/pg_release.h"

/* ---- postgres -V ---- */

static bool
is_not_installed(const struct outcome *o)
{
	return (o->ending == ENDING_FAILED ||
		   (o->ending == ENDING_EXITED && o->status == 127)) &&
	    (str_find_nocase(o->output, "No such file") != NULL ||
		str_find_nocase(o->output, "not found") != NULL);
}

void
answer_release(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen)
{
	struct release *r = &draft->inst[q->installation].release;
	const char *text = o->output + strspn(o->output, " \r\n");

	*r = (struct release){ 0 };
	if (is_not_installed(o))
		return; /* seen: there is none */
	if (o->ending == ENDING_EXITED && o->status == 0 && pg_release_find(text, r))
		return;
	observation_failed(draft, "postgres -V of \"%s\": %s: %.*s",
	    member_installation(m, q->installation)->name, ending_name(o->ending),
	    (int)strcspn(text, "\r\n"), text);
	*seen = 0;
}

/* ---- the shell ---- */

/* Keys that become details: of pg_frozen, then what pg_instance tells beyond it. */
static const char *const told[] = { "up", "pid", "frozen", "foreign", "private",
	"recovering", "major", "state", "checkpoint", "redo", "timeline", "sysid",
	"minimum", "wal_level", "wal_log_hints", "checksums" };
#define TOLD_BY_FROZEN 6

char *
instance_statements(const struct member *m, bool all)
{
	struct buf b = { 0 };

	for (int i = 0; i < pg_look_installations(m); i++) {
		char *bin;

		if (pg_look_place(m, i) != i)
			continue;
		buf_addf(&b, "%secho place=%d; %s ", i > 0 ? "; " : "", i,
		    all ? "pg_instance" : "pg_frozen");
		buf_add_shell(&b, pg_data(m, i));
		if (all) {
			bin = pg_tool(m, i, "");
			buf_adds(&b, " ");
			buf_add_shell(&b, bin);
			free(bin);
		}
	}
	buf_adds(&b, "\n");
	return buf_take(&b);
}

static void
forget_place(struct observation *draft, int i, bool all)
{
	for (size_t k = 0; k < (all ? ARRAY_SIZE(told) : TOLD_BY_FROZEN); k++)
		pg_place_put(draft, i, told[k], NULL);
}

static void
read_line(const char *line, size_t len, int place, struct observation *draft)
{
	const char *equal = memchr(line, '=', len);
	char *value;

	if (equal == NULL)
		return;
	value = mem_strndup(equal + 1, len - (size_t)(equal + 1 - line));
	if (str_starts(line, "exists=f"))
		pg_place_put(draft, place, "major", "");
	for (size_t k = 0; k < ARRAY_SIZE(told); k++)
		if (strlen(told[k]) == (size_t)(equal - line) &&
		    strncmp(told[k], line, strlen(told[k])) == 0)
			pg_place_put(draft, place, told[k], value);
	free(value);
}

static void
read_places(const char *text, struct observation *draft)
{
	int64_t place = -1;

	for (const char *line = text; *line != '\0';) {
		size_t len = strcspn(line, "\r\n");

		if (str_starts(line, "place="))
			place = line[strlen("place=")] - '0';
		else if (place >= 0 && place < INSTALLATIONS_MAX)
			read_line(line, len, (int)place, draft);
		line += len + strspn(line + len, "\r\n");
	}
}

static void
share_places(const struct member *m, struct observation *draft)
{
	for (int i = 0; i < pg_look_installations(m); i++) {
		int from = pg_look_place(m, i);

		for (size_t k = 0; from != i && k < ARRAY_SIZE(told); k++)
			pg_place_put(draft, i, told[k],
			    pg_place_detail(draft, from, told[k]));
	}
}

static bool
all_were_told(const struct member *m, const struct observation *draft)
{
	for (int i = 0; i < pg_look_installations(m); i++)
		if (pg_place_detail(draft, i, "up") == NULL)
			return false;
	return true;
}

bool
instance_read(const struct member *m, const struct outcome *o, bool all,
    struct observation *draft)
{
	bool answered = o->ending == ENDING_EXITED;
	const char *text = o->output + strspn(o->output, " \r\n");

	for (int i = 0; i < pg_look_installations(m); i++)
		forget_place(draft, i, all || !answered);
	if (answered)
		read_places(o->output, draft);
	share_places(m, draft);
	if (answered && all_were_told(m, draft))
		return true;
	observation_failed(draft, "shell on %s: %s: %.*s", m->host->name,
	    ending_name(o->ending), (int)strcspn(text, "\r\n"), text);
	return false;
}

/* ---- what follows ---- */

static enum fact
place_fact(const struct observation *draft, int i, const char *name)
{
	const char *value = pg_place_detail(draft, i, name);

	return value == NULL        ? FACT_UNKNOWN
	    : str_equal(value, "t") ? FACT_YES
				    : FACT_NO;
}

/* Does a postmaster run there? */
static enum fact
runs(const struct observation *draft, int i)
{
	return place_fact(draft, i, "up");
}

/* Is there a cluster? "": seen, and no. */
static enum fact
exists(const struct observation *draft, int i)
{
	const char *major = pg_place_detail(draft, i, "major");

	return major == NULL ? FACT_UNKNOWN : major[0] != '\0' ? FACT_YES : FACT_NO;
}

static bool
is_open(const struct observation *draft, int i)
{
	return runs(draft, i) == FACT_YES &&
	    place_fact(draft, i, "frozen") != FACT_YES &&
	    place_fact(draft, i, "private") != FACT_YES;
}

bool
instance_serves(const struct member *m, const struct observation *draft)
{
	int n = pg_look_installations(m);

	for (int i = 0; i < n; i++)
		if (runs(draft, i) == FACT_UNKNOWN || is_open(draft, i))
			return true;
	return n == 0;
}

/* The place that the server itself, or its release, tells. */
static int
home_by_answer(const struct member *m, const struct observation *draft, bool only_open)
{
	const char *data = settings_get(&draft->details, "pg.data");
	int n = pg_look_installations(m), by_data = -1, count = 0;

	if (!release_is_set(&draft->running))
		return -1;
	for (int i = 0; i < n; i++) {
		if (only_open && !is_open(draft, i))
			continue;
		if (release_is_set(&draft->inst[i].release) &&
		    release_compare(&draft->inst[i].release, &draft->running) == 0)
			return i;
		if (data != NULL && str_equal(pg_data(m, i), data)) {
			by_data = i;
			count++;
		}
	}
	return count == 1 ? by_data : -1;
}

static int
home_of_one_place(const struct member *m, const struct observation *draft)
{
	int by_release = home_by_answer(m, draft, false);
	int old = member_installation_find(m, "old");

	if (by_release >= 0)
		return by_release;
	if (!release_is_set(&draft->running) && exists(draft, 0) != FACT_YES)
		return -1;
	return old >= 0 ? old : 0;
}

/* Of several places: the one that is open, else the one that runs, else the one there is. */
static int
home_of_places(const struct member *m, const struct observation *draft)
{
	int n = pg_look_installations(m);
	int open = -1, opens = 0, running = -1, running_count = 0, there = -1,
	    count = 0;

	for (int i = 0; i < n; i++) {
		if (is_open(draft, i) && opens++ == 0)
			open = i;
		if (runs(draft, i) == FACT_YES && running_count++ == 0)
			running = i;
		if (exists(draft, i) == FACT_YES && count++ == 0)
			there = i;
	}
	if (opens == 1)
		return open;
	if (opens > 1)
		return home_by_answer(m, draft, true);
	if (running_count > 0)
		return running_count == 1 ? running : -1;
	if (release_is_set(&draft->running))
		return home_by_answer(m, draft, false);
	return count == 1 ? there : -1;
}

static bool
is_one_place(const struct member *m)
{
	for (int i = 1; i < pg_look_installations(m); i++)
		if (pg_look_place(m, i) != 0)
			return false;
	return true;
}

static void
settle_one(const struct member *m, int i, bool shared, struct observation *draft)
{
	struct installation_seen *s = &draft->inst[i];
	bool elsewhere = shared && draft->home >= 0 && draft->home != i;
	int64_t foreign;

	s->exists = exists(draft, i);
	s->daemon_up = elsewhere ? FACT_NO : runs(draft, i);
	s->loaded = s->daemon_up != FACT_YES             ? s->daemon_up
	    : place_fact(draft, i, "frozen") == FACT_YES ? FACT_NO
							 : FACT_YES;
	s->changing = FACT_NO;
	s->connections = s->applications = -1;
	if (s->daemon_up == FACT_NO)
		s->connections = s->applications = 0;
	else if (str_to_int(pg_place_detail(draft, i, "foreign") != NULL
			 ? pg_place_detail(draft, i, "foreign")
			 : "",
		     0, INT32_MAX, &foreign))
		s->connections = s->applications = (int)foreign;
	str_copy(s->path, sizeof(s->path), pg_data(m, i));
}

void
instance_settle(const struct member *m, struct observation *draft)
{
	bool one = is_one_place(m);
	int n = pg_look_installations(m), up = 0, known = 0;

	if (!instance_serves(m, draft))
		draft->running = (struct release){ 0 };
	draft->home = one ? home_of_one_place(m, draft) : home_of_places(m, draft);
	for (int i = 0; i < n; i++) {
		settle_one(m, i, one, draft);
		up += runs(draft, i) == FACT_YES;
		known += runs(draft, i) != FACT_UNKNOWN;
	}
	if (up > 0 || release_is_set(&draft->running))
		draft->reachable = FACT_YES;
	else
		draft->reachable = known == n ? FACT_NO : FACT_UNKNOWN;
}

/* A server that is stopped by a signal, with nobody left in it who could commit. */
static void
role_of_frozen(const struct member *m, int i, struct observation *draft)
{
	const char *foreign = pg_place_detail(draft, i, "foreign");
	bool standby = place_fact(draft, i, "recovering") != FACT_NO;

	draft->role = standby ? ROLE_RECOVERING : ROLE_ACTIVE;
	draft->writable = standby || (foreign != NULL && str_equal(foreign, "0"))
	    ? FACT_NO
	    : FACT_UNKNOWN;
	observation_failed(draft, "the server of %s is frozen", m->name);
}

bool
instance_role(const struct member *m, struct observation *draft)
{
	int frozen = -1, private = 0, n = pg_look_installations(m);

	for (int i = 0; i < n; i++) {
		if (runs(draft, i) == FACT_UNKNOWN || is_open(draft, i))
			return false;
		if (place_fact(draft, i, "frozen") == FACT_YES)
			frozen = i;
		private += place_fact(draft, i, "private") == FACT_YES;
	}
	if (frozen >= 0) {
		role_of_frozen(m, frozen, draft);
		return true;
	}
	draft->role = ROLE_IDLE;
	draft->writable = FACT_NO;
	draft->error[0] = '\0';
	observation_failed(draft,
	    private > 0 ? "the server runs where only the daemon reaches it"
			: "the server is not running");
	return true;
}
