#include <stdlib.h>

#include "daemon/observe/lag.h"
#include "tests/unit/observe/check_observe.h"
#include "tests/unit/observe/fake.h"

#define FILE_BYTES 1000

/* A member that has written so far, and holds its log for one or two others. */
static void
see(const struct member *m, enum role role, int64_t at_ms, int64_t written,
    const char *peer, int64_t held)
{
	struct observation o;
	struct peer_seen *p;

	observation_init(&o);
	o.role = role;
	o.at_ms[1] = o.at_ms[2] = at_ms;
	o.bookmark.written =
	    (struct position){ written / FILE_BYTES, written % FILE_BYTES, true };
	settings_set(&o.details, "log_file_bytes", "1000");
	if (peer != NULL) {
		p = observation_peer_add(&o);
		str_copy(p->store, sizeof(p->store), peer);
		p->held = (struct position){ held / FILE_BYTES, held % FILE_BYTES,
			held >= 0 };
	}
	observer_inject(observer, m, &o);
	observation_done(&o);
}

static void
setup(void)
{
	fake_setup();
	fake.silent = true;
	observer_add_pair(observer, &pair);
}

START_TEST(the_standby_is_behind_the_active)
{
	see(m2, ROLE_STANDBY, 900, 70, "M1",
	    3); /* what it says of the active is no lag */
	ck_assert_int_eq(look_of(m1)->lag_bytes, -1);
	see(m1, ROLE_ACTIVE, 1000, 5000, "M2", 5000);
	ck_assert_int_eq(look_of(m2)->lag_bytes, 0);
	ck_assert_int_eq(look_of(m2)->lag_ms, 0);
	see(m1, ROLE_ACTIVE, 2000, 7000, "M2", 6000);
	ck_assert_int_eq(look_of(m2)->lag_bytes, 1000);
	ck_assert_int_eq(look_of(m2)->lag_ms, 500);
	see(m2, ROLE_STANDBY, 2100, 80, "M1", 3); /* its own look does not change it */
	ck_assert_int_eq(look_of(m2)->lag_bytes, 1000);
	ck_assert_int_eq(look_of(m1)->lag_bytes, -1);
	see(m1, ROLE_UNKNOWN, 3000, 8000, "M2", 6000); /* nobody knows any more */
	ck_assert_int_eq(look_of(m2)->lag_bytes, -1);
	ck_assert_int_eq(look_of(m2)->lag_ms, -1);
}
END_TEST

START_TEST(a_subscriber_is_behind_the_standby)
{
	see(m1, ROLE_ACTIVE, 1000, 9000, "SUB", 1000);
	ck_assert_int_eq(look_of(sub)->lag_bytes,
	    8000); /* as long as there is no other */
	see(m2, ROLE_STANDBY, 1000, 300, "SUB", 100);
	ck_assert_int_eq(look_of(sub)->lag_bytes, 200);
	see(m1, ROLE_ACTIVE, 1100, 9500, "SUB", 1000);
	ck_assert_int_eq(look_of(sub)->lag_bytes, 200);
}
END_TEST

START_TEST(unknown_positions_are_no_lag)
{
	see(m1, ROLE_ACTIVE, 1000, 9000, "M2", -1);
	ck_assert_int_eq(look_of(m2)->lag_bytes, -1);
	see(m1, ROLE_ACTIVE, 1000, 9000, NULL, 0);
	ck_assert_int_eq(look_of(m2)->lag_bytes, -1);
}
END_TEST

START_TEST(it_catches_up)
{
	struct lag_view v;

	observer_lag(observer, m2, &v);
	ck_assert_int_eq(v.trend, LAG_UNKNOWN);
	for (int i = 0; i < 4; i++)
		see(m1, ROLE_ACTIVE, 1000 * (i + 1), 100000, "M2", 20000 * (i + 1));
	observer_lag(observer, m2, &v);
	ck_assert_int_eq(v.trend, LAG_SHRINKING);
	ck_assert_int_eq(v.bytes, 20000);
	ck_assert_int_eq(v.bytes_per_s, -20000);
	ck_assert_int_eq(v.left_ms, 1000);
}
END_TEST

START_TEST(a_log_that_begins_anew)
{
	see(m1, ROLE_ACTIVE, 1000, 90000, "M2", 90000);
	see(m1, ROLE_ACTIVE, 2000, 500, "M2", 500);
	see(m1, ROLE_ACTIVE, 3000, 1500, "M2", 1000);
	ck_assert_int_eq(look_of(m2)->lag_bytes, 500);
	ck_assert_int_eq(look_of(m2)->lag_ms, 500);
}
END_TEST

TCase *
behind_tests(void)
{
	TCase *tc = tcase_create("behind");

	tcase_add_checked_fixture(tc, setup, fake_teardown);
	tcase_add_test(tc, the_standby_is_behind_the_active);
	tcase_add_test(tc, a_subscriber_is_behind_the_standby);
	tcase_add_test(tc, unknown_positions_are_no_lag);
	tcase_add_test(tc, it_catches_up);
	tcase_add_test(tc, a_log_that_begins_anew);
	return tc;
}
