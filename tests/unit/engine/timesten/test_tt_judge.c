#include "common/buf.h"
#include "tests/unit/engine/timesten/check_timesten.h"

enum tool { ADMIN, MIGRATE, SESSION, SHELL, HOOK };

#define STOPPED "*** [TimesTen]TT12027: The agent is already stopped. -- file \"a\"\n"
#define NO_ROOM "*** [TimesTen]TT0802: Data store space exhausted -- file \"a\"\n"

/* clang-format off */
static const struct {
	const char *what;
	enum tool tool;
	enum ending ending;
	int status;
	const char *output;
	enum verdict verdict;
	enum ud_code code; /* UD_OK: err is not looked at */
} cases[] = {
	{ "done", ADMIN, ENDING_EXITED, 0, "RAM Residence Policy : inUse\n", VERDICT_OK, UD_OK },
	{ "done, silent", MIGRATE, ENDING_EXITED, 0, "", VERDICT_OK, UD_OK },
	{ "0 with an error", MIGRATE, ENDING_EXITED, 0, NO_ROOM, VERDICT_STOP, UD_EUTILITY },
	{ "0 with a warning", ADMIN, ENDING_EXITED, 0, "Warning 20100: recovered\n", VERDICT_OK,
	  UD_OK },
	{ "0 with words that are no error", ADMIN, ENDING_EXITED, 0,
	  "DATA STORE IN PROCESS OF BEING UNLOADED FROM RAM\n", VERDICT_OK, UD_OK },
	{ "agent is stopped, by text", ADMIN, ENDING_EXITED, 6, STOPPED, VERDICT_OK, UD_OK },
	{ "agent is stopped, other status", ADMIN, ENDING_EXITED, 1, STOPPED, VERDICT_OK, UD_OK },
	{ "status 5 without text", ADMIN, ENDING_EXITED, 5, "", VERDICT_OK, UD_OK },
	{ "status 8 in another language", ADMIN, ENDING_EXITED, 8, "bereits entladen\n",
	  VERDICT_OK, UD_OK },
	{ "status 7, but another error", ADMIN, ENDING_EXITED, 7,
	  "*** [TimesTen]TT0821: No readable checkpoint files\n", VERDICT_DANGER, UD_EUTILITY },
	{ "status 6 of another tool", MIGRATE, ENDING_EXITED, 6, "", VERDICT_STOP, UD_EUTILITY },
	{ "status 9 without text", ADMIN, ENDING_EXITED, 9, "", VERDICT_STOP, UD_EUTILITY },
	{ "in use", ADMIN, ENDING_EXITED, 9, "*** [TimesTen]TT12030: Data store is in use\n",
	  VERDICT_AGAIN, UD_EUTILITY },
	{ "words only", ADMIN, ENDING_EXITED, 1, "***2 pending disconnection***\n", VERDICT_AGAIN,
	  UD_EUTILITY },
	{ "a function of the shell", SHELL, ENDING_EXITED, 0, "held\n", VERDICT_OK, UD_OK },
	{ "one that says no", SHELL, ENDING_EXITED, 1, "its lease is over\n", VERDICT_STOP,
	  UD_EUTILITY },
	{ "one without an answer", SHELL, ENDING_FAILED, 0, "", VERDICT_AGAIN, UD_EUNREACHABLE },
	{ "usage", ADMIN, ENDING_EXITED, 1, "Usage:\n  ttAdmin ...\n", VERDICT_STOP, UD_EUTILITY },
	{ "partial restore", MIGRATE, ENDING_EXITED, 1, "Table was not restored.\n", VERDICT_STOP,
	  UD_EUTILITY },
	{ "killed", MIGRATE, ENDING_SIGNALLED, 9, "", VERDICT_STOP, UD_EUTILITY },
	{ "too late", MIGRATE, ENDING_TIMED_OUT, 0, "Saving table OPS.A\n", VERDICT_STOP,
	  UD_ETIMEOUT },
	{ "gone", MIGRATE, ENDING_GONE, 0, "", VERDICT_STOP, UD_EUTILITY },
	{ "could not be started", ADMIN, ENDING_FAILED, 0, "/x: No such file or directory",
	  VERDICT_STOP, UD_EUNREACHABLE },
	{ "session answered", SESSION, ENDING_EXITED, 0, "< 00 >\n", VERDICT_OK, UD_OK },
	{ "session: the wait is over", SESSION, ENDING_EXITED, 0, "< 01 >\n", VERDICT_OK, UD_OK },
	{ "session: an error", SESSION, ENDING_EXITED, 0, " 8141: not eligible\n", VERDICT_DANGER,
	  UD_EUTILITY },
	{ "session: already so", SESSION, ENDING_EXITED, 0, "12027: already stopped\n", VERDICT_OK,
	  UD_OK },
	{ "session: status means nothing", SESSION, ENDING_EXITED, 1, "", VERDICT_OK, UD_OK },
	{ "session: lost", SESSION, ENDING_FAILED, 0, "", VERDICT_AGAIN, UD_EUNREACHABLE },
	{ "session: late", SESSION, ENDING_TIMED_OUT, 0, "", VERDICT_AGAIN, UD_ETIMEOUT },
	{ "session: refused for good", SESSION, ENDING_FAILED, 0, "  707: unloaded\n",
	  VERDICT_STOP, UD_EUNREACHABLE },
	{ "hook", HOOK, ENDING_EXITED, 0, "TT0821: from a log\n", VERDICT_OK, UD_OK },
	{ "hook refused", HOOK, ENDING_EXITED, 3, "TT12027: from a log\n", VERDICT_STOP,
	  UD_EUTILITY },
};
/* clang-format on */

