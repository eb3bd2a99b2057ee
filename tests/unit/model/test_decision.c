#include "daemon/model/decision.h"

#include <string.h>

#include "tests/unit/model/check_model.h"

START_TEST(events)
{
	struct decision d = { 0 };

	decision_event(&d, EVENT_STEP, "7a", "%s is done", "fence");
	decision_event(&d, EVENT_STATE, NULL, "running");
	ck_assert_int_eq(d.event_count, 2);
	ck_assert_str_eq(d.events[0].step, "7a");
	ck_assert_str_eq(d.events[0].text, "fence is done");
	ck_assert_str_eq(d.events[1].step, "");
	for (int i = 0; i < DECISION_EVENTS + 5; i++)
		decision_event(&d, EVENT_NOTE, "", "%0500d", i);
	ck_assert_int_eq(d.event_count, DECISION_EVENTS);
	ck_assert_uint_lt(strlen(d.events[3].text), sizeof(d.events[3].text));
}
END_TEST

START_TEST(every_kind_has_a_name)
{
	for (int a = 0; a < EVENT_KINDS; a++)
		for (int b = 0; b < a; b++)
			ck_assert_str_ne(event_kind_name(a), event_kind_name(b));
	ck_assert_str_eq(event_kind_name(EVENT_GATE), "gate");
}
END_TEST

START_TEST(why)
{
	struct why w = { 0 };

	why_seen(&w, "%s, %d behind", "recovering", 7);
	why_needed(&w, "standby");
	why_remedy(&w, "%0900d", 1);
	ck_assert_str_eq(w.seen, "recovering, 7 behind");
	ck_assert_str_eq(w.needed, "standby");
	ck_assert_uint_eq(strlen(w.remedy), sizeof(w.remedy) - 1);
}
END_TEST

TCase *
decision_tests(void)
{
	TCase *tc = tcase_create("decision");

	tcase_add_test(tc, events);
	tcase_add_test(tc, every_kind_has_a_name);
	tcase_add_test(tc, why);
	return tc;
}
