/* Rules about the replication scheme: its kind, names, ports, services, definitions. */
#include "daemon/engine/timesten/rules.h"

#include <string.h>

#include "tests/unit/engine/timesten/check_rules.h"
#include "tests/unit/engine/timesten/rules_case.h"
#include "tests/unit/engine/timesten/rules_change.h"
#include "tests/unit/engine/timesten/rules_world.h"

/* clang-format off */
static void other_port(void) { w.members[M2].port = 31001; }
static void no_ports(void) { for (int i = 0; i < MEMBERS; i++) w.members[i].port = 0; }
static void other_host(void) { set_string(&w.hosts[M2].name, "elsewhere"); }
static void longer_host(void) { set_string(&w.hosts[M2].name, "host22"); }
static void long_host(void) { set_string(&w.hosts[M2].name, "host2.example.com"); }
static void other_store(void) { settings_set(&w.members[SUB].settings, "store", "sub9"); }
static void named_store(void) { settings_set(&w.members[SUB].settings, "dsn", "x");
	settings_set(&w.members[SUB].settings, "store", "sUb1"); }
/* clang-format on */

static void
one_way(void)
{
	classic();
	str_copy(w.seen[M2].peers[0].store, NAME_MAX_BYTES, "SUB1");
}

static void
paused(void)
{
	classic();
	str_copy(w.seen[M1].peers[0].state, sizeof(w.seen[M1].peers[0].state), "pause");
}

static void
single_agent(void)
{
	single();
	w.seen[M1].inst[OLD].replication_agent = AGENT_RUNNING;
}

static void
single_image(void)
{
	single();
	plan_walks("place-free", NULL);
}

/* An agent that runs is stopped by it. */
static void
single_in_place(void)
{
	single_agent();
	plan_walks("daemon-stop", NULL);
}

static void
classic_unmarked(void)
{
	classic();
	set_string(&w.pair.marker_table, NULL);
}

static void
classic_in_pair(void)
{
	classic();
	settings_set(&w.seen[M1].details, "scheme", "_ACTIVESTANDBY");
}

static void
classic_none(void)
{
	classic();
	settings_set(&w.seen[M2].details, "scheme", "none");
}

static void
classic_untold(void)
{
	classic();
	settings_unset(&w.seen[M1].details, "scheme");
	settings_unset(&w.seen[M2].details, "scheme");
}

/* Twins: two stores of one name on two hosts. */
static void
twins(void)
{
	settings_set(&w.members[M2].settings, "dsn", "master1");
}

static void
no_schema_no_ports(void)
{
	no_schema();
	no_ports();
}

static void
no_schema_of_active(void)
{
	world_no_schema(M1);
}

/* The stores were refused everywhere: what is left is the configuration. */
static void
no_stores(void)
{
	static const char *const fields[] = { "host", "port", "local" };
	static const char *const stores[] = { "MASTER1", "MASTER2", "SUB1" };
	char key[64];

	for (int i = 0; i < MEMBERS; i++) {
		settings_unset(&w.seen[i].details, "stores");
		for (size_t k = 0; k < ARRAY_SIZE(fields) * ARRAY_SIZE(stores); k++) {
			str_printf(key, sizeof(key), "store.%s.%s", stores[k / 3],
			    fields[k % 3]);
			settings_unset(&w.seen[i].details, key);
		}
		settings_set(&w.seen[i].details, "gaps", "stores");
	}
}

/* The active was asked, and nothing that was seen proves a wait. */
static void
nothing_proves(void)
{
	no_stores();
	settings_set(&w.seen[M1].details, "schema_asked", "yes");
	w.seen[M1].at_ms[__builtin_ctz(LOOK_PEERS)] = 1000;
}

static void
a_row_proves(void)
{
	nothing_proves();
	set_string(&w.pair.marker_table, "ops.marker");
}

static void
no_stores_no_ports(void)
{
	no_stores();
	no_ports();
}

/* The database of the other master hides behind this DSN. */
static void
swapped_dsn(void)
{
	settings_set(&w.seen[M1].details, "store.MASTER1.local", "no");
	settings_set(&w.seen[M1].details, "store.MASTER2.local", "yes");
}

static void
all_automatic(void)
{
	for (int i = 0; i < MEMBERS; i++) {
		settings_set(&w.seen[i].details, "store.MASTER1.port", "0");
		settings_set(&w.seen[i].details, "store.MASTER2.port", "0");
	}
}

