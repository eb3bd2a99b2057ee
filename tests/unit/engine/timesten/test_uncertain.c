/* Facts that no document settles: the driver comes through with either answer. README.md of
 * this folder lists them all; here are those that no other test gives both answers to. */
#include <stdlib.h>

#include "daemon/engine/timesten/steps/steps.h"
#include "tests/unit/engine/timesten/check_timesten.h"

#define BLOCK(number, text) "*** [TimesTen][TimesTen 22.1.1.27.0 ODBC Driver][TimesTen]TT" number ": " text " -- file \"x.c\", lineno 1, procedure \"y\"\n*** ODBC Error = S1000, TimesTen Error = " number "\n"

/* clang-format off */
static const struct { const char *what, *tool; int status; const char *text; enum verdict verdict; } ends[] = {
	{ "a stop under always: the cache agent's number", "ttAdmin", 1, BLOCK("10021", "not stopped due to policy"), VERDICT_STOP },
	{ "a stop under always: a number of its own",      "ttAdmin", 1, BLOCK("10013", "not stopped due to policy"), VERDICT_STOP },
	{ "a stop under always: words alone",              "ttAdmin", 9, "The agent was not stopped\n", VERDICT_STOP },
	{ "no database: 832",            "ttMigrate", 2, BLOCK("832", "Create permission denied"), VERDICT_STOP },
	{ "no database: 833",            "ttMigrate", 2, BLOCK("833", "Cannot create; AutoCreate"), VERDICT_STOP },
	{ "no database: an SQLSTATE",    "ttMigrate", 2, "IM002: Data source name not found\n", VERDICT_STOP },
	{ "no database: words",          "ttDestroy", 1, "ttDestroy: data store /d/x does not exist\n", VERDICT_STOP },
	{ "no database: a new number",   "ttMigrate", 1, BLOCK("8999", "no such database"), VERDICT_STOP },
	{ "a peer's agent: no port yet", "ttRepAdmin", 1, BLOCK("12039", "Could not get port number"), VERDICT_AGAIN },
	{ "a peer's agent: no connection", "ttRepAdmin", 1, BLOCK("16025", "Cannot connect"), VERDICT_AGAIN },
};
/* clang-format on */

START_TEST(either_end_means_the_same)
{
	struct outcome o = exited(ends[_i].status, ends[_i].text);
	struct ud_error err = { 0 };
	struct command c;
	enum verdict v;

	command_init(&c);
	c.kind = COMMAND_JOB;
	str_list_addf(&c.argv, "/tt/old/bin/%s", ends[_i].tool);
	v = tt_judge(&c, &o, &err);
	ck_assert_msg(v == ends[_i].verdict, "%s: %s", ends[_i].what, verdict_name(v));
	ck_assert_str_ne(err.text, "");
	command_done(&c);
}
END_TEST

/* With and without the words: changing is said, or not; it is never guessed from silence. */
START_TEST(connections_that_are_not_active_yet)
{
	static const char head[] = "Data store /d/x\nThere are 2 connections to the data store\n",
			  more[] = "Obsolete or not yet active connection(s):\n",
			  tail[] = "RAM residence policy: inUse\n------------------\nEnd of report\n";
	struct tt_status s;
	struct ud_error err;
	char text[400];

	for (int said = 0; said < 2; said++) {
		str_printf(text, sizeof(text), "%s%s%s", head, said ? more : "", tail);
		ck_assert_int_eq(tt_status_parse(text, &s, &err), 0);
		ck_assert_int_eq(s.count, 1);
		ck_assert_msg((s.stores[0].changing == FACT_YES) == (said == 1), "said %d", said);
		tt_status_done(&s);
	}
}
END_TEST

/* A database that was unloaded by hand is opened by another installation: it may still have the
 * policy manual there (707), or the one of that instance, under which -ramLoad is refused. */
START_TEST(a_policy_of_the_database_or_of_its_instance)
{
	/* clang-format off */
	static const struct {
		const char *what, *policy; enum fact before, here; enum probe probe; const char *option;
	} rows[] = {
		{ "comes by hand",	   "manual", FACT_NO,  FACT_NO,	     PROBE_TO_DO,      "-ramPolicy" },
		{ "comes by itself",	   "inUse",  FACT_NO,  FACT_NO,	     PROBE_NOT_NEEDED, "-ramLoad" },
		{ "is loaded there still", "manual", FACT_YES, FACT_NO,	     PROBE_NOT_NEEDED, "-ramLoad" },
		{ "is known here",	   "manual", FACT_NO,  FACT_YES,     PROBE_TO_DO,      "-ramLoad" },
		{ "nobody knows",	   "manual", FACT_NO,  FACT_UNKNOWN, PROBE_UNKNOWN,    "-ramLoad" },
	};
	/* clang-format on */
	const struct member *m = shop("left");
	struct outcome said = exited(0, "");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct observation seen[MEMBERS_MAX] = { 0 };
		struct scene s = { .seen = seen };
		struct plan_step ps = { .member = m, .installation = NEW, .step = &tt_ram_load };
		struct installation_seen *in = seen[m->index].inst;
		struct command c;
		struct why w = { 0 };

		in[OLD].exists = FACT_YES;
		in[OLD].loaded = rows[i].before;
		str_copy(in[OLD].ram_policy, sizeof(in[OLD].ram_policy), rows[i].policy);
		in[NEW].exists = rows[i].here;
		in[NEW].loaded = FACT_NO;
		if (rows[i].here == FACT_YES)
			str_copy(in[NEW].ram_policy, sizeof(in[NEW].ram_policy), "manual");
		ck_assert_msg(tt_ram_load.probe(&s, &ps, &w) == rows[i].probe, "%s", rows[i].what);
		command_init(&c);
		tt_ram_load.build(&s, &ps, &c);
		ck_assert_msg(str_equal(c.argv.items[1], rows[i].option), "%s: %s", rows[i].what,
		    c.argv.items[1]);
		command_done(&c);

		/* The other option is said alone, where the first call took one of them only. */
		s.outcome = &said;
		command_init(&c);
		tt_ram_load.build(&s, &ps, &c);
		ck_assert_str_eq(c.argv.items[1], "-ramLoad");
		command_done(&c);
	}
}
END_TEST

TCase *
uncertain_tests(void)
{
	TCase *tc = tcase_create("uncertain");

	tcase_add_loop_test(tc, either_end_means_the_same, 0, ARRAY_SIZE(ends));
	tcase_add_test(tc, connections_that_are_not_active_yet);
	tcase_add_test(tc, a_policy_of_the_database_or_of_its_instance);
	return tc;
}
