/* Each broken configuration and the lines that it must print, exactly. */
#include "tests/unit/config/check_config.h"

#include <stdio.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"

#define MAIN \
	"state_directory = \"/s\"\npairs_directory = \"~/pairs.d\"\ncontrol { group = \"\" }\n"
#define HOST \
	"host \"h1\" { timesten \"old\" { bin = \"/t\" } }\nhost \"h2\" { timesten \"old\" { bin = \"/t\" } }\n"
#define PAIR "pair \"p\" { engine = \"timesten\" topology = \"active-standby\"\n"
#define M1   "member \"m1\" { host = \"h1\" dsn = \"a\" }\n"
#define M2   "member \"m2\" { host = \"h2\" dsn = \"b\" }\n"
#define BOTH HOST PAIR M1 M2
#define GATES \
	"before-standby, before-swap, before-destroy, before-subscribers, before-finish, before-install, before-second, every-step, none"
#define A "~/pairs.d/a.conf"
#define OTHER                                                                                                  \
	"host \"h\" { other \"x\" { bin = \"/o\" } }\npair \"p\" { engine = \"other\" topology = \"single\"\n" \
	"member \"m\" { host = \"h\" data = \"/d\" }\n"

/* clang-format off */
static const struct {
	const char *what, *a, *b; /* pairs.d/a.conf, pairs.d/b.conf */
	const char *lines;
} cases[] = {
	/* grammar */
	{ "unknown key", BOTH "limitz = 1\n}", NULL,
	  A ":6: limitz: unknown in pair \"p\"; accepted: limits, engine, topology, marker_table, gates, options, mode, member, duplicate, cache, hooks, replication, pooler, server\n" },
	{ "unknown key of a member, nearest first", HOST PAIR M2 "member \"m1\" { host = \"h1\"\n dns = \"a\" dsn = \"a\" } }", NULL,
	  A ":6: dns: unknown in member \"m1\"; accepted: dsn, host, port, subscriber, dsn_new, store, path, data, weight\n" },
	{ "three unknown in one file", BOTH "x = { \"}\", \"a\" } y \"t\" { z = 1 z { } }\n# x = 2\n\"q\" = 2 }\nhosts { }", NULL,
	  A ":6: x: unknown in pair \"p\"; accepted: engine, topology, marker_table, gates, options, mode, member, duplicate, cache, hooks, limits, replication, pooler, server\n"
	  A ":6: y: unknown in pair \"p\"; accepted: engine, topology, marker_table, gates, options, mode, member, duplicate, cache, hooks, limits, replication, pooler, server\n"
	  A ":8: q: unknown in pair \"p\"; accepted: engine, topology, marker_table, gates, options, mode, member, duplicate, cache, hooks, limits, replication, pooler, server\n" },
	{ "daemon's keys belong to the main file", "poll { idle = \"1s\" }", NULL,
	  A ":1: poll: unknown in the top of the file; accepted: host, pair\n" },
	{ "section not closed", BOTH, NULL,
	  A ":3: pair: pair \"p\" is not closed; accepted: } at its end\n" },
	{ "string not closed", BOTH "}\n\"", NULL,
	  A ":7: syntax: a string begins here that is not closed; accepted: a quote at both ends of a string, in one line\n" },
	{ "string not closed, others behind it", BOTH "marker_table = \"a.b\n}\nhost \"x\" { }\n", NULL,
	  A ":6: marker_table: a string begins here that is not closed; accepted: a quote at both ends of a string, in one line\n" },
	{ "string of a list not closed", BOTH "gates = { \"none\",\n\"none }\n}\nhost \"x\" { }\n", NULL,
	  A ":7: gates: a string begins here that is not closed; accepted: a quote at both ends of a string, in one line\n" },
	{ "comment not closed", BOTH "}\n/* x", NULL,
	  A ":7: syntax: a comment is not closed; accepted: */ at its end\n" },
	{ "too many braces", BOTH "}\n}", NULL,
	  A ":7: syntax: a } too many; accepted: one } for each {\n" },
	{ "no value", BOTH "gates }", NULL,
	  A ":6: gates: no value; accepted: key = value\n" },
	{ "no comma in a list", BOTH "gates = { \"none\" \"x\" } }", NULL,
	  A ":6: syntax: unexpected token 'x'; accepted: key = value, key = { \"a\", \"b\" }, section { ... }, section \"name\" { ... }\n" },
	{ "a mark before the first byte", "\xef\xbb\xbfhost \"h\" { job_directory = \"tmp\" }", NULL,
	  A ":1: job_directory: \"tmp\" is not an absolute path; accepted: an absolute path\n" },
	{ "no value, more behind it", BOTH "marker_table\n\nlimits { } }", NULL,
	  A ":6: marker_table: no value; accepted: key = value\n" },
	{ "section as a key", BOTH "cache = \"x\" }", NULL,
	  A ":6: cache: this is the name of a section; accepted: a section in braces { ... }\n" },
	{ "no title", "\npair { }", NULL,
	  A ":2: pair: this section needs a name; accepted: a section \"name\" { ... }\n" },
	{ "a broken file does not hide the next", "host \"x\" {", "host \"y\" { what = 1 }",
	  A ":1: host: host \"x\" is not closed; accepted: } at its end\n"
	  "~/pairs.d/b.conf:1: what: unknown in host \"y\"; accepted: transport, job_directory, backup_directory, run_as, ssh, timesten, other\n" },
	{ "key of another engine", HOST PAIR M2 "member \"m1\" { host = \"h1\" dsn = \"a\" data = \"/d\" } }", NULL,
	  A ":5: data: unknown in member \"m1\"; accepted: path, host, port, subscriber, dsn, dsn_new, store\n" },
	{ "section of another engine", BOTH "\nreplication { user = \"x\" } }", NULL,
	  A ":7: replication: unknown in pair \"p\"; accepted: engine, topology, marker_table, gates, options, member, duplicate, cache, hooks, limits\n" },
	/* one key */
	{ "no unit", BOTH "limits { write_pause = \"10\" } }", NULL,
	  A ":6: write_pause: \"10\" has no unit; accepted: a duration from 100ms to 1h, such as 10s\n" },
	{ "no duration", BOTH "limits {\nmigrate = \"long\" } }", NULL,
	  A ":7: migrate: \"long\" is not a duration; accepted: a duration from 1s to 30d, such as 15m\n" },
	{ "out of range", BOTH "limits { drain = 0 } }", NULL,
	  A ":6: drain: \"0\" is out of range; accepted: a duration from 1s to 30d, such as 15m\n" },
	{ "list for one value", BOTH "marker_table = { \"a.b\", \"c.d\" } }", NULL,
	  A ":6: marker_table: one value is needed, not a list; accepted: \"owner.table\"\n" },
	{ "key twice", BOTH "marker_table = \"a.b\"\n marker_table = \"c.d\" }", NULL,
	  A ":7: marker_table: is given already in line 6; accepted: each key once\n" },
	{ "section twice", BOTH "limits { }\nlimits { } }", NULL,
	  A ":7: limits: is given already in line 6; accepted: each section once\n" },
	{ "relative path", "host \"h\" { job_directory = \"tmp\" }", NULL,
	  A ":1: job_directory: \"tmp\" is not an absolute path; accepted: an absolute path\n" },
	{ "no truth", HOST PAIR M1 "member \"m2\" { host = \"h2\" dsn = \"b\" subscriber = maybe } }", NULL,
	  A ":5: subscriber: \"maybe\" is neither true nor false; accepted: true, false\n" },
	{ "bad port", HOST PAIR M1 "member \"m2\" { host = \"h2\" dsn = \"b\" port = 70000 } }", NULL,
	  A ":5: port: \"70000\" is out of range; accepted: a number from 1 to 65535\n" },
	{ "port is a word", HOST PAIR M1 "member \"m2\" { host = \"h2\" dsn = \"b\" port = any } }", NULL,
	  A ":5: port: \"any\" is not a number; accepted: a number from 1 to 65535\n" },
	{ "control character", "host \"h\" { run_as = \"a\\nb\" transport = \"ssh\" ssh { destination = \"x\" } }", NULL,
	  A ":1: run_as: holds a control character; accepted: the name of a user\n" },
	/* hosts */
	{ "two hosts of one name", "host \"h\" { }", "\nhost \"h\" { }",
	  "~/pairs.d/b.conf:2: host: \"h\" is described already in " A ":1; accepted: one section for each host\n" },
	{ "bad host name", "host \"h/1\" { }", NULL,
	  A ":1: host: \"h/1\" is not a name; accepted: letters, digits, '-', '_' and '.', at most 63\n" },
	{ "a pair's name is taken for an upgrade", HOST "pair \"12\" { engine = \"timesten\" topology = \"active-standby\"\n" M1 M2 "}", NULL,
	  A ":3: pair: \"12\" would be taken for the number of an upgrade; accepted: letters, digits, '-', '_' and '.', at most 63, not digits alone\n" },
	{ "unknown transport", "host \"h\" {\ntransport = \"rsh\" }", NULL,
	  A ":2: transport: \"rsh\" is unknown; accepted: \"local\", \"ssh\"\n" },
	{ "ssh without destination", "host \"h\" { transport = \"ssh\" }", NULL,
	  A ":1: ssh: missing in host \"h\"; accepted: a section ssh { destination = \"user@host\" }\n" },
	{ "ssh section is empty", "host \"h\" { transport = \"ssh\"\nssh { } }", NULL,
	  A ":2: destination: missing in ssh of host \"h\"; accepted: \"user@host\"\n" },
	{ "ssh without transport", "host \"h\" { ssh { destination = \"x\" } }", NULL,
	  A ":1: transport: missing in host \"h\", which has an ssh section; accepted: \"local\", \"ssh\"\n" },
	{ "destination as an option", "host \"h\" { transport = \"ssh\" ssh { destination = \"-oProxyCommand=x\" } }", NULL,
	  A ":1: destination: \"-oProxyCommand=x\" is not a destination; accepted: \"user@host\", \"host\"\n" },
	{ "any host key", "host \"h\" { transport = \"ssh\" ssh { destination = \"x\"\noptions = { \"-oStrictHostKeyChecking no\", \"-4\" } } }", NULL,
	  A ":2: options: \"-oStrictHostKeyChecking no\" would trust any host; accepted: host keys that are checked\n" },
	{ "another destination among the options", "host \"h\" { transport = \"ssh\" ssh { destination = \"x\"\noptions = { \"-p\", \"22\", \"db1\" } } }", NULL,
	  A ":2: options: \"db1\" is no option; accepted: a list { \"-o\", \"Name=value\" }\n" },
	{ "installation without bin", "host \"h\" {\ntimesten \"old\" { } }", NULL,
	  A ":2: bin: missing in timesten \"old\"; accepted: an absolute path\n" },
	{ "installation twice", "host \"h\" { timesten \"old\" { bin = \"/a\" }\ntimesten \"old\" { bin = \"/b\" } }", NULL,
	  A ":2: timesten: \"old\" is described already in line 1; accepted: another name for each installation\n" },
	{ "five installations", "host \"h\" { timesten \"1\" { bin = \"/a\" } timesten \"2\" { bin = \"/a\" } timesten \"3\" { bin = \"/a\" } timesten \"4\" { bin = \"/a\" }\n timesten \"5\" { bin = \"/b\" } }", NULL,
	  A ":2: timesten: \"5\" is one too many; accepted: at most 4 installations of one engine on a host\n" },
	{ "no assignment", "host \"h\" { timesten \"1\" { bin = \"/a\" env = { \"A=1\", \"LANG\" } } }", NULL,
	  A ":1: env: \"LANG\" is no NAME=value; accepted: a list { \"NAME=value\" }\n" },
	{ "no such user", "host \"h\" { run_as = \"no-such-user\" }", NULL,
	  A ":1: run_as: no user \"no-such-user\" on this host; accepted: the name of a user\n" },
	{ "engine that is not built", "host \"h\" { postgres \"old\" { bin = \"/b\" } }", NULL,
	  A ":1: postgres: unknown in host \"h\"; accepted: transport, job_directory, backup_directory, run_as, ssh, timesten, other\n" },
	/* pairs */
	{ "unknown engine", HOST "pair \"p\" { engine = \"postgres\" topology = \"active-standby\"\n" M1 M2 "}", NULL,
	  A ":3: engine: this build has no engine \"postgres\"; accepted: \"timesten\", \"other\"\n" },
	{ "no engine", HOST "pair \"p\" { topology = \"active-standby\"\n" M1 M2 "}", NULL,
	  A ":3: engine: missing in pair \"p\"; accepted: \"timesten\", \"other\"\n" },
	{ "no topology", HOST "pair \"p\" { engine = \"timesten\"\n" M1 M2 "}", NULL,
	  A ":3: topology: missing in pair \"p\"; accepted: \"active-standby\", \"bidirectional\", \"single\"\n" },
	{ "unknown topology", HOST "pair \"p\" { engine = \"timesten\" topology = \"ring\"\n" M1 M2 "}", NULL,
	  A ":3: topology: \"ring\" is unknown; accepted: \"active-standby\", \"bidirectional\", \"single\"\n" },
	{ "one master", HOST PAIR M1 "}", NULL,
	  A ":3: member: pair \"p\" has 1, topology \"active-standby\"; accepted: two members that are not subscribers\n" },
	{ "three masters", BOTH "member \"m3\" { host = \"h1\" dsn = \"c\" } }", NULL,
	  A ":3: member: pair \"p\" has 3, topology \"active-standby\"; accepted: two members that are not subscribers\n" },
	{ "no member", HOST PAIR "}", NULL,
	  A ":3: member: pair \"p\" has 0, topology \"active-standby\"; accepted: two members that are not subscribers\n" },
	{ "single with two", HOST "pair \"p\" { engine = \"timesten\" topology = \"single\"\n" M1 M2 "}", NULL,
	  A ":3: member: pair \"p\" has 2, topology \"single\"; accepted: one member that is not a subscriber\n" },
	{ "two pairs of one name", BOTH "}", "pair \"p\" { engine = \"timesten\" topology = \"single\" member \"x\" { host = \"h1\" dsn = \"x\" } }",
	  "~/pairs.d/b.conf:1: pair: \"p\" is described already in " A ":3; accepted: another name for each pair\n" },
	{ "two members of one name", HOST PAIR M1 "member \"m1\" { host = \"h2\" dsn = \"b\" } }", NULL,
	  A ":5: member: \"m1\" is described already in line 4; accepted: another name for each member\n" },
	{ "member on an unknown host", HOST PAIR M1 "member \"m2\" { host = \"h3\" dsn = \"b\" } }", NULL,
	  A ":5: host: no host \"h3\" is described; accepted: \"h1\", \"h2\"\n" },
	{ "member without a host", HOST PAIR M1 "member \"m2\" { dsn = \"b\" } }", NULL,
	  A ":5: host: missing in member \"m2\"; accepted: the name of a host section\n" },
	{ "member without a dsn", HOST PAIR M1 "member \"m2\" { host = \"h2\" } }", NULL,
	  A ":5: dsn: missing in member \"m2\"; accepted: a DSN name\n" },
	{ "host without the engine", "host \"h1\" { timesten \"o\" { bin = \"/t\" } }\nhost \"h2\" { }\n" PAIR M1 M2 "}", NULL,
	  A ":5: host: host \"h2\" has no section timesten \"name\" { ... }; accepted: a host with an installation of the pair's engine\n" },
	{ "one port twice on a host", HOST PAIR "member \"m1\" { host = \"h1\" dsn = \"a\" port = 5 }\nmember \"m2\" { host = \"h1\" dsn = \"b\"\nport = 5 } }", NULL,
	  A ":6: port: 5 on host \"h1\" is that of member \"m1\" in " A ":4; accepted: another port for each member on a host\n" },
	{ "one database twice", HOST PAIR M1 "member \"m2\" { host = \"h1\" dsn = \"a\" } }", NULL,
	  A ":5: member: \"m2\" is the database of member \"m1\" in " A ":4; accepted: another database for each member\n" },
	{ "one database in two pairs", BOTH "}", "pair \"q\" { engine = \"timesten\" topology = \"single\" member \"x\" { host = \"h1\" dsn = \"a\" } }",
	  "~/pairs.d/b.conf:1: member: \"x\" is the database of member \"m1\" in " A ":4; accepted: another database for each member\n" },
	{ "the engine's own rule", OTHER "mode = \"impossible\" }", NULL,
	  A ":4: mode: this mode serves nobody; accepted: mode = \"calm\"\n" },
	{ "the engine's rule about a key of a section", OTHER "pooler \"p\" { conninfo = \"good\" }\npooler \"p.x\" {\nconninfo = \"bad\" } }", NULL,
	  A ":6: conninfo: \"bad\" is bad; accepted: good\n" },
	{ "the engine's rule about a key of a member", OTHER "}",
	  "pair \"q\" { engine = \"other\" topology = \"single\" member \"m\" { host = \"h\" data = \"/f\"\nweight = 9 } }",
	  "~/pairs.d/b.conf:2: weight: too heavy; accepted: less\n" },
	{ "two databases by the engine's rule", OTHER "}",
	  "host \"i\" { other \"x\" { bin = \"/o\" } }\npair \"q\" { engine = \"other\" topology = \"single\"\nmember \"n\" { host = \"i\"\ndata = \"/d\" } }",
	  "~/pairs.d/b.conf:4: data: \"n\" is the database of member \"m\" in " A ":3; accepted: another database for each member\n" },
	{ "required key in an engine's section", OTHER "pooler \"x\" { } }", NULL,
	  A ":4: conninfo: missing in pooler \"x\"; accepted: a string that is not empty\n" },
	/* site */
	{ "no password file", BOTH "duplicate { user = \"u\"\npassword_file = \"~/none\" } }", NULL,
	  A ":7: password_file: \"~/none\": No such file or directory; accepted: a file with the password in its first line, mode 0600\n" },
	{ "password file for all", BOTH "cache { user = \"u\" password_file = \"~/open\" } }", NULL,
	  A ":6: password_file: \"~/open\": others than its owner may read it (0644); accepted: a file with the password in its first line, mode 0600\n" },
	{ "account without a user", BOTH "cache { password_file = \"~/secret\" } }", NULL,
	  A ":6: user: missing in cache of pair \"p\"; accepted: the name of a database user\n" },
	{ "relative hook", BOTH "hooks {\n pause_writes = { \"pause\", \"x\" } } }", NULL,
	  A ":7: pause_writes: \"pause\" is not an absolute path; accepted: a list { \"/program\", \"argument\" }\n" },
	{ "unknown hook", BOTH "hooks { pause = { \"/x\" } } }", NULL,
	  A ":6: pause: unknown in hooks of pair \"p\"; accepted: pause_writes, resume_writes, install, notify\n" },
	{ "unknown gate", BOTH "gates = { \"before-swap\", \"befor-finish\" } }", NULL,
	  A ":6: gates: no gate \"befor-finish\"; accepted: before-finish, before-standby, before-swap, before-destroy, before-subscribers, before-install, before-second, every-step, none\n" },
	{ "none among others", BOTH "gates = { \"none\", \"before-swap\" } }", NULL,
	  A ":6: gates: \"none\" among others; accepted: it alone, or a list of gates\n" },
	{ "unknown option", BOTH "options = { \"swim=yes\" } }", NULL,
	  A ":6: options: \"swim=yes\": no procedure has such an option; accepted: override, subscribers, parallel_subscribers=1..16|all\n" },
	{ "option without a value", BOTH "options = { \"subscribers\" } }", NULL,
	  A ":6: options: \"subscribers\": no value; accepted: override, subscribers, parallel_subscribers=1..16|all\n" },
	{ "order of strangers", BOTH "options = { \"subscribers=nobody\" } }", NULL,
	  A ":6: options: \"subscribers=nobody\": \"nobody\" is no subscriber, or stands twice; accepted: names of subscribers with commas\n" },
	{ "no gates at all", BOTH "gates = { } }", NULL,
	  A ":3: gates: the list is empty; accepted: a list of gates, or \"every-step\", \"none\"\n" },
	{ "marker without its owner", BOTH "marker_table = \"marker\" }", NULL,
	  A ":6: marker_table: \"marker\" is not a table with its owner; accepted: \"owner.table\"\n" },
	{ "marker with a statement", BOTH "marker_table = \"a.b;drop\" }", NULL,
	  A ":6: marker_table: \"a.b;drop\" is not a table with its owner; accepted: \"owner.table\"\n" },
};

