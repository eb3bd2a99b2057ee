/* What is put is read back. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

static struct ud_error err;
static struct journal *j;
static struct plan *plan;

static void
set_up(void)
{
	folder_make();
	j = opened();
	plan = plan_made();
}

static void
tear_down(void)
{
	journal_close(j);
	plan_free(plan);
	folder_remove();
}

static void
keep_upgrade(void *arg, const struct upgrade *u)
{
	*(struct upgrade **)arg = upgrade_copy(u);
}

START_TEST(upgrade_is_read_back)
{
	struct upgrade *u = upgrade_made(plan), *is = NULL;

	str_copy(u->idempotency_key, sizeof(u->idempotency_key), "key-1");
	ck_ok(journal_find(j, upgrade_put(j, u, plan), keep_upgrade, &is, &err));
	ck_assert_int_eq(is->id, u->id);
	ck_assert_str_eq(is->pair, "sales");
	ck_assert_str_eq(is->procedure, "asp-major");
	ck_assert_int_eq(is->from.parts, 4);
	ck_assert_int_eq(is->from.part[3], 9);
	ck_assert_int_eq(is->to.parts, 1);
	ck_assert_int_eq(is->to.part[0], 17);
	ck_assert_str_eq(settings_get(&is->options, "parallel"), "4");
	ck_assert_str_eq(settings_get(&is->options, "comment"),
	    "\"quoted\" and \xc3\xa4");
	ck_assert_uint_eq(is->gates.count, 2);
	ck_assert_str_eq(is->gates.items[1], "before-destroy");
	ck_assert_str_eq(is->active, "master1");
	ck_assert_str_eq(is->standby, "master2");
	ck_assert_str_eq(settings_get(&is->installations, "master1"), "old/new");
	ck_assert_str_eq(is->plan_hash, "3f2a");
	ck_assert_str_eq(is->created_by, "uid 0 (root)");
	ck_assert_str_eq(is->idempotency_key, "key-1");
	ck_assert_int_eq(is->state, UPGRADE_RUNNING);
	ck_assert_int_eq(is->list, LIST_BACKOUT);
	ck_assert_int_eq(is->walk.pos, 1);
	ck_assert_int_eq(is->resume_pos, 2);
	ck_assert_int_eq(is->revision, 7);
	ck_assert(is->hold && is->abort_asked && is->past_return && is->swap_held);
	ck_assert_int_eq(is->pause_list, LIST_UNDO);
	ck_assert_int_eq(is->pause_pos, 3);
	ck_assert_int_eq(is->pause_started_wall_ms, 1111);
	ck_assert_int_eq(is->pause_total_ms, 2222);
	ck_assert_int_eq(is->state_since_wall_ms, 3333);
	ck_assert_int_eq(is->error.code, UD_EUTILITY);
	ck_assert_str_eq(is->error.text, "ttRepAdmin refused");
	ck_assert_str_eq(is->error.remedy, "look at its log");
	ck_assert_int_eq(is->created_wall_ms, 4444);
	ck_assert_int_eq(is->started_wall_ms, 5555);
	ck_assert_int_eq(is->ended_wall_ms, 0);
	ck_assert_int_eq(is->pause_started_ms, 0); /* monotonic: not kept */
	upgrade_free(is);
	upgrade_free(u);
}
END_TEST

START_TEST(upgrade_is_updated)
{
	struct upgrade *u = upgrade_made(plan), *is = NULL;

	upgrade_put(j, u, plan);
	u->state = UPGRADE_ABORTED;
	u->list = LIST_UNDO_BACKOUT;
	u->walk.pos = 9;
	u->hold = false;
	u->pause_pos = -1;
	u->error = (struct ud_error){ 0 };
	u->ended_wall_ms = 9999;
	begin(j);
	ck_ok(journal_put_upgrade(j, u, &err));
	commit(j);
	ck_ok(journal_find(j, u->id, keep_upgrade, &is, &err));
	ck_assert_int_eq(is->state, UPGRADE_ABORTED);
	ck_assert_int_eq(is->list, LIST_UNDO_BACKOUT);
	ck_assert_int_eq(is->walk.pos, 9);
	ck_assert(!is->hold);
	ck_assert_int_eq(is->pause_pos, -1);
	ck_assert_int_eq(is->error.code, UD_OK);
	ck_assert_str_eq(is->error.text, "");
	ck_assert_int_eq(is->ended_wall_ms, 9999);
	ck_assert_uint_eq(is->options.count, 2);
	upgrade_free(is);
	upgrade_free(u);
}
END_TEST

static struct step_row kept_steps[16];
static int kept_step_count;

