/* The replication scheme: its kind, its names, its ports, what it promises at commit. */
#include "config.h"

#include "daemon/engine/timesten/rules_parts.h"

#include <string.h>
#include <strings.h>

#include "common/release.h"

#define PAIR_SCHEME "_ACTIVESTANDBY"
#define ORACLE      "_ORACLE" /* what AWT cache groups propagate to; no database of ours */

/* What only pairs and AWT cache groups have, or nothing at all. */
static bool
is_no_classic(const char *scheme)
{
	static const char *const others[] = { PAIR_SCHEME, "_AWTREPSCHEME", "none", "several" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (str_equal_nocase(scheme, others[i]))
			return true;
	return false;
}

static void
classic_kind(const struct check *c)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *scheme = check_detail(c, m, "scheme");

		if (scheme != NULL && is_no_classic(scheme))
			check_block(c, m,
			    "only masters of one scheme made by CREATE REPLICATION can be "
			    "upgraded this way; say topology = \"active-standby\" of a pair",
			    "%s has no classic scheme of its own: its replication scheme is %s",
			    m->name, scheme);
	}
	check_untold(c, "scheme", "the kind of replication scheme");
}

/* Each master has the other among its receivers, and sends. */
void
rule_scheme_flow(const struct check *c)
{
	const struct member *sides[] = { c->plan->active, c->plan->standby };

	if (!str_equal(c->pair->topology, "bidirectional"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(sides); i++) {
		const struct member *m = sides[i], *other = sides[1 - i];
		const struct peer_seen *peer;

		if (m == NULL || other == NULL ||
		    check_seen(c, m)->peers_seen == FACT_UNKNOWN)
			continue;
		peer = observation_peer(check_seen(c, m), tt_store(other));
		if (peer == NULL)
			check_block(c, m,
			    "add an element with this master and that subscriber to the scheme",
			    "%s does not replicate to %s: both ways are needed", m->name,
			    other->name);
		else if (peer->state[0] != '\0' && !str_equal_nocase(peer->state, "start"))
			check_block(c, m,
			    "ttRepAdmin -receiver -state start, and see that nothing is missing",
			    "what %s sends to %s is in state %s", m->name, other->name,
			    peer->state);
	}
}

/* Nothing else proves that a flow is paused, or that it flows again. */
void
rule_marker_needed(const struct check *c)
{
	if (str_equal(c->pair->topology, "bidirectional") && c->pair->marker_table == NULL)
		check_block(c, NULL,
		    "create a table that is replicated both ways, (ID NUMBER NOT NULL PRIMARY "
		    "KEY, TAG VARCHAR2(64)), and name it in marker_table",
		    "no marker table: it is the procedure's proof, in both directions");
}

/* Does the plan need it out of memory, with nobody who stops its agent? */
static bool
agent_is_in_the_way(const struct check *c, const struct member *m)
{
	const struct installation_seen *in = observation_home(check_seen(c, m));

	return check_does(c, "place-free") && in != NULL &&
	    in->replication_agent == AGENT_RUNNING;
}

/* A database that is described as single, and replicates with somebody.
 *
 * Source: Installation guide 11.2.1, chapter 2, "Moving to a different directory": "You must reconfigure
 * replication if the moved database has been configured to replicate"; "Performing an offline upgrade";
 * TimesTen Reference, ttMigrate -noRepUpgrade: not of a database that is part of a scheme. */
static void
single_kind(const struct check *c, const struct member *m)
{
	const char *scheme = check_detail(c, m, "scheme");

	if (scheme == NULL || str_equal_nocase(scheme, "none"))
		return;
	if (agent_is_in_the_way(c, m))
		check_block(c, m,
		    "when all it has was sent (ttRepSubscriberWait), stop it: ttAdmin -repStop; and "
		    "start the one of the new place when that serves",
		    "the replication agent of %s runs, for scheme %s: it keeps the database in "
		    "memory, and this procedure does not stop it",
		    m->name, scheme);
	if (str_equal_nocase(scheme, "_AWTREPSCHEME"))
		return; /* it replicates with Oracle only */
	if (check_does(c, "migrate-out"))
		check_block(c, m,
		    "describe it with its peers, as a pair of the topology bidirectional or "
		    "active-standby; or drop the scheme before, and set replication up anew "
		    "afterwards",
		    "%s is part of replication scheme %s, and a single database is saved without "
		    "its replication",
		    m->name, scheme);
	else if (check_does(c, "place-free"))
		check_warn(c, m, "set it up anew, and make its peers anew as copies",
		    "%s is part of replication scheme %s: in its new place replication has to be "
		    "set up anew",
		    m->name, scheme);
	else
		check_note(c, m, "see that their log has room, and FAILTHRESHOLD is not reached",
		    "%s is part of replication scheme %s: its peers keep what is for it while its "
		    "agent is stopped",
		    m->name, scheme);
}

void
rule_scheme_kind(const struct check *c)
{
	if (str_equal(c->pair->topology, "bidirectional"))
		classic_kind(c);
	if (!check_is_pair(c) && c->plan->active != NULL)
		single_kind(c, c->plan->active);
	if (!str_equal(c->pair->topology, "active-standby"))
		return;
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *scheme = check_detail(c, m, "scheme");

		if (scheme == NULL || str_equal_nocase(scheme, PAIR_SCHEME))
			continue;
		check_block(c, m,
		    "only a pair made by CREATE ACTIVE STANDBY PAIR, with no other scheme "
		    "beside it, can be upgraded this way",
		    "%s is no active standby pair: its replication scheme is %s",
		    m->name, scheme);
	}
	check_untold(c, "scheme", "the kind of replication scheme");
}

