#include "tests/unit/config/check_config.h"

#include <string.h>

#include "daemon/model/engine.h"

static const char main_text[] =
    "# the daemon\n"
    "state_directory = \"/var/lib/x\"\n"
    "pairs_directory = \"~/pairs.d\"\n"
    "control { socket = \"/run/x/c.sock\"  group = \"root\" }\n"
    "http { listen = \"[::1]:8471\"  token_file = \"~/secret\" }\n"
    "poll { idle = \"1m\" upgrading = 1s swapping = '50ms' }\n"
    "keep { history = \"10d\" observations = \"2h\" }\n";

static const char pair_text[] =
    "host \"m1host\" {\n"
    "  transport = \"local\"\n"
    "  ssh { destination = \"tt@m1\"  options = { \"-o\", \"ConnectTimeout=5\" } }\n"
    "  job_directory = \"/jobs\"  backup_directory = \"/backup\"\n"
    "  timesten \"old\" { bin = \"/opt/11/bin\"  env = { \"A=1\", \"B=x y\" } }\n"
    "  timesten \"new\" { bin = \"/opt/22/bin\" }\n"
    "}\n"
    "pair \"sales\" {\n"
    "  engine = \"timesten\"  topology = \"active-standby\"\n"
    "  member \"master1\" { host = \"m1host\" dsn = \"d1\" port = 30000 }\n"
    "  member \"master2\" { host = \"m2host\" dsn = \"d2\" dsn_new = \"n2\" store = \"s\" }\n"
    "  member \"sub\" { host = \"m2host\" dsn = \"d3\" subscriber = true }\n"
    "  duplicate { user = \"pat\" password_file = \"~/secret\" }\n"
    "  marker_table = \"ops.upgrade_marker\"\n"
    "  hooks { pause_writes = { \"~/hook\", \"--now\" } notify = \"~/text\" }\n"
    "  limits { write_pause = \"1500ms\" drain = \"1h30m\" }\n"
    "  gates = \"none\"\n"
    "}\n";

static const char host_text[] =
    "host \"m2host\" { transport = ssh ssh { destination = \"tt@m2\" options = { \"-4\" } }\n"
    "  timesten \"old\" { bin = \"/opt/11/bin\" } other \"o\" { bin = \"/o\" } }\n"
    "pair \"aside\" { engine = \"other\" topology = \"single\"\n"
    "  member \"x\" { host = \"m2host\" data = \"/d\" }\n"
    "  replication { user = \"r\" } pooler \"p1\" { conninfo = \"c 1\" }\n"
    "  pooler \"p2\" { conninfo = \"c 2\" } server { start = { \"/s\", \"up\" } } }\n";

static struct config *
load(const char *file)
{
	struct ud_error err = { 0 };
	struct config *c = NULL;

	ck_assert_msg(config_load(file, test_engines, &c, NULL, &err) == 0, "%s",
	    err.text);
	return c;
}

static struct config *
load_example(void)
{
	test_write("pairs.d/a.conf", pair_text);
	test_write("pairs.d/b.conf", host_text);
	test_write("pairs.d/.hidden.conf", "nonsense");
	test_write("pairs.d/old.conf.bak", "nonsense");
	return load(test_write("main.conf", main_text));
}

static void
clean(void)
{
	test_remove("pairs.d/a.conf");
	test_remove("pairs.d/b.conf");
	test_remove("pairs.d/c.conf");
	test_remove("pairs.d/.hidden.conf");
	test_remove("pairs.d/old.conf.bak");
}

START_TEST(the_daemon)
{
	struct config *c = load_example();

	ck_assert_str_eq(c->state_directory, "/var/lib/x");
	ck_assert_str_eq(c->control_socket, "/run/x/c.sock");
	ck_assert_str_eq(c->control_group, "root");
	ck_assert_str_eq(c->http_listen, "[::1]:8471");
	ck_assert_int_eq(c->poll.idle_ms, 60000);
	ck_assert_int_eq(c->poll.upgrading_ms, 1000);
	ck_assert_int_eq(c->poll.swapping_ms, 50);
	ck_assert_int_eq(c->keep_history_ms, 864000000);
	ck_assert_int_eq(c->keep_observations_ms, 7200000);
	ck_assert_uint_eq(c->pair_count, 2);
	ck_assert_str_eq(c->pairs[0]->name, "aside");
	ck_assert_str_eq(c->pairs[1]->name, "sales");
	config_free(c);
}
END_TEST

