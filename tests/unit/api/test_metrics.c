#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

static struct web_reply
scrape(void)
{
	struct web_reply r = web_ask_tcp("GET /metrics", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_header(&r, "Content-Type"),
	    "text/plain; version=0.0.4; charset=utf-8");
	return r;
}

static void
has_line(const struct web_reply *r, const char *line)
{
	char text[256];

	str_printf(text, sizeof(text), "\n%s\n", line);
	ck_assert_msg(strstr(r->body, text) != NULL, "missing: %s\nin:\n%s", line,
	    r->body);
}

/* clang-format off */
static const char *const lines[] = {
	"upgraded_build_info{version=\"" PACKAGE_VERSION "\"} 1",
	"upgraded_pairs{state=\"serving\"} 1",
	"upgraded_pairs{state=\"upgrading\"} 1",
	"upgraded_pairs{state=\"attention\"} 0",
	"upgraded_member_info{pair=\"sales\",member=\"m1\",host=\"h1\",role=\"active\",release=\"11.2.1.9\"} 1",
	"upgraded_member_info{pair=\"sales\",member=\"s1\",host=\"h3\",role=\"unknown\",release=\"\"} 1",
	"upgraded_member_reachable{pair=\"sales\",member=\"m1\"} 1",
	"upgraded_member_reachable{pair=\"sales\",member=\"m2\"} 0",
	"upgraded_replication_lag_bytes{pair=\"sales\",member=\"m2\"} 4096",
	"upgraded_replication_lag_seconds{pair=\"sales\",member=\"m2\"} 0.120",
	"upgraded_upgrade_state{pair=\"sales\",state=\"gated\"} 1",
	"upgraded_upgrade_state{pair=\"sales\",state=\"running\"} 0",
	"upgraded_upgrade_step{pair=\"sales\"} 1",
	"upgraded_upgrade_steps{pair=\"sales\"} 3",
	"upgraded_upgrade_eta_seconds{pair=\"sales\"} 90.000",
	"upgraded_upgrades_total{result=\"completed\"} 5",
	"upgraded_upgrades_total{result=\"aborted\"} 2",
	"upgraded_upgrades_total{result=\"attention\"} 1",
	"upgraded_commands_total{result=\"ok\"} 40",
	"upgraded_commands_total{result=\"failed\"} 3",
	"upgraded_journal_commit_seconds_bucket{le=\"0.001\"} 1",
	"upgraded_journal_commit_seconds_bucket{le=\"0.0025\"} 2",
	"upgraded_journal_commit_seconds_bucket{le=\"+Inf\"} 3",
	"upgraded_journal_commit_seconds_sum 9.002800",
	"upgraded_journal_commit_seconds_count 3",
	"upgraded_loop_stall_seconds_count 1",
	"upgraded_write_pause_seconds_count 0",
	"upgraded_turns_total 11",
	"upgraded_polls_total 100",
	"# TYPE upgraded_step_duration_seconds histogram",
	"# TYPE process_resident_memory_bytes gauge",
	"# TYPE process_open_fds gauge",
};
/* clang-format on */

START_TEST(what_was_seen_is_counted)
{
	struct web_reply r;

	world_upgrade(UPGRADE_GATED, 1);
	world.totals = (struct journal_totals){ 5, 2, 1, 40, 3 };
	world.seen[1][1].reachable = FACT_NO;
	api_commit_hook(world.api, false, 0);
	api_commit_hook(world.api, true, 800);
	api_commit_hook(world.api, true, 2000);
	api_commit_hook(world.api, true, 9000000);
	api_loop_stall_us(world.api, 1500);
	r = scrape();
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		has_line(&r, lines[i]);
	web_reply_done(&r);
}
END_TEST

/* P7: no line is better than a zero that nobody saw. */
START_TEST(what_is_unknown_has_no_line)
{
	struct web_reply r;

	world_upgrade(UPGRADE_ATTENTION, 1); /* without an estimate */
	r = scrape();
	ck_assert(
	    !strstr(r.body, "upgraded_member_reachable{pair=\"sales\",member=\"s1\"}"));
	ck_assert(!strstr(r.body, "lag_bytes{pair=\"sales\",member=\"s1\"}"));
	ck_assert(!strstr(r.body, "age_seconds{pair=\"sales\",member=\"s1\"}"));
	ck_assert(!strstr(r.body, "eta_seconds{"));
	web_reply_done(&r);
}
END_TEST