/* clang-format off */
static const struct rule_case cases[] = {
	{ "a patch and definitions", patch_beside, 0, NULL, NULL, "ddl.freeze", QUIET },
	{ "single: no scheme",	  single, M1, "scheme", "none",	"scheme.kind", QUIET },
	{ "single: a part of a pair", single_agent, M1, "scheme", "REPSCHEME", "scheme.kind", BLOCK, "m1", "saved without its replication" },
	{ "single: its agent runs", single_agent, M1, "scheme", "_AWTREPSCHEME", "scheme.kind", BLOCK, "m1", "the replication agent of m1 runs, for scheme _AWTREPSCHEME" },
	{ "single: AWT, no agent", single, M1, "scheme", "_AWTREPSCHEME", "scheme.kind", QUIET },
	{ "single: an image",	  single_image, M1, "scheme", "REPSCHEME", "scheme.kind", WARN, "m1", "replication has to be set up anew" },
	{ "single: in its place", single_in_place, M1, "scheme", "REPSCHEME", "scheme.kind", NOTE, "m1", "its peers keep what is for it" },
	{ "single: not told",	  single, M1, "scheme", NULL,	"scheme.kind", QUIET },
	{ "single: no names",	  single, M1, "stores", NULL,	"wait.names", QUIET },
	{ "single: no ports",	  single, M1, "store.MASTER1.port", "0", "ports.static", QUIET },
	{ "single: nobody waits", single, M1, "return_service", "twosafe", "return.service", QUIET },

	{ "no scheme",		  NULL, M1, "scheme", "none",	"scheme.kind", BLOCK, "m1", "none" },
	{ "classic scheme",	  NULL, ALL, "scheme", "BIDI",	"scheme.kind", BLOCK, "m1", "BIDI" },
	{ "several schemes",	  NULL, M2, "scheme", "several", "scheme.kind", BLOCK, "m2", "several" },
	{ "scheme not told",	  NULL, ALL, "scheme", NULL,	"scheme.kind", WARN, NULL, "m1, m2, s1" },
	{ "one tells the scheme", NULL, M1, "scheme", NULL,	"scheme.kind", QUIET },
	{ "two masters",	  classic, 0, NULL, NULL,	"scheme.flow", QUIET },
	{ "one sends to nobody",  one_way, 0, NULL, NULL,	"scheme.flow", BLOCK, "m2", "does not replicate to m1" },
	{ "one is paused",	  paused, 0, NULL, NULL,	"scheme.flow", BLOCK, "m1", "pause" },
	{ "no classic scheme",	  classic_in_pair, 0, NULL, NULL, "scheme.kind", BLOCK, "m1", "_ACTIVESTANDBY" },
	{ "no scheme at all",	  classic_none, 0, NULL, NULL, "scheme.kind", BLOCK, "m2", "none" },
	{ "classic, not told",	  classic_untold, 0, NULL, NULL, "scheme.kind", WARN, NULL, "m1, m2" },
	{ "a marker",		  classic, 0, NULL, NULL,	"marker.needed", QUIET },
	{ "no marker",		  classic_unmarked, 0, NULL, NULL, "marker.needed", BLOCK, NULL, "marker" },
	{ "no marker in a pair",  NULL, 0, NULL, NULL,		"marker.needed", QUIET },
	{ "ports that are set",	  sets_ports, ALL, "store.MASTER1.port", "0", "ports.static", NOTE, "m1", "from 0 to 30000" },
	{ "not said to be a pair", bidirectional, M1, "scheme", "BIDI", "scheme.kind", BLOCK, "m2", "_ACTIVESTANDBY", "marker.needed" },

	{ "names agree",	  named_store, 0, NULL, NULL,	"wait.names", QUIET },
	{ "not in the scheme",	  other_store, 0, NULL, NULL,	"wait.names", BLOCK, "s1", "no store sub9" },
	{ "not in the configuration", other_store, 0, NULL, NULL, "wait.names", BLOCK, NULL, "SUB1 on host HOST3" },
	{ "one store too many",	  NULL, M1, "store.SUB2.host", "H4", "wait.names", BLOCK, NULL, "SUB2 on host H4" },
	{ "AWT is no store",	  NULL, M1, "store._ORACLE.host", "H1", "wait.names", QUIET },
	{ "another host",	  other_host, 0, NULL, NULL,	"wait.names", WARN, "m2", "elsewhere" },
	{ "a longer host name",	  longer_host, 0, NULL, NULL,	"wait.names", WARN, "m2", "host22" },
	{ "host with domain",	  long_host, 0, NULL, NULL,	"wait.names", QUIET },
	{ "another domain",	  long_host, ALL, "store.MASTER2.host", "HOST2.EXAMPLE.ORG", "wait.names", WARN, "m2", "ORG" },
	{ "copies disagree",	  NULL, SUB, "store.MASTER2.host", "HOST9", "wait.names", BLOCK, "s1", "HOST9" },
	{ "DSN of another",	  swapped_dsn, 0, NULL, NULL,	"wait.names", BLOCK, "m1", "MASTER2" },
	{ "twins",		  twins, 0, NULL, NULL,		"wait.names", WARN, NULL, "cannot be told apart" },
	{ "twins in the scheme",  NULL, M1, "stores_alike", "yes", "wait.names", WARN, NULL, "cannot be told apart" },
	{ "stores not told",	  no_stores, 0, NULL, NULL,	"wait.names", WARN, NULL, "m1 refused: stores", "ports.static" },

	{ "automatic",		  NULL, ALL, "store.MASTER2.port", "0", "ports.static", BLOCK, NULL, "m2 is automatic" },
	{ "automatic, all in one", all_automatic, 0, NULL, NULL, "ports.static", BLOCK, NULL, "m1, m2 is automatic" },
	{ "automatic, a patch",	  patch, ALL, "store.MASTER2.port", "0", "ports.static", QUIET },
	{ "another port",	  other_port, 0, NULL, NULL,	"ports.static", BLOCK, "m2", "31001 for m2, the scheme has 30001" },
	{ "none configured",	  no_ports, 0, NULL, NULL,	"ports.static", QUIET },
	{ "ports of copies",	  NULL, SUB, "store.MASTER1.port", "30009", "ports.static", BLOCK, "m1", "30009" },
	{ "port not a number",	  NULL, M1, "store.MASTER1.port", "", "ports.static", WARN, NULL, "port of m1" },
	{ "stores not told",	  no_stores, 0, NULL, NULL,	"ports.static", WARN, NULL, "m1, m2, s1", "wait.names" },
	{ "nor any port",	  no_stores_no_ports, 0, NULL, NULL, "ports.static", WARN, NULL, "none for m1, m2, s1", "wait.names" },
	{ "nothing seen, no port", no_schema_no_ports, 0, NULL, NULL, "ports.static", WARN, NULL, "none for m1, m2, s1", "schema.seen" },
	{ "nothing seen, ports",  no_schema, 0, NULL, NULL,	"ports.static", QUIET, NULL, NULL, "schema.seen" },

	{ "schema of nobody",	  no_schema, 0, NULL, NULL,	"schema.seen", WARN, NULL, "m1, m2, s1 were not seen (m1: no answer)" },
	{ "schema of one",	  no_schema_of_active, 0, NULL, NULL, "schema.seen", WARN, NULL, "scheme of m1 were not seen" },
	{ "schema of all",	  NULL, 0, NULL, NULL,		"schema.seen", QUIET },

	{ "parallel, not equal",  NULL, SUB, "parallelism", "4", "parallel.equal", WARN, "s1", "ReplicationParallelism" },
	{ "ordering, not equal",  NULL, M2, "apply_ordering", "2", "parallel.equal", WARN, "m2", "ApplyOrdering" },
	{ "no such attribute",	  NULL, ALL, "parallelism", NULL, "parallel.equal", QUIET },

	{ "schemes kept",	  NULL, M2, "history_schemes", "TTREP_SCHEMA_VERSION_004", "schemes.kept", NOTE, "m2", "tables of TTREP_SCHEMA_VERSION_004" },
	{ "no schemes kept",	  NULL, 0, NULL, NULL, "schemes.kept", QUIET },
	{ "receipt",		  NULL, M1, "return_service", "receipt", "return.service", WARN, NULL, "receipt" },
	{ "twosafe",		  NULL, M1, "return_service", "twosafe", "return.service", WARN, NULL, "TT8170" },
	{ "C waits for nobody",	  NULL, M1, "return_service", "commit", "return.service", NOTE, NULL, "'C'" },
	{ "several services",	  NULL, M1, "return_service", "mixed", "return.service", WARN, NULL, "mixed" },
	{ "service unknown",	  NULL, ALL, "return_service", NULL, "return.service", WARN, NULL, "m1, m2, s1" },

	{ "definitions",	  NULL, 0, NULL, NULL,		"ddl.freeze", NOTE, NULL, "do not replicate" },
	{ "definitions differ",	  NULL, SUB, "schema_fingerprint", "f", "ddl.freeze", WARN, NULL, "columns of s1 are not those of m1" },
	{ "columns unknown",	  NULL, ALL, "schema_fingerprint", NULL, "ddl.freeze", WARN, NULL, "m1, m2, s1" },
};
/* clang-format on */