START_TEST(the_pair)
{
	struct config *c = load_example();
	const struct pair *p = c->pairs[1];
	const struct member *m = p->members;

	ck_assert_str_eq(p->engine->name, "timesten");
	ck_assert_uint_eq(p->member_count, 3);
	ck_assert_int_eq(m[0].port, 30000);
	ck_assert_str_eq(member_setting(&m[0], "dsn"), "d1");
	ck_assert_ptr_null(member_setting(&m[0], "dsn_new"));
	ck_assert_str_eq(member_setting(&m[1], "dsn_new"), "n2");
	ck_assert(m[2].subscriber && !m[1].subscriber);
	ck_assert_int_eq(m[2].index, 2);
	ck_assert_ptr_eq(m[2].pair, p);
	ck_assert_str_eq(p->duplicate.user, "pat");
	ck_assert_ptr_null(p->cache.user);
	ck_assert_str_eq(p->marker_table, "ops.upgrade_marker");
	ck_assert_str_eq(p->hooks[HOOK_PAUSE_WRITES].items[1], "--now");
	ck_assert_uint_eq(p->hooks[HOOK_INSTALL].count, 0);
	ck_assert_uint_eq(p->hooks[HOOK_NOTIFY].count, 1);
	ck_assert_int_eq(p->limits.write_pause_ms, 1500);
	ck_assert_int_eq(p->limits.drain_ms, 5400000);
	ck_assert_int_eq(p->limits.redundancy_gap_ms, 4 * 3600000);
	ck_assert_uint_eq(p->gates.count, 1);
	ck_assert_str_eq(p->gates.items[0], "none");
	ck_assert_int_eq(p->poll.swapping_ms, 50);
	ck_assert_int_eq(p->line, 8);
	ck_assert_uint_eq(c->warnings.count, 1); /* notify is no program */
	ck_assert_ptr_nonnull(
	    strstr(c->warnings.items[0], "/text\" cannot be executed here"));
	config_free(c);
}
END_TEST

START_TEST(the_hosts)
{
	struct config *c = load_example();
	const struct member *m = c->pairs[1]->members;
	const struct host *h1 = m[0].host, *h2 = m[1].host;

	ck_assert_int_eq(h1->transport, TRANSPORT_LOCAL);
	ck_assert_ptr_null(h1->ssh_destination);
	ck_assert_str_eq(h1->job_directory, "/jobs");
	ck_assert_str_eq(h1->backup_directory, "/backup");
	ck_assert_int_eq(member_installation_count(&m[0]), 2);
	ck_assert_str_eq(member_installation(&m[0], 0)->env.items[1], "B=x y");
	ck_assert_int_eq(member_installation_find(&m[0], "new"), 1);
	ck_assert_int_eq(h2->transport, TRANSPORT_SSH);
	ck_assert_str_eq(h2->ssh_destination, "tt@m2");
	ck_assert_str_eq(h2->ssh_options.items[0], "-4");
	ck_assert_str_eq(h2->job_directory, "/var/tmp/upgraded");
	ck_assert_ptr_null(h2->backup_directory);
	ck_assert_uint_eq(h2->installation_count, 2);
	ck_assert_int_eq(member_installation_count(&m[1]), 1);
	config_free(c);
}
END_TEST

