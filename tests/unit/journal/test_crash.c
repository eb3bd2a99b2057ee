/*
 * Promise P4, the journal's part: a process that ends at any instant leaves exactly the
 * turns that it was told are committed, or one more, and that one whole.
 *
 * A child makes turns and tells each commit through a pipe; it is ended before its n-th
 * change of a file, for every n until it lives to its end.
 */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/journal/fault.h"

#define TURNS 6

static struct ud_error err;

/* Turn n leaves revision n, n commands, 3 * n events, and note "turn" = n. */
static void
turn(struct journal *j, struct upgrade *u, const struct plan *plan, int n)
{
	struct command_row c;
	char text[16];

	str_printf(text, sizeof(text), "%d", n);
	begin(j);
	u->revision = n;
	settings_set(&u->notes, "turn", text);
	u->notes_dirty = true;
	u->runs[LIST_FORWARD][0].attempt = n;
	u->runs[LIST_FORWARD][0].dirty = u->id != 0;
	ck_ok(journal_put_upgrade(j, u, &err));
	if (n == 1)
		ck_ok(journal_put_steps(j, u, plan, &err));
	for (int i = 0; i < 3; i++)
		ck_ok(journal_put_event(j, "sales", u->id, EVENT_NOTE, NULL, NULL, text,
		    NULL, NULL, &err));
	c = command_made(u->id, "1");
	ck_ok(journal_put_command(j, &c, &err));
	command_row_done(&c);
	commit(j);
}

static void
child(int told, enum fault kind, int nth)
{
	struct plan *plan = plan_made();
	struct upgrade *u = upgrade_made(plan);
	struct journal *j;

	fault_set(kind, nth);
	j = opened();
	for (int n = 1; n <= TURNS; n++) {
		turn(j, u, plan, n);
		if (write(told, &n, sizeof(n)) != sizeof(n))
			_exit(1);
		if (n == TURNS / 2)
			journal_checkpoint(j);
	}
	journal_close(j);
	_exit(0);
}

/* Returns the last turn that the child was told is committed. */
static int
run_child(enum fault kind, int nth, bool *ret_killed)
{
	int ends[2], last = 0, n, status = 0;
	pid_t pid;

	ck_assert_int_eq(pipe(ends), 0);
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		child(ends[1], kind, nth);
	}
	close(ends[1]);
	while (read(ends[0], &n, sizeof(n)) == sizeof(n))
		last = n;
	close(ends[0]);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status));
	ck_assert_msg(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == FAULT_STATUS,
	    "at %d: status %d", nth, WEXITSTATUS(status));
	*ret_killed = WEXITSTATUS(status) == FAULT_STATUS;
	return last;
}

static void
keep_revision(void *arg, const struct upgrade *u)
{
	*(int64_t *)arg = u->revision;
}

static void
judge(int nth, int told)
{
	struct journal *j = NULL;
	int64_t revision = 0;

	ck_assert_msg(journal_open(folder, &j, &err) == 0, "at %d: %s", nth, err.text);
	ck_ok(journal_history(j, NULL, NULL, 0, 1, keep_revision, &revision, &err));
	ck_assert_msg(revision == told || revision == told + 1, "at %d: told %d, is %d",
	    nth, told, (int)revision);
	ck_assert_msg(journal_last_event(j) == 3 * revision, "at %d: events", nth);
	if (revision > 0) {
		ck_assert_int_eq(number_in_file("SELECT count(*) FROM command"),
		    revision);
		ck_assert_int_eq(number_in_file(
				     "SELECT value FROM note WHERE key='turn'"),
		    revision);
		ck_assert_int_eq(number_in_file(
				     "SELECT attempt FROM step WHERE list='f' AND"
				     " pos=0"),
		    revision);
	}
	journal_close(j);
}

/* clang-format off */
static const struct { const char *what; enum fault kind; } ends[] = {
	{ "killed",                      FAULT_KILL },
	{ "power cut, nothing unsynced", FAULT_CUT },
	{ "power cut, every second",     FAULT_TORN },
};
/* clang-format on */

START_TEST(any_instant_is_survived)
{
	bool killed = true;
	int nth;

	for (nth = 1; killed; nth++) {
		int told;

		folder_make();
		told = run_child(ends[_i].kind, nth, &killed);
		judge(nth, told);
		folder_remove();
	}
	ck_assert_msg(nth > 60, "%s: only %d changes were tried", ends[_i].what, nth);
}
END_TEST

/* ---- right before and right after a commit, by the hook ---- */

static int hook_left;
static bool hook_after;

static void
end_in_hook(void *arg, bool after, int64_t took_us)
{
	(void)arg;
	(void)took_us;
	if (after == hook_after && --hook_left == 0)
		_exit(FAULT_STATUS);
}

static void
hooked_child(int nth, bool after)
{
	struct plan *plan = plan_made();
	struct upgrade *u = upgrade_made(plan);
	struct journal *j = opened();

	hook_left = nth;
	hook_after = after;
	journal_set_hook(j, end_in_hook, NULL);
	for (int n = 1; n <= TURNS; n++)
		turn(j, u, plan, n);
	_exit(0);
}

START_TEST(commit_is_before_or_after)
{
	for (int nth = 1; nth <= TURNS; nth++) {
		bool after = _i == 1;
		int status = 0;
		pid_t pid;

		folder_make();
		pid = fork();
		if (pid == 0)
			hooked_child(nth, after);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		ck_assert_int_eq(WEXITSTATUS(status), FAULT_STATUS);
		judge(nth, after ? nth : nth - 1);
		ck_assert_int_eq(number_in_file("SELECT count(*) FROM command"),
		    after ? nth : nth - 1);
		folder_remove();
	}
}
END_TEST

TCase *
crash_tests(void)
{
	TCase *tc = tcase_create("crash");

	tcase_add_unchecked_fixture(tc, fault_install, NULL);
	tcase_add_loop_test(tc, any_instant_is_survived, 0, ARRAY_SIZE(ends));
	tcase_add_loop_test(tc, commit_is_before_or_after, 0, 2);
	tcase_set_timeout(tc, 120);
	return tc;
}
