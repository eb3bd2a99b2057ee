#include <stdlib.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static char text[] = "ttAdmin -repStop m1", output[] = "stopped\n";

static void
setup(void)
{
	world_begin(NULL);
	world_past(3, "sales", UPGRADE_COMPLETED);
	world.step_count = 2;
	world.steps[0] = (struct step_row){ .list = 'f',
		.number = "5",
		.step = "drain",
		.title = "drain m1",
		.member = "m1",
		.run = { .state = STEP_DONE,
		    .attempt = 2,
		    .started_wall_ms = 1700000000000,
		    .ended_wall_ms = 1700000001500 } };
	world.steps[1] = (struct step_row){ .list = 'u',
		.pos = 1,
		.number = "a1",
		.step = "resume",
		.run = { .state = STEP_FAILED, .error = "exit status 3" } };
	for (int i = 0; i < 4; i++)
		world.commands[world.command_count++] =
		    (struct command_row){ .id = 10 + i,
			    .upgrade = 3,
			    .list = 'f',
			    .number = "5",
			    .step = "drain",
			    .attempt = 1,
			    .member = "m1",
			    .host = "h1",
			    .kind = "job",
			    .text = text,
			    .started_wall_ms = 1700000000000,
			    .ended_wall_ms = 1700000000250,
			    .ending = "exited",
			    .status = 0,
			    .verdict = "ok",
			    .output = output };
	str_copy(world.commands[1].number, 16, "15/2");
	str_copy(world.commands[2].ending, 12, "signalled");
	world.commands[2].status = 9;
	world.commands[3].ended_wall_ms = 0;
	world.commands[3].ending[0] = '\0';
	world.commands[3].output = NULL;
}

START_TEST(steps_are_listed)
{
	struct web_reply r = web_ask("GET /v1/upgrades/3/steps", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "steps"), "(2)");
	ck_assert_str_eq(web_text(&r, "steps.0.number"), "5");
	ck_assert_str_eq(web_text(&r, "steps.0.id"), "drain");
	ck_assert_str_eq(web_text(&r, "steps.0.title"), "drain m1");
	ck_assert_str_eq(web_text(&r, "steps.0.member"), "m1");
	ck_assert_str_eq(web_text(&r, "steps.0.phase"), "forward");
	ck_assert_str_eq(web_text(&r, "steps.0.state"), "done");
	ck_assert_str_eq(web_text(&r, "steps.0.attempt"), "2");
	ck_assert_str_eq(web_text(&r, "steps.0.took_ms"), "1500");
	ck_assert_str_eq(web_text(&r, "steps.0.error"), "(null)");
	ck_assert_str_eq(web_text(&r, "steps.1.phase"), "abort");
	ck_assert_str_eq(web_text(&r, "steps.1.member"), "(null)");
	ck_assert_str_eq(web_text(&r, "steps.1.took_ms"), "(null)");
	ck_assert_str_eq(web_text(&r, "steps.1.error"), "exit status 3");
	web_reply_done(&r);
}
END_TEST

START_TEST(commands_are_listed_with_their_output)
{
	struct web_reply r = web_ask("GET /v1/upgrades/3/commands", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "commands"), "(4)");
	ck_assert_str_eq(web_text(&r, "next"), "(null)");
	ck_assert_str_eq(web_text(&r, "commands.0.id"), "10");
	ck_assert_str_eq(web_text(&r, "commands.0.command"), text);
	ck_assert_str_eq(web_text(&r, "commands.0.output"), output);
	ck_assert_str_eq(web_text(&r, "commands.0.took_ms"), "250");
	ck_assert_str_eq(web_text(&r, "commands.0.ending"), "exited");
	ck_assert_str_eq(web_text(&r, "commands.0.exit"), "0");
	ck_assert_str_eq(web_text(&r, "commands.0.signal"), "(null)");
	ck_assert_str_eq(web_text(&r, "commands.0.verdict"), "ok");
	ck_assert_str_eq(web_text(&r, "commands.2.exit"), "(null)");
	ck_assert_str_eq(web_text(&r, "commands.2.signal"), "9");
	ck_assert_str_eq(web_text(&r, "commands.3.ended_at"), "(null)");
	ck_assert_str_eq(web_text(&r, "commands.3.ending"), "(null)");
	ck_assert_str_eq(web_text(&r, "commands.3.output"), "(null)");
	web_reply_done(&r);
}
END_TEST

START_TEST(commands_come_page_by_page_and_by_step)
{
	struct web_reply r =
	    web_ask("GET /v1/upgrades/3/commands?limit=2&step=5", NULL, NULL);

	ck_assert_str_eq(web_text(&r, "commands"), "(2)");
	ck_assert_str_eq(web_text(&r, "commands.1.id"), "12");
	ck_assert_str_eq(web_text(&r, "next"), "12");
	web_reply_done(&r);
	r = web_ask("GET /v1/upgrades/3/commands?limit=2&step=5&after=12", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "commands"), "(1)");
	ck_assert_str_eq(web_text(&r, "next"), "(null)");
	web_reply_done(&r);
	r = web_ask("GET /v1/upgrades/3/commands?step=no-such", NULL, NULL);
	web_expect(&r, 404, "not-found");
	web_reply_done(&r);
	/* the second subscriber's step has a slash in its number */
	r = web_ask("GET /v1/upgrades/3/commands?step=15%2F2", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "commands"), "(1)");
	ck_assert_str_eq(web_text(&r, "commands.0.id"), "11");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_broken_journal_is_no_answer)
{
	static const char *const lines[] = { "GET /v1/upgrades", "GET /v1/upgrades/3",
		"GET /v1/upgrades/3/steps", "GET /v1/upgrades/3/commands",
		"GET /v1/events" };

	world.journal_broken = true;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct web_reply r = web_ask(lines[i], NULL, NULL);

		web_expect(&r, 500, "journal");
		web_reply_done(&r);
	}
}
END_TEST

TCase *
history_tests(void)
{
	TCase *tc = tcase_create("history");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, steps_are_listed);
	tcase_add_test(tc, commands_are_listed_with_their_output);
	tcase_add_test(tc, commands_come_page_by_page_and_by_step);
	tcase_add_test(tc, a_broken_journal_is_no_answer);
	return tc;
}
