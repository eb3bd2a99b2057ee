/* A record of years: 1,000 upgrades are opened in the time that a start may take. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"

#define UPGRADES      1000
#define COMMANDS      80
#define EVENTS        300
#define OPEN_LIMIT_MS 150 /* of the 300 ms of the daemon */

static struct ud_error err;
static int found;

static void
write_all(struct journal *j)
{
	struct plan *plan = plan_made();
	char text[300];

	memset(text, 'o', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (int i = 0; i < UPGRADES; i++) {
		struct upgrade *u = upgrade_made(plan);
		struct command_row c;

		if (i % 100 == 0)
			begin(j);
		u->state = i == UPGRADES - 1 ? UPGRADE_RUNNING : UPGRADE_COMPLETED;
		ck_ok(journal_put_upgrade(j, u, &err));
		ck_ok(journal_put_steps(j, u, plan, &err));
		c = command_made(u->id, "1");
		c.ended_wall_ms = 1;
		c.output = mem_strdup(text);
		for (int k = 0; k < COMMANDS; k++)
			ck_ok(journal_put_command(j, &c, &err));
		for (int k = 0; k < EVENTS; k++)
			ck_ok(journal_put_event(j, "sales", u->id, EVENT_STEP, "7",
			    "master1", "step 7 rep-stop is done", NULL, NULL, &err));
		command_row_done(&c);
		upgrade_free(u);
		if (i % 100 == 99)
			commit(j);
	}
	plan_free(plan);
}

static struct plan *
same_plan(void *arg, const struct upgrade *head, struct ud_error *e)
{
	(void)arg;
	(void)head;
	(void)e;
	return plan_made();
}

static void
count_loaded(void *arg, struct upgrade *u, struct plan *p)
{
	(void)arg;
	found++;
	upgrade_free(u);
	plan_free(p);
}

static void
count_found(void *arg, const struct upgrade *u)
{
	(void)arg;
	(void)u;
	found++;
}

static void
count_event(void *arg, const struct event_row *e)
{
	(void)arg;
	(void)e;
	found++;
}

static struct journal *
open_in_time(const char *what)
{
	int64_t began = clock_mono_ms(), took;
	struct journal *j = opened();

	found = 0;
	ck_ok(journal_load(j, same_plan, count_loaded, NULL, &err));
	took = clock_mono_ms() - began;
	ck_assert_int_eq(found, 1);
	ck_assert_msg(took <= OPEN_LIMIT_MS, "%s: opened in %lld ms", what,
	    (long long)took);
	return j;
}

START_TEST(thousand_upgrades_open_in_time)
{
	int64_t began, took;
	struct journal *j;
	pid_t pid;

	folder_make();
	j = opened();
	write_all(j);
	journal_close(j);
	j = open_in_time("closed");

	began = clock_mono_us();
	found = 0;
	ck_ok(
	    journal_history(j, "sales", "completed", 500, 50, count_found, NULL, &err));
	ck_ok(journal_events(j, journal_last_event(j) - 100, "sales", 100, count_event,
	    NULL, &err));
	took = clock_mono_us() - began;
	ck_assert_int_eq(found, 150);
	ck_assert_msg(took < 20000, "lists in %lld us", (long long)took);
	journal_close(j);

	pid = fork();
	if (pid == 0) {
		j = opened();
		begin(j);
		ck_ok(journal_put_event(j, "sales", 1, EVENT_NOTE, NULL, NULL, "x",
		    NULL, NULL, &err));
		commit(j);
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	j = open_in_time("killed");
	ck_assert_int_eq(journal_last_event(j), UPGRADES * EVENTS + 1);
	journal_close(j);
	folder_remove();
}
END_TEST

TCase *
size_tests(void)
{
	TCase *tc = tcase_create("size");

	tcase_add_test(tc, thousand_upgrades_open_in_time);
	tcase_set_timeout(tc, 120);
	return tc;
}