static void
fill(struct command *c, enum tool tool)
{
	command_init(c);
	switch (tool) {
	case ADMIN:
		tt_admin_rep_stop(c, shop("left"), OLD);
		break;
	case MIGRATE:
		tt_migrate_restore(c, shop("left"), NEW, "/x.mig", 0, NULL);
		break;
	case SESSION:
		tt_session(c, shop("left"), OLD, "call ttRepStop");
		break;
	case SHELL:
		tt_shell_call(c, shop("left"), "tt_hold");
		break;
	case HOOK:
		c->kind = COMMAND_HOOK;
		str_list_add(&c->argv, "/etc/upgraded/pause");
		break;
	}
}

START_TEST(verdicts)
{
	struct outcome o = ended(cases[_i].ending, cases[_i].output);
	struct ud_error err = { 0 };
	struct command c;
	enum verdict v;

	o.status = cases[_i].status;
	fill(&c, cases[_i].tool);
	v = tt_judge(&c, &o, &err);
	ck_assert_msg(v == cases[_i].verdict, "%s: %s", cases[_i].what,
	    verdict_name(v));
	if (v != VERDICT_OK) {
		ck_assert_msg(err.code == cases[_i].code, "%s: %s", cases[_i].what,
		    ud_code_name(err.code));
		ck_assert_msg(err.text[0] != '\0' && strchr(err.text, '\n') == NULL,
		    "%s: %s", cases[_i].what, err.text);
	}
	command_done(&c);
}
END_TEST

START_TEST(what_people_read)
{
	struct outcome o = exited(9,
	    "*** [TimesTen]TT8191: This store (a on b) is not"
	    " involved -- file \"x\"\n");
	struct ud_error err;
	struct command c;

	fill(&c, ADMIN);
	tt_judge(&c, &o, &err);
	ck_assert_str_eq(err.text,
	    "ttAdmin: TT8191: This store (a on b) is not involved");
	ck_assert_str_ne(err.remedy, "");
	o = exited(3, "first\nsecond\n\nlast\n");
	tt_judge(&c, &o, &err);
	ck_assert_str_eq(err.text, "ttAdmin ended with status 3: first second last");
	command_done(&c);
}
END_TEST

START_TEST(long_outputs_are_shortened)
{
	struct buf b = { 0 };
	struct outcome o;
	struct ud_error err;
	struct command c;

	for (int i = 0; i < 8000; i++)
		buf_adds(&b, "lorem ip");
	o = exited(3, buf_text(&b));
	fill(&c, MIGRATE);
	ck_assert_int_eq(tt_judge(&c, &o, &err), VERDICT_STOP);
	ck_assert(strlen(err.text) < 360);
	command_done(&c);
	buf_done(&b);
}
END_TEST

TCase *
tt_judge_tests(void)
{
	TCase *tc = tcase_create("judge");

	tcase_add_loop_test(tc, verdicts, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, what_people_read);
	tcase_add_test(tc, long_outputs_are_shortened);
	return tc;
}