START_TEST(an_engine_brings_keys_and_sections)
{
	struct config *c = load_example();
	const struct pair *p = c->pairs[0];

	ck_assert_str_eq(settings_get(&p->settings, "mode"), "calm");
	ck_assert_str_eq(settings_get(&p->settings, "replication.user"), "r");
	ck_assert_str_eq(settings_get(&p->settings, "pooler.p1.conninfo"), "c 1");
	ck_assert_str_eq(settings_get(&p->settings, "pooler.p2.conninfo"), "c 2");
	ck_assert_str_eq(settings_get(&p->settings, "server.start"), "/s\nup");
	ck_assert_str_eq(member_setting(&p->members[0], "weight"), "1");
	ck_assert_str_eq(settings_get(&member_installation(&p->members[0], 0)->settings,
			     "flavour"),
	    "plain");
	config_free(c);
}
END_TEST

START_TEST(defaults)
{
	struct config *c;

	clean();
	test_write("pairs.d/c.conf",
	    "host \"h\" { timesten \"o\" { bin = \"/t\" } }\n"
	    "pair \"p\" { engine = \"timesten\" topology = \"single\"\n"
	    "member \"m\" { host = \"h\" dsn = \"d\" } }\n");
	c = load(test_write("main.conf", "pairs_directory = \"~/pairs.d\""));
	ck_assert_str_eq(c->state_directory, "/var/lib/upgraded");
	ck_assert_str_eq(c->control_socket, "/run/upgraded/control.sock");
	ck_assert_str_eq(c->http_listen, "127.0.0.1:8470");
	ck_assert_str_eq(c->http_token_file, "");
	ck_assert_int_eq(c->poll.idle_ms, 5000);
	ck_assert_int_eq(c->poll.upgrading_ms, 500);
	ck_assert_int_eq(c->poll.swapping_ms, 20);
	ck_assert_int_eq(c->keep_history_ms, INT64_C(400) * 86400000);
	ck_assert_int_eq(c->pairs[0]->limits.write_pause_ms, 10000);
	ck_assert_int_eq(c->pairs[0]->limits.migrate_ms, 6 * 3600000);
	ck_assert_int_eq(c->pairs[0]->limits.duplicate_ms, 6 * 3600000);
	ck_assert_int_eq(c->pairs[0]->limits.agent_stop_ms, 300000);
	ck_assert_int_eq(c->pairs[0]->limits.drain_ms, 900000);
	ck_assert_uint_eq(c->pairs[0]->gates.count, 5);
	ck_assert_str_eq(c->pairs[0]->gates.items[4], "before-finish");
	config_free(c);
	clean();
}
END_TEST

START_TEST(open_to_all_is_a_warning)
{
	struct config *c;

	clean();
	c = load(test_write("main.conf",
	    "pairs_directory = \"~/pairs.d\" control { group = \"\" }\n"
	    "http { listen = \"0.0.0.0:80\" }"));
	ck_assert_uint_eq(c->warnings.count, 2);
	ck_assert_ptr_nonnull(strstr(c->warnings.items[0],
	    "main.conf:2: listen: \"0.0.0.0:80\" is open to other hosts and has no token"));
	ck_assert_ptr_nonnull(strstr(c->warnings.items[1], "no pair is described"));
	config_free(c);
}
END_TEST

START_TEST(the_main_file_may_hold_pairs)
{
	struct config *c;

	clean();
	c = load(test_write("main.conf",
	    "pairs_directory = \"~/pairs.d\"\r\n"
	    "host \"h\" { timesten \"o\" { bin = \"/t\" } }\r\n"
	    "pair \"p\" { engine = timesten topology = single // short\r\n"
	    "member m { host = h dsn = d } } /* and\r\n a comment */"));
	ck_assert_uint_eq(c->pair_count, 1);
	ck_assert_int_eq(c->pairs[0]->line, 3);
	config_free(c);
}
END_TEST

TCase *
config_tests(void)
{
	TCase *tc = tcase_create("config");

	tcase_add_test(tc, the_daemon);
	tcase_add_test(tc, the_pair);
	tcase_add_test(tc, the_hosts);
	tcase_add_test(tc, an_engine_brings_keys_and_sections);
	tcase_add_test(tc, defaults);
	tcase_add_test(tc, open_to_all_is_a_warning);
	tcase_add_test(tc, the_main_file_may_hold_pairs);
	return tc;
}
