/*
 * Answers of ttStatus: daemons, stores, agents, and where the database lives.
 *
 * Each installation is looked at by itself; when the last one was asked it is concluded
 * where the database lives. An installation whose tools are not there has no daemon and
 * no database (the new release before it is installed); one that does not answer is
 * unknown, and then nothing is concluded from what is missing.
 */
#include "config.h"

#include <ctype.h>

#include "daemon/engine/timesten/observe_parts.h"

static const char *
name_of(const struct member *m, int installation)
{
	const struct installation *i = member_installation(m, installation);

	return i != NULL ? i->name : "?";
}

bool
is_not_installed(const struct question *q, const struct outcome *o)
{
	const char *tool = q->argv.count > 0 ? q->argv.items[0] : "", *at;
	bool ended = o->ending == ENDING_FAILED ||
	    (o->ending == ENDING_EXITED && o->status == 127);

	if (!ended || tool[0] == '\0')
		return false;
	at = strstr(o->output, tool);
	return at != NULL &&
	    (str_find_nocase(at, "No such file") != NULL ||
		str_find_nocase(at, "not found") != NULL);
}

void
process_failed(const struct member *m, const struct question *q,
    const struct outcome *o, const char *what, struct observation *draft)
{
	char said[96] = "";
	const char *text = o->output;
	size_t len;

	while (isspace((unsigned char)*text))
		text++;
	len = strcspn(text, "\r\n");
	str_printf(said, sizeof(said), "%.*s", (int)len, text);
	if (o->ending == ENDING_EXITED)
		observation_failed(draft, "%s of %s: status %d: %s", what,
		    name_of(m, q->installation), o->status, said);
	else
		observation_failed(draft, "%s of %s: %s: %s", what,
		    name_of(m, q->installation), ending_name(o->ending), said);
}

/* ---- ttStatus ---- */

static void
forget_installation(struct installation_seen *s)
{
	s->daemon_up = s->exists = s->loaded = s->changing = FACT_UNKNOWN;
	s->replication_agent = s->cache_agent = AGENT_UNKNOWN;
	s->connections = s->applications = -1;
}

/* Nothing of the database runs there: the daemon is down, or it has no such store. */
static void
set_nothing(struct installation_seen *s, enum fact daemon_up, enum fact exists)
{
	s->daemon_up = daemon_up;
	s->exists = exists;
	s->loaded = s->changing = FACT_NO;
	s->replication_agent = s->cache_agent = AGENT_STOPPED;
	s->connections = s->applications = 0;
	if (exists == FACT_NO)
		s->path[0] = '\0';
}

static void
set_store(struct installation_seen *s, const struct tt_store_status *t)
{
	s->daemon_up = s->exists = FACT_YES;
	s->loaded = t->loaded;
	s->changing = t->changing;
	s->replication_agent = t->replication_agent;
	s->cache_agent = t->cache_agent;
	s->applications = t->applications;
	s->connections = t->connections >= 0 && t->subdaemons >= 0
	    ? t->connections - t->subdaemons
	    : -1;
	str_copy(s->path, sizeof(s->path), t->path);
}

/* Its ttStatus says of this store that nobody at all is connected. */
static void
set_nobody(const struct tt_store_status *t, int installation, struct observation *draft)
{
	char key[24];

	str_printf(key, sizeof(key), "nobody.%d", installation);
	settings_unset(&draft->details, key);
	if (t != NULL && t->connections == 0)
		settings_set(&draft->details, key, "yes");
}

static bool
lists_nobody(const struct observation *draft, int installation)
{
	char key[24];

	str_printf(key, sizeof(key), "nobody.%d", installation);
	return settings_is(&draft->details, key, "yes");
}

/* Who keeps it in memory, for who waits for them. */
static void
set_holders(const struct tt_store_status *t, int installation, struct observation *draft)
{
	char key[24];

	str_printf(key, sizeof(key), "holders.%d", installation);
	settings_unset(&draft->details, key);
	if (t != NULL && t->holders[0] != '\0')
		settings_set(&draft->details, key, t->holders);
}

static void
set_server(const struct tt_status *t, int installation, struct observation *draft)
{
	char key[24];

	str_printf(key, sizeof(key), "server.%d", installation);
	if (t->daemon_up == FACT_YES && t->server_port > 0)
		detail_setf(draft, key, "%d", t->server_port);
	else
		settings_set(&draft->details, key, "none");
}

/* Other databases of the instance: to stop its daemon would take them along. */
static void
set_others(const struct tt_status *t, const struct tt_store_status *own,
    int installation, struct observation *draft)
{
	char key[24];

	str_printf(key, sizeof(key), "others.%d", installation);
	settings_unset(&draft->details, key);
	for (int i = 0; i < t->count; i++)
		if (&t->stores[i] != own && t->stores[i].loaded == FACT_YES)
			detail_add_word(draft, key, t->stores[i].path);
}