/* ---- names ---- */

/* Does another member go by the same store name? Then details do not tell them apart. */
static bool
is_shared(const struct check *c, const struct member *m)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (&c->pair->members[i] != m &&
		    str_equal_nocase(tt_store(&c->pair->members[i]), tt_store(m)))
			return true;
	return false;
}

/* Equal, or one of them is the other without its domain. */
static bool
is_same_host(const char *a, const char *b)
{
	size_t na = strcspn(a, "."), nb = strcspn(b, ".");

	if (str_equal_nocase(a, b))
		return true;
	return na == nb && strncasecmp(a, b, na) == 0 &&
	    (a[na] == '\0' || b[nb] == '\0') && strspn(a, "0123456789") < na;
}

static void
member_name(const struct check *c, const struct member *teller, const struct member *m)
{
	const char *host = check_store(c, teller, tt_store(m), "host");

	if (host == NULL)
		check_block(c, m,
		    "set dsn or store of the member to the last part of its data store path, "
		    "as TTREP.TTSTORES has it",
		    "the scheme that %s has knows no store %s", teller->name,
		    tt_store(m));
	else if (!is_same_host(host, m->host->name))
		check_warn(c, m,
		    "see that both names mean one machine; commands use the scheme's name",
		    "store %s is on host %s in the scheme, and on %s in the configuration",
		    tt_store(m), host, m->host->name);
}

/* The name in a key "store.<NAME>.<field>" and its length; NULL: another key. */
static const char *
store_in_key(const char *key, const char *field, int *ret_len)
{
	size_t len = strlen(key), rest = strlen("store.") + 1 + strlen(field);

	if (!str_starts(key, "store.") || len <= rest ||
	    key[len - strlen(field) - 1] != '.' ||
	    !str_equal(key + len - strlen(field), field))
		return NULL;
	*ret_len = (int)(len - rest);
	return key + strlen("store.");
}

static bool
is_name(const char *ours, const char *store, int len)
{
	return strlen(ours) == (size_t)len &&
	    strncasecmp(ours, store, (size_t)len) == 0;
}

static bool
is_configured(const struct check *c, const char *store, int len)
{
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (is_name(tt_store(&c->pair->members[i]), store, len))
			return true;
	return false;
}

static void
strange_names(const struct check *c, const struct member *teller)
{
	const struct settings *d = &check_seen(c, teller)->details;
	int len;

	for (size_t i = 0; i < d->count; i++) {
		const char *name = store_in_key(d->items[i].key, "host", &len);

		if (name == NULL || is_configured(c, name, len) ||
		    is_name(ORACLE, name, len))
			continue;
		check_block(c, NULL,
		    "describe it as a member of the pair, or drop it from the scheme",
		    "the scheme that %s has knows store %.*s on host %s, which is no member "
		    "of pair %s",
		    teller->name, len, name, d->items[i].value, c->pair->name);
	}
}

/* A database that takes itself for another store is not the one that was meant. */
static void
local_name(const struct check *c, const struct member *m)
{
	const struct settings *d = &check_seen(c, m)->details;
	int len;

	if (str_equal(check_store(c, m, tt_store(m), "local"), "yes"))
		return;
	for (size_t i = 0; i < d->count; i++) {
		const char *name = store_in_key(d->items[i].key, "local", &len);

		if (name != NULL && str_equal(d->items[i].value, "yes"))
			check_block(c, m, "give the member the DSN of its own database",
			    "the database behind DSN %s takes itself for store %.*s, not %s",
			    tt_dsn(m, check_seen(c, m)->home), len, name, tt_store(m));
	}
}