START_TEST(rule)
{
	rule_case_check(&cases[_i]);
}
END_TEST

START_TEST(ports_have_a_remedy)
{
	const struct finding *f;

	all_automatic();
	tt_check(&w.plan, w.seen, &w.f);
	f = rule_find("ports.static", SEVERITY_BLOCKER, NULL, "");
	ck_assert_ptr_nonnull(
	    strstr(f->remedy, "to change ports costs a copy of each"));
}
END_TEST

/* That the names are not told is a warning; that nothing else proves the wait, a blocker. */
START_TEST(a_wait_is_proved_or_refused)
{
	(_i == 0 ? nothing_proves : a_row_proves)();
	tt_check(&w.plan, w.seen, &w.f);
	ck_assert_int_eq(rule_find("wait.names", SEVERITY_BLOCKER, NULL,
			     "nothing would prove") != NULL,
	    _i == 0);
	ck_assert_ptr_nonnull(
	    rule_find("wait.names", SEVERITY_WARNING, NULL, "not checked"));
}
END_TEST

TCase *
rules_scheme_tests(void)
{
	TCase *tc = tcase_create("scheme");

	tcase_add_checked_fixture(tc, world_init, world_done);
	tcase_add_loop_test(tc, rule, 0, (int)ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, a_wait_is_proved_or_refused, 0, 2);
	tcase_add_test(tc, ports_have_a_remedy);
	return tc;
}