static void
set_status(const struct member *m, const struct question *q, const struct tt_status *t,
    struct observation *draft)
{
	struct installation_seen *s = &draft->inst[q->installation];
	const struct tt_store_status *store;
	char key[24];
	int n = tt_status_find(t, m, q->installation, &store);

	set_server(t, q->installation, draft);
	set_others(t, n == 1 ? store : NULL, q->installation, draft);
	set_holders(n == 1 ? store : NULL, q->installation, draft);
	set_nobody(n == 1 ? store : NULL, q->installation, draft);
	if (t->daemon_up == FACT_NO) {
		set_nothing(s, FACT_NO, FACT_UNKNOWN);
	} else if (n == 0) {
		set_nothing(s, FACT_YES, FACT_NO);
	} else if (n > 1) {
		s->daemon_up = FACT_YES;
		observation_failed(draft, "ttStatus of %s: %d stores end in %s: set path",
		    name_of(m, q->installation), n, tt_store(m));
	} else {
		set_store(s, store);
		str_printf(key, sizeof(key), "closed.%d", q->installation);
		if (store->open != FACT_UNKNOWN)
			settings_set(&draft->details, key,
			    store->open == FACT_NO ? "yes" : "no");
	}
}

void
forget_database(struct observation *draft, unsigned looks)
{
	if (looks & LOOK_ROLE) {
		draft->role = ROLE_UNKNOWN;
		draft->bookmark = (struct bookmark){ 0 };
	}
	if (looks & LOOK_PEERS)
		observation_peers_clear(draft);
	if (looks & LOOK_MARKER)
		draft->marker[0] = '\0';
}

/* Two sections of one installation, for a database that is to get another place in it, tell the
 * same database twice while no place is said. */
static bool
is_told_before(const struct member *m, const struct observation *draft, int i)
{
	for (int k = 0; k < i; k++)
		if (draft->inst[i].path[0] != '\0' &&
		    str_equal(draft->inst[i].path, draft->inst[k].path) &&
		    str_equal(member_installation(m, i)->bin, member_installation(m, k)->bin))
			return true;
	return false;
}

/*
 * Two installations with one place claim to have it in memory. Files are opened by one main daemon
 * at a time: it is the one that lists connections, and there are some of every database in memory,
 * those of its subdaemon. The other one tells what the policy manual was told last, by whichever
 * of them. Where both list some, or neither, it stays as told.
 */
static void
settle_one_place(struct observation *draft, int n)
{
	for (int i = 0; i < n; i++)
		for (int k = 0; k < n; k++) {
			const struct installation_seen *held = &draft->inst[k];
			struct installation_seen *in = &draft->inst[i];

			if (i != k && in->loaded == FACT_YES && held->loaded == FACT_YES &&
			    in->path[0] != '\0' && str_equal(in->path, held->path) &&
			    lists_nobody(draft, i) && !lists_nobody(draft, k))
				in->loaded = FACT_NO;
		}
}

/* The installation that has it loaded, else the only one that has it; -1: several, none,
 * or one that did not say. */
static int
find_home(const struct member *m, const struct observation *draft, int n)
{
	int loaded = -1, exists = -1, loaded_count = 0, exists_count = 0;

	for (int i = 0; i < n; i++) {
		if (is_told_before(m, draft, i))
			continue;
		if (draft->inst[i].loaded == FACT_YES) {
			loaded = i;
			loaded_count++;
		}
		if (draft->inst[i].exists == FACT_YES) {
			exists = i;
			exists_count++;
		}
	}
	if (loaded_count > 0)
		return loaded_count == 1 ? loaded : -1;
	return exists_count == 1 ? exists : -1;
}

static bool
all_are_unloaded(const struct member *m, const struct observation *draft)
{
	int n = look_installations(m);

	for (int i = 0; i < n; i++)
		if (draft->inst[i].loaded != FACT_NO)
			return false;
	return n > 0;
}