START_TEST(labels_are_escaped)
{
	static char host[] = "a\"b\\c\nd";
	struct web_reply r;

	world.hosts[0].name = host;
	r = scrape();
	ck_assert(strstr(r.body, "host=\"a\\\"b\\\\c\\nd\"") != NULL);
	web_reply_done(&r);
}
END_TEST

static void
move(const char *kind)
{
	world_event("sales", kind, 7, "moved");
	world_tell();
	web_turn(3);
}

START_TEST(steps_and_pauses_are_counted_once)
{
	static const char labels[] = "{procedure=\"asp-major\",step=\"drain\"} ";
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;
	char line[128];

	u->pause_pos = 0;
	move("pause");
	move("step");
	move("step"); /* nothing has changed */
	u->pause_pos = -1;
	u->pause_total_ms = 1514;
	move("pause");
	move("state");
	r = scrape();
	str_printf(line, sizeof(line), "upgraded_step_duration_seconds_count%s1",
	    labels);
	has_line(&r, line);
	str_printf(line, sizeof(line), "upgraded_step_duration_seconds_sum%s5.000000",
	    labels);
	has_line(&r, line);
	has_line(&r, "upgraded_write_pause_seconds_count 1");
	has_line(&r, "upgraded_write_pause_seconds_sum 1.514000");
	has_line(&r, "upgraded_write_pause_seconds_bucket{le=\"2\"} 1");
	has_line(&r, "upgraded_write_pause_seconds_bucket{le=\"1\"} 0");
	web_reply_done(&r);
	u->runs[LIST_FORWARD][0].ended_wall_ms += 10; /* taken back and done again */
	move("step");
	r = scrape();
	str_printf(line, sizeof(line), "upgraded_step_duration_seconds_count%s2",
	    labels);
	has_line(&r, line);
	web_reply_done(&r);
}
END_TEST

/* The last step ends the upgrade: then only the journal has it. */
START_TEST(the_last_step_is_counted_from_the_journal)
{
	struct upgrade *u = world_upgrade(UPGRADE_RUNNING, 1);
	struct web_reply r;

	move("step");
	world.step_count = 2;
	for (int i = 0; i < 2; i++)
		world.steps[i] = (struct step_row){ .list = 'f',
			.pos = i,
			.run = u->runs[LIST_FORWARD][0] };
	str_copy(world.steps[0].step, 32, "drain");
	str_copy(world.steps[1].step, 32, "swap");
	world_past(7, "sales", UPGRADE_COMPLETED);
	upgrade_free(world.live);
	world.live = NULL;
	move("state");
	move("command"); /* of a hook that ended after it */
	r = scrape();
	has_line(&r,
	    "upgraded_step_duration_seconds_count{procedure=\"asp-major\",step=\"drain\"} 1");
	has_line(&r,
	    "upgraded_step_duration_seconds_count{procedure=\"asp-major\",step=\"swap\"} 1");
	web_reply_done(&r);
}
END_TEST

/* Every line is a comment, or a name, labels and a number. */
START_TEST(the_page_is_well_formed)
{
	struct web_reply r;
	char *rest, *line;

	world_upgrade(UPGRADE_RUNNING, 1);
	move("step");
	r = scrape();
	rest = r.body;
	while ((line = strsep(&rest, "\n")) != NULL && rest) {
		const char *space = strrchr(line, ' ');
		char *end = NULL;

		if (strncmp(line, "# HELP ", 7) == 0 ||
		    strncmp(line, "# TYPE ", 7) == 0)
			continue;
		ck_assert_msg(space != NULL, "%s", line);
		(void)strtod(space + 1, &end);
		ck_assert_msg(end > space + 1 && *end == '\0', "%s", line);
		ck_assert_msg(strncmp(line, "upgraded_", 9) == 0 ||
			strncmp(line, "process_", 8) == 0,
		    "%s", line);
	}
	web_reply_done(&r);
}
END_TEST

TCase *
metrics_tests(void)
{
	TCase *tc = tcase_create("metrics");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, what_was_seen_is_counted);
	tcase_add_test(tc, what_is_unknown_has_no_line);
	tcase_add_test(tc, labels_are_escaped);
	tcase_add_test(tc, steps_and_pauses_are_counted_once);
	tcase_add_test(tc, the_last_step_is_counted_from_the_journal);
	tcase_add_test(tc, the_page_is_well_formed);
	return tc;
}