static void
keep_step(void *arg, const struct step_row *s)
{
	(void)arg;
	kept_steps[kept_step_count++] = *s;
}

START_TEST(steps_are_read_back)
{
	struct upgrade *u = upgrade_made(plan);
	struct step_run *run = &u->runs[LIST_FORWARD][1];

	u->runs[LIST_UNDO][1].state = STEP_SKIPPED;
	upgrade_put(j, u, plan);
	*run = (struct step_run){ .state = STEP_FAILED,
		.approved = true,
		.cleaning = true,
		.touched = true,
		.attempt = 3,
		.started_wall_ms = 10,
		.ended_wall_ms = 20,
		.error = "it broke",
		.dirty = true };
	u->runs[LIST_FORWARD][2].state = STEP_DONE; /* not dirty: not written */
	begin(j);
	ck_ok(journal_put_upgrade(j, u, &err));
	commit(j);
	ck_ok(journal_steps(j, u->id, keep_step, NULL, &err));
	ck_assert_int_eq(kept_step_count, FORWARD_STEPS + 2 + 1 + 1);
	ck_assert_int_eq(kept_steps[0].list, 'f');
	ck_assert_int_eq(kept_steps[FORWARD_STEPS].list, 'u');
	ck_assert_int_eq(kept_steps[FORWARD_STEPS + 2].list, 'b');
	ck_assert_int_eq(kept_steps[FORWARD_STEPS + 3].list, 'x');
	ck_assert_str_eq(kept_steps[0].title, "stop the replication agent of master1");
	ck_assert_str_eq(kept_steps[1].number, "2");
	ck_assert_str_eq(kept_steps[1].step, "drain");
	ck_assert_str_eq(kept_steps[1].member, "master2");
	ck_assert_str_eq(kept_steps[4].member, "");
	ck_assert_int_eq(kept_steps[1].run.state, STEP_FAILED);
	ck_assert(kept_steps[1].run.approved && kept_steps[1].run.cleaning);
	ck_assert(kept_steps[1].run.touched && !kept_steps[1].run.dirty);
	ck_assert_int_eq(kept_steps[1].run.attempt, 3);
	ck_assert_int_eq(kept_steps[1].run.started_wall_ms, 10);
	ck_assert_int_eq(kept_steps[1].run.ended_wall_ms, 20);
	ck_assert_str_eq(kept_steps[1].run.error, "it broke");
	ck_assert_int_eq(kept_steps[2].run.state, STEP_PENDING);
	ck_assert_int_eq(kept_steps[FORWARD_STEPS + 1].run.state, STEP_SKIPPED);
	upgrade_free(u);
}
END_TEST

static struct command_row kept_command;

static void
keep_command(void *arg, const struct command_row *c)
{
	(void)arg;
	kept_command = *c;
	kept_command.text = mem_strdup(c->text);
	kept_command.output = mem_strdup(c->output);
}

START_TEST(command_is_read_back)
{
	struct upgrade *u = upgrade_made(plan);
	struct command_row c = command_made(upgrade_put(j, u, plan), "2"), open;
	char output[] = "done\n";
	bool found = false;

	begin(j);
	ck_ok(journal_put_command(j, &c, &err));
	commit(j);
	ck_assert_int_eq(c.id, 1);
	ck_ok(journal_open_command(j, u->id, 'f', 1, &found, &open, &err));
	ck_assert(found);
	ck_assert_int_eq(open.id, c.id);
	ck_assert_str_eq(open.text, c.text);
	ck_assert_str_eq(open.ending, "");
	ck_assert_ptr_null(open.output);
	command_row_done(&open);
	ck_ok(journal_open_command(j, u->id, 'f', 2, &found, &open, &err));
	ck_assert_msg(!found, "the command of another step");

	c.started_wall_ms = 1005;
	c.ended_wall_ms = 2000;
	c.status = 3;
	str_copy(c.ending, sizeof(c.ending), "exited");
	str_copy(c.verdict, sizeof(c.verdict), "again");
	c.output = output;
	begin(j);
	ck_ok(journal_end_command(j, &c, &err));
	commit(j);
	ck_ok(journal_open_command(j, u->id, 'f', 1, &found, &open, &err));
	ck_assert(!found);
	ck_ok(journal_commands(j, u->id, NULL, 0, 10, keep_command, NULL, &err));
	ck_assert_int_eq(kept_command.list, 'f');
	ck_assert_int_eq(kept_command.pos, 1);
	ck_assert_str_eq(kept_command.number, "2");
	ck_assert_str_eq(kept_command.step, "rep-stop");
	ck_assert_int_eq(kept_command.attempt, 2);
	ck_assert(kept_command.clean_up);
	ck_assert_str_eq(kept_command.member, "master1");
	ck_assert_str_eq(kept_command.host, "host1");
	ck_assert_str_eq(kept_command.kind, "job");
	ck_assert_int_eq(kept_command.started_wall_ms, 1005);
	ck_assert_int_eq(kept_command.ended_wall_ms, 2000);
	ck_assert_str_eq(kept_command.ending, "exited");
	ck_assert_int_eq(kept_command.status, 3);
	ck_assert_str_eq(kept_command.verdict, "again");
	ck_assert_str_eq(kept_command.output, "done\n");
	command_row_done(&kept_command);
	c.output = NULL;
	command_row_done(&c);
	upgrade_free(u);
}
END_TEST