/* The main file alone. */
static const struct { const char *what, *text, *lines; } mains[] = {
	{ "unknown key", "state_dir = \"/s\"\n", "~/main.conf:1: state_dir: unknown in the top of the file; accepted: state_directory, pairs_directory, advisories, data_directory, control, http, poll, keep, host, pair\n" },
	{ "no such group", "control { socket = \"/c\"\ngroup = \"no-such-group\" }", "~/main.conf:2: group: no group \"no-such-group\" on this host; accepted: the name of a group, or \"\" for none\n" },
	{ "names of the environment stay", "control { socket = \"${HOME}/c.sock\" group = \"\" }", "~/main.conf:1: socket: \"${HOME}/c.sock\" is not an absolute path; accepted: an absolute path\n" },
	{ "relative socket", "control { socket = \"c.sock\" group = \"\" }", "~/main.conf:1: socket: \"c.sock\" is not an absolute path; accepted: an absolute path\n" },
	{ "long socket", "control { group = \"\" socket = \"/23456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678\" }",
	  "~/main.conf:1: socket: the path is too long for a socket; accepted: a path of at most 107 bytes\n" },
	{ "no port", "http { listen = \"127.0.0.1\" }", "~/main.conf:1: listen: \"127.0.0.1\" is not an address with a port; accepted: \"address:port\", \"[address]:port\", or \"\" for none\n" },
	{ "bare v6", "http { listen = \"::1:80\" }", "~/main.conf:1: listen: \"::1:80\" is not an address with a port; accepted: \"address:port\", \"[address]:port\", or \"\" for none\n" },
	{ "no token", "http { token_file = \"~/none\" }", "~/main.conf:1: token_file: \"~/none\": No such file or directory; accepted: a file with the token, mode 0600, or \"\" for none\n" },
	{ "polling too fast", "poll { idle = \"5s\"\nswapping = \"9ms\" }", "~/main.conf:2: swapping: \"9ms\" is out of range; accepted: a duration from 10ms to 1h, such as 5s\n" },
	{ "keeping nothing", "keep { history = \"1m\" }", "~/main.conf:1: history: \"1m\" is out of range; accepted: a duration of at least 1h, such as 30d\n" },
	{ "no folder", "pairs_directory = \"~/none\"", "~/main.conf:1: pairs_directory: \"~/none\": No such file or directory; accepted: a folder that can be read\n" },
};
/* clang-format on */