/* Every member has a copy of the scheme: they must not contradict each other. */
static void
copy_hosts(const struct check *c, const struct member *teller, const struct member *m)
{
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const char *store = tt_store(&c->pair->members[i]);
		const char *a = check_store(c, teller, store, "host");
		const char *b = check_store(c, m, store, "host");

		if (a != NULL && b != NULL && !str_equal_nocase(a, b))
			check_block(c, m, "duplicate it again before the upgrade",
			    "store %s is on host %s for %s, and on %s for %s", store, b,
			    m->name, a, teller->name);
	}
}

/* A wait for a name that nobody knows ends at once, and so would prove nothing. Blocks only
 * when the active was asked, and tells neither its scheme nor its peers. */
static void
unproved_names(const struct check *c)
{
	const struct member *active = c->plan->active, *standby = c->plan->standby;

	if (c->pair->marker_table != NULL || active == NULL || standby == NULL ||
	    observation_at_ms(check_seen(c, active), LOOK_PEERS) == 0 ||
	    check_detail(c, active, "schema_asked") == NULL ||
	    observation_peer(check_seen(c, active), tt_store(standby)) != NULL)
		return;
	check_block(c, NULL,
	    "set marker_table, so that a row can be seen to arrive; or give the daemon's user "
	    "the right to read TTREP.TTSTORES",
	    "nothing would prove that every commit arrived: the scheme's names were not seen, "
	    "and there is no marker table");
}

void
rule_wait_names(const struct check *c)
{
	const struct member *teller = check_scheme_teller(c);
	bool alike = false;

	if (!check_is_pair(c))
		return;
	if (teller == NULL) {
		check_untold(c, "stores", "which stores and hosts the scheme names");
		unproved_names(c);
		return;
	}
	for (size_t i = 0; i < c->pair->member_count; i++)
		alike = alike || is_shared(c, &c->pair->members[i]) ||
		    check_detail(c, &c->pair->members[i], "stores_alike") != NULL;
	if (alike) {
		check_warn(c, NULL,
		    "compare stores, hosts and ports of TTREP.TTSTORES with the members "
		    "yourself",
		    "not checked: stores of one name on several hosts cannot be told apart");
		return;
	}
	strange_names(c, teller);
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];

		member_name(c, teller, m);
		local_name(c, m);
		if (m != teller)
			copy_hosts(c, teller, m);
	}
}

/* ---- ports ---- */

#define PORTS_REMEDY                                                                      \
	"set port of each member, then upgradectl start PAIR --procedure asp-ports --to " \
	"the release that runs: it stops every agent, changes the scheme on the active "  \
	"and duplicates the rest; to change ports costs a copy of each"

/* No scheme was seen: the configuration is all there is. */
static void
configured_ports(const struct check *c)
{
	struct buf members = { 0 };

	for (size_t i = 0; i < c->pair->member_count; i++)
		if (c->pair->members[i].port == 0)
			check_name(&members, &c->pair->members[i]);
	if (members.len > 0)
		check_warn(c, NULL,
		    "set port of each member to what REP_PORT_NUMBER of TTREP.TTSTORES says; "
		    "where that is 0 it must be made static before the upgrade",
		    "the ports of the scheme were not seen, and the configuration names none "
		    "for %s",
		    buf_text(&members));
	check_untold(c, "stores", "the port of every store");
	buf_done(&members);
}

/* A classic scheme is changed on the way, at no cost. */
static bool
sets_ports(const struct check *c)
{
	return str_equal(c->pair->topology, "bidirectional") && check_does(c, "set-ports");
}

static void
member_port(const struct check *c, const struct member *teller, const struct member *m,
    struct buf *automatic)
{
	int64_t port, copy;
	const char *text = check_store(c, teller, tt_store(m), "port");

	if (text == NULL || !str_to_int(text, 0, 65535, &port))
		return; /* wait.names, or unread_ports() */
	if (m->port != 0 && port != m->port && sets_ports(c)) {
		check_note(c, m, "", "step 1 changes the port of %s from %d to %d in both copies "
				     "of the scheme, with the agents stopped for a moment",
		    m->name, (int)port, m->port);
		return;
	}
	if (port == 0)
		check_name(automatic, m);
	else if (m->port != 0 && m->port != port)
		check_block(c, m,
		    "set port of the member to that of the scheme; to change the scheme "
		    "itself costs a copy of the standby and of every subscriber",
		    "the configuration has port %d for %s, the scheme has %d", m->port,
		    m->name, (int)port);
	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *other = &c->pair->members[i];