START_TEST(long_output_keeps_head_and_tail)
{
	struct command_row c = command_made(0, "1");
	size_t len = 300000;

	c.output = mem_alloc(len + 1);
	for (size_t i = 0; i < len; i += 2) /* two bytes each, wherever it is cut */
		memcpy(c.output + i, "\xc3\xa4", 2);
	c.output[0] = 'H';
	c.output[1] = 'h';
	c.output[len - 2] = 't';
	c.output[len - 1] = 'T';
	begin(j);
	ck_ok(journal_put_command(j, &c, &err));
	commit(j);
	ck_assert_int_le(number_in_file(
			     "SELECT length(CAST(output AS BLOB)) FROM command"),
	    JOURNAL_TEXT_BYTES);
	ck_assert_int_eq(number_in_file("SELECT output LIKE 'Hh%bytes left out%tT'"
					" FROM command"),
	    1);
	/* A character that was cut would be counted as one of its own. */
	ck_assert_int_eq(number_in_file(
			     "SELECT (length(CAST(output AS BLOB))"
			     " - length(output)) * 2 > length(output) FROM command"),
	    1);
	command_row_done(&c);
}
END_TEST

static struct approval {
	char gate[32], step[32], who[32], comment[32];
} kept_approval;

static void
keep_approval(void *arg, const struct approval_row *a)
{
	(void)arg;
	ck_assert_int_gt(a->wall_ms, 0);
	str_copy(kept_approval.gate, sizeof(kept_approval.gate), a->gate);
	str_copy(kept_approval.step, sizeof(kept_approval.step), a->step);
	str_copy(kept_approval.who, sizeof(kept_approval.who), a->who);
	str_copy(kept_approval.comment, sizeof(kept_approval.comment), a->comment);
}

START_TEST(approval_is_read_back)
{
	struct upgrade *u = upgrade_made(plan);

	upgrade_put(j, u, plan);
	begin(j);
	ck_ok(journal_put_approval(j, u->id, "before-swap", "6", "uid 7 (pat)", "go",
	    "3f2a", &err));
	commit(j);
	ck_ok(journal_approvals(j, u->id, keep_approval, NULL, &err));
	ck_assert_str_eq(kept_approval.gate, "before-swap");
	ck_assert_str_eq(kept_approval.step, "6");
	ck_assert_str_eq(kept_approval.who, "uid 7 (pat)");
	ck_assert_str_eq(kept_approval.comment, "go");
	ck_assert_int_eq(number_in_file("SELECT plan_hash='3f2a' FROM approval"), 1);
	upgrade_free(u);
}
END_TEST

START_TEST(observation_is_kept)
{
	struct observation o;

	observation_init(&o);
	o.role = ROLE_STANDBY;
	o.reachable = FACT_YES;
	o.at_wall_ms = 77;
	o.lag_bytes = 12;
	ck_assert(position_parse("14/2047560", &o.bookmark.written));
	begin(j);
	ck_ok(journal_put_observation(j, "sales", "master2", &o, &err));
	commit(j);
	ck_assert_int_eq(
	    number_in_file(
		"SELECT count(*) FROM observation WHERE wall_ms=77 AND pair='sales' AND"
		" member='master2' AND role='standby' AND reachable='yes' AND"
		" writable='unknown' AND written='14/2047560' AND held IS NULL AND"
		" lag_bytes=12 AND lag_ms IS NULL"),
	    1);
	observation_done(&o);
}
END_TEST

TCase *
record_tests(void)
{
	TCase *tc = tcase_create("record");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, upgrade_is_read_back);
	tcase_add_test(tc, upgrade_is_updated);
	tcase_add_test(tc, steps_are_read_back);
	tcase_add_test(tc, command_is_read_back);
	tcase_add_test(tc, long_output_keeps_head_and_tail);
	tcase_add_test(tc, approval_is_read_back);
	tcase_add_test(tc, observation_is_kept);
	return tc;
}