/* "~" stands for the folder in what is expected too. */
static char *
in_folder(const char *text)
{
	struct buf b = { 0 };

	for (; *text != '\0'; text++)
		if (*text == '~')
			buf_adds(&b, test_folder());
		else
			buf_add(&b, text, 1);
	return buf_take(&b);
}

static void
expect(const char *what, const char *file, const char *lines)
{
	struct str_list errors = { 0 };
	struct config *c = NULL;
	struct ud_error err = { 0 };
	struct buf got = { 0 };
	char *wanted = in_folder(lines);

	ck_assert_msg(config_load(file, test_engines, &c, &errors, &err) == -1,
	    "%s: no error", what);
	ck_assert_int_eq(err.code, UD_ECONFIG);
	buf_addf(&got, "%s\n", err.text);
	for (size_t i = 0; i < errors.count; i++)
		buf_addf(&got, "%s\n", errors.items[i]);
	ck_assert_msg(strcmp(buf_text(&got), wanted) == 0, "%s:\ngot  %swant %s", what,
	    buf_text(&got), wanted);
	buf_done(&got);
	str_list_done(&errors);
	free(wanted);
}

START_TEST(pairs_are_refused)
{
	test_write("main.conf", MAIN);
	test_write("pairs.d/a.conf", cases[_i].a);
	if (cases[_i].b != NULL)
		test_write("pairs.d/b.conf", cases[_i].b);
	else
		test_remove("pairs.d/b.conf");
	expect(cases[_i].what, test_write("main.conf", MAIN), cases[_i].lines);
}
END_TEST

START_TEST(main_file_is_refused)
{
	test_remove("pairs.d/a.conf");
	test_remove("pairs.d/b.conf");
	expect(mains[_i].what, test_write("main.conf", mains[_i].text),
	    mains[_i].lines);
}
END_TEST

START_TEST(no_file)
{
	expect("no file", "/none/upgraded.conf",
	    "/none/upgraded.conf:1: file: No such file or directory; accepted: a readable"
	    " file of text, at most 1 MiB\n");
}
END_TEST

TCase *
broken_tests(void)
{
	TCase *tc = tcase_create("broken");

	tcase_add_loop_test(tc, pairs_are_refused, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, main_file_is_refused, 0, ARRAY_SIZE(mains));
	tcase_add_test(tc, no_file);
	return tc;
}
