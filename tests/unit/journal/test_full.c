/* A full or failing disk: the turn is absent, all of it, and later ones work again. */
#include "tests/unit/journal/check_journal.h"
#include "tests/unit/journal/fixture.h"

#include "tests/unit/journal/fault.h"

static struct ud_error err;
static struct journal *j;
static struct plan *plan;
static struct upgrade *u;

static void
set_up(void)
{
	fault_install();
	fault_set(FAULT_NONE, 0);
	folder_make();
	j = opened();
	plan = plan_made();
	u = upgrade_made(plan);
	upgrade_put(j, u, plan);
}

static void
tear_down(void)
{
	fault_set(FAULT_NONE, 0);
	upgrade_free(u);
	plan_free(plan);
	journal_close(j);
	folder_remove();
}

/* A turn of many pages, so that it does not fit into the cache of one write. */
static int
put_turn(int64_t revision)
{
	char text[2000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	begin(j);
	u->revision = revision;
	if (journal_put_upgrade(j, u, &err) != 0)
		goto fail;
	for (int i = 0; i < 20; i++)
		if (journal_put_event(j, "sales", u->id, EVENT_NOTE, NULL, NULL, text,
			NULL, NULL, &err) != 0)
			goto fail;
	return journal_commit(j, &err);
fail:
	journal_rollback(j);
	return -1;
}

static void
expect(int64_t revision, int64_t events)
{
	ck_assert_int_eq(number_in_file("SELECT revision FROM upgrade"), revision);
	ck_assert_int_eq(number_in_file("SELECT count(*) FROM event"), events);
	ck_assert_int_eq(journal_last_event(j), events);
}

START_TEST(full_disk_takes_the_turn_back)
{
	int64_t revision = u->revision, events = 0;
	int failures = 0;

	for (int nth = 1;; nth++) {
		int rc;

		fault_set(FAULT_FULL, nth);
		rc = put_turn(revision + 1);
		if (!fault_happened()) {
			ck_assert_int_eq(rc, 0);
			break;
		}
		ck_assert_int_eq(rc, -1);
		ck_assert_int_eq(err.code, UD_EJOURNAL);
		ck_assert_ptr_nonnull(strstr(err.text, "no space"));
		ck_assert_ptr_nonnull(strstr(err.remedy, "make room"));
		failures++;
		ck_assert_int_eq(put_turn(revision + 1), -1); /* still full */
		fault_set(FAULT_NONE, 0);
		expect(revision, events);
		ck_ok(put_turn(++revision)); /* there is room again */
		events += 20;
		expect(revision, events);
	}
	ck_assert_int_gt(failures, 10);
	fault_set(FAULT_NONE, 0);
	journal_close(j);
	j = opened();
	expect(revision + 1, events + 20);
}
END_TEST

START_TEST(failed_sync_takes_the_turn_back)
{
	fault_set(FAULT_SYNC, 1);
	ck_assert_int_eq(put_turn(8), -1);
	ck_assert(fault_happened());
	ck_assert_int_eq(err.code, UD_EJOURNAL);
	ck_assert_int_eq(number_in_file("SELECT revision FROM upgrade"), 7);
	ck_ok(put_turn(9));
	ck_assert(!j->stale_tail);
	ck_ok(put_turn(10));
	copy_file("journal.db", "copy.db"); /* as a kill would leave it */
	copy_file("journal.db-wal", "copy.db-wal");
	journal_close(j);
	copy_file("copy.db", "journal.db");
	copy_file("copy.db-wal", "journal.db-wal");
	j = opened();
	expect(10, 40);
}
END_TEST

/* Space runs out while pages are moved from the log: nothing that was committed is lost. */
START_TEST(full_disk_in_a_checkpoint_loses_nothing)
{
	for (int nth = 1; nth < 8; nth++) {
		ck_ok(put_turn(nth + 100));
		fault_set(FAULT_FULL, nth);
		journal_checkpoint(j);
		ck_assert(fault_happened());
		fault_set(FAULT_NONE, 0);
		expect(nth + 100, nth * 20);
	}
	journal_close(j);
	j = opened();
	expect(107, 140);
}
END_TEST

TCase *
full_tests(void)
{
	TCase *tc = tcase_create("full");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, full_disk_takes_the_turn_back);
	tcase_add_test(tc, failed_sync_takes_the_turn_back);
	tcase_add_test(tc, full_disk_in_a_checkpoint_loses_nothing);
	tcase_set_timeout(tc, 60);
	return tc;
}