		text = check_store(c, other, tt_store(m), "port");
		if (other != teller && text != NULL &&
		    str_to_int(text, 0, 65535, &copy) && copy != port)
			check_block(c, m, "duplicate the copy that is wrong again",
			    "store %s has port %d for %s, and port %d for %s",
			    tt_store(m), (int)port, teller->name, (int)copy,
			    other->name);
	}
}

static void
unread_ports(const struct check *c, const struct member *teller)
{
	struct buf members = { 0 };
	int64_t port;

	for (size_t i = 0; i < c->pair->member_count; i++) {
		const struct member *m = &c->pair->members[i];
		const char *text = check_store(c, teller, tt_store(m), "port");

		if (check_store(c, teller, tt_store(m), "host") != NULL &&
		    (text == NULL || !str_to_int(text, 0, 65535, &port)))
			check_name(&members, m);
	}
	if (members.len > 0)
		check_warn(c, NULL,
		    "see in TTREP.TTSTORES that REP_PORT_NUMBER is not 0",
		    "not checked: the scheme that %s has does not tell the port of %s",
		    teller->name, buf_text(&members));
	buf_done(&members);
}

void
rule_ports_static(const struct check *c)
{
	const struct member *teller = check_scheme_teller(c);
	struct buf automatic = { 0 };

	if (!check_is_pair(c) || release_same_major(&c->plan->from, &c->plan->to))
		return;
	if (teller == NULL) {
		configured_ports(c);
		return;
	}
	for (size_t i = 0; i < c->pair->member_count; i++)
		if (!is_shared(c, &c->pair->members[i]))
			member_port(c, teller, &c->pair->members[i], &automatic);
	if (automatic.len > 0)
		check_block(c, NULL,
		    sets_ports(c) ? "set port of each member" : PORTS_REMEDY,
		    "the replication port of %s is automatic: agents of two releases find "
		    "each other only by static ports",
		    buf_text(&automatic));
	unread_ports(c, teller);
	buf_done(&automatic);
}

/* ---- commits and cache ---- */

void
rule_return_service(const struct check *c)
{
	const struct member *m = check_teller(c, "return_service");
	const char *service = m != NULL ? check_detail(c, m, "return_service") : NULL;

	if (!check_is_pair(c))
		return;
	check_untold(c, "return_service", "the return service");
	if (service == NULL || str_equal(service, "none"))
		return;
	if (str_equal(service, "commit")) {
		check_note(c, NULL, "see that no application asks for a return service",
		    "the scheme says 'C' where others say that commits wait for the standby; "
		    "guides tie no waiting to it");
		return;
	}
	check_warn(c, NULL,
	    "make applications ready to see TT8170 and to commit again, and keep an eye on "
	    "them at the gate before-standby",
	    "return service %s: a commit on the active waits for the standby. When the "
	    "standby stops, commits that are under way wait until it is marked failed or "
	    "their time is over (TT8170); afterwards they no longer wait, and are not safe "
	    "on a second copy, until the standby is back",
	    service);
}

static bool
keeps_types(const struct check *c)
{
	return !check_procedure_is(c, "convert-types") ||
	    settings_is(&c->plan->options, "types", "timesten");
}

/* Types are converted by -convertTypesToOra, which no online upgrade may use. */
void
rule_types_online(const struct check *c)
{
	static const struct release first_7_0 = { { 7, 0 }, 2 };
	const struct member *m = check_teller(c, "cache_groups");

	if (!release_is_set(&c->plan->from) ||
	    release_compare(&c->plan->from, &first_7_0) >= 0 ||
	    release_compare(&c->plan->to, &first_7_0) < 0)
		return;
	if (!check_is_pair(c)) {
		if (m != NULL && check_number(c, m, "cache_groups", 0) > 0 && keeps_types(c))
			check_block(c, m, "use convert-types, with types=oracle",
			    "%s has cache groups: IMDB Cache needs the data types of Oracle, and this "
			    "keeps those of TimesTen",
			    m->name);
		return;
	}
	if (m != NULL && check_number(c, m, "cache_groups", 0) > 0)
		check_block(c, m, "upgrade offline, and convert the types there",
		    "IMDB Cache needs the data types of Oracle, and an online upgrade keeps "
		    "those of TimesTen");
	else
		check_note(c, NULL, "convert-types does it, offline",
		    "columns keep TimesTen's data types: an online upgrade does not convert "
		    "them");
}