enum fact
look_writable(const struct member *m, const struct observation *draft)
{
	const struct installation_seen *home = observation_home(draft);

	if (all_are_unloaded(m, draft))
		return FACT_NO;
	if (home == NULL || home->loaded != FACT_YES)
		return FACT_UNKNOWN;
	switch (draft->role) {
	case ROLE_ACTIVE:
		return home->changing == FACT_YES ||
			settings_is(&draft->details, "closed", "yes")
		    ? FACT_UNKNOWN
		    : FACT_YES;
	case ROLE_SUBSCRIBER:
		return settings_is(&draft->details, "says_active", "yes") ? FACT_UNKNOWN
									  : FACT_NO;
	case ROLE_STANDBY:
	case ROLE_IDLE:
	case ROLE_FAILED:
	case ROLE_RECOVERING:
		return FACT_NO;
	case ROLE_UNKNOWN:
		/* No session may be opened to it, so that whoever ttStatus lists is none of ours. */
		if (str_equal(m->pair->topology, "bidirectional") &&
		    home->applications == 0)
			return FACT_NO;
		break;
	case ROLES:
		break;
	}
	return FACT_UNKNOWN;
}

static void
set_closed(struct observation *draft)
{
	char key[24];
	const char *value;

	str_printf(key, sizeof(key), "closed.%d", draft->home);
	value = settings_get(&draft->details, key);
	if (value != NULL)
		settings_set(&draft->details, "closed", value);
	else
		settings_unset(&draft->details, "closed");
}

static void
count_daemons(const struct observation *draft, int n, int *ret_up, int *ret_read)
{
	*ret_up = *ret_read = 0;
	for (int i = 0; i < n; i++) {
		*ret_up += draft->inst[i].daemon_up == FACT_YES;
		*ret_read += draft->inst[i].daemon_up != FACT_UNKNOWN;
	}
}

/* Where it lives now; true when that is not where it was seen to live the last time. The
 * draft's own home is emptied before a look, so the last one is kept as a detail. */
static bool
move_home(const struct member *m, struct observation *draft, int n)
{
	const char *was = settings_get(&draft->details, "home");
	char now[16];
	bool moved;

	draft->home = find_home(m, draft, n);
	str_printf(now, sizeof(now), "%d", draft->home);
	moved = was != NULL && !str_equal(was, now);
	if (moved)
		settings_unset(&draft->details, "skipped");
	if (draft->home >= 0)
		settings_set(&draft->details, "home", now);
	return moved;
}

/* Where there is no database at all, there are no policies to be asked for. */
static enum fact
is_somewhere(const struct observation *draft, int n)
{
	enum fact is = FACT_NO;

	for (int i = 0; i < n; i++) {
		if (draft->inst[i].exists == FACT_YES)
			return FACT_YES;
		if (draft->inst[i].exists != FACT_NO)
			is = FACT_UNKNOWN;
	}
	return is;
}

/* Every installation was asked: where does the database live? */
static void
conclude(const struct member *m, struct observation *draft, unsigned *seen)
{
	int n = look_installations(m), up, read;
	const struct installation_seen *home;
	bool moved;

	settle_one_place(draft, n);
	moved = move_home(m, draft, n);
	count_daemons(draft, n, &up, &read);
	draft->reachable = up > 0 ? FACT_YES : FACT_NO;
	home = observation_home(draft);
	set_closed(draft);
	if (home == NULL || home->loaded != FACT_YES || moved)
		forget_database(draft, LOOK_CHEAP);
	draft->writable = look_writable(m, draft);
	if (is_somewhere(draft, n) == FACT_UNKNOWN)
		*seen &= ~(unsigned)LOOK_POLICY;
	if (read == 0)
		*seen &= ~(unsigned)LOOK_INSTANCE;
	else if (up == 0)
		observation_failed(draft, "daemon not running");
	else if (home != NULL && home->changing == FACT_YES)
		observation_failed(draft, "being loaded or unloaded");
	else if (is_somewhere(draft, n) == FACT_NO && n > 0)
		observation_failed(draft,
		    "ttStatus lists no database %s: it is not there, or its member is to say store or path",
		    member_setting(m, "path") != NULL ? member_setting(m, "path") : tt_store(m));
	else if (home != NULL ? home->loaded == FACT_NO : all_are_unloaded(m, draft))
		observation_failed(draft, "not loaded");
	else if (home == NULL)
		observation_failed(draft, "not known in which installation it is loaded");
}

void
answer_status(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	struct installation_seen *s = &draft->inst[q->installation];
	struct tt_status t = { 0 };
	struct ud_error err;
	char key[24];

	forget_installation(s);
	str_printf(key, sizeof(key), "closed.%d", q->installation);
	settings_unset(&draft->details, key);
	if (is_not_installed(q, o))
		set_nothing(s, FACT_NO, FACT_NO);
	else if (o->ending == ENDING_EXITED &&
	    tt_status_parse(o->output, &t, &err) == 0)
		set_status(m, q, &t, draft);
	else
		process_failed(m, q, o, "ttStatus", draft);
	tt_status_done(&t);
	if (q->installation == look_installations(m) - 1)
		conclude(m, draft, seen);
}
