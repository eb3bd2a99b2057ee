#include "daemon/model/settings.h"

#include "common/str.h"
#include "tests/unit/model/check_model.h"

START_TEST(set_get_unset)
{
	struct settings s = { 0 };

	settings_set(&s, "a", "1");
	settings_set(&s, "b", "2");
	settings_set(&s, "c", "3");
	settings_set(&s, "a", "4");
	ck_assert_uint_eq(s.count, 3);
	ck_assert_str_eq(s.items[0].key, "a");
	ck_assert_str_eq(settings_get(&s, "a"), "4");
	ck_assert(settings_is(&s, "b", "2"));
	ck_assert(!settings_is(&s, "b", "3"));
	ck_assert(!settings_is(&s, "z", "3"));
	settings_unset(&s, "b");
	settings_unset(&s, "z");
	ck_assert_uint_eq(s.count, 2);
	ck_assert_str_eq(s.items[1].key, "c");
	ck_assert_ptr_null(settings_get(&s, "b"));
	settings_set(&s, "c", settings_get(&s, "c"));
	ck_assert_str_eq(settings_get(&s, "c"), "3");
	settings_done(&s);
	ck_assert_uint_eq(s.count, 0);
}
END_TEST

START_TEST(copy)
{
	struct settings s = { 0 }, c = { 0 };

	settings_copy(&c, &s);
	ck_assert_uint_eq(c.count, 0);
	settings_set(&s, "a", "1");
	settings_copy(&c, &s);
	settings_set(&s, "a", "2");
	ck_assert_str_eq(settings_get(&c, "a"), "1");
	settings_done(&s);
	settings_done(&c);
}
END_TEST

START_TEST(lists)
{
	struct settings s = { 0 };
	struct str_list list = { 0 };

	settings_list(&s, "a", &list);
	ck_assert_uint_eq(list.count, 0);
	settings_set(&s, "a", "/bin/x\n-v\n");
	settings_list(&s, "a", &list);
	ck_assert_uint_eq(list.count, 3);
	ck_assert_str_eq(list.items[1], "-v");
	ck_assert_str_eq(list.items[2], "");
	str_list_done(&list);
	settings_done(&s);
}
END_TEST

TCase *
settings_tests(void)
{
	TCase *tc = tcase_create("settings");

	tcase_add_test(tc, set_get_unset);
	tcase_add_test(tc, copy);
	tcase_add_test(tc, lists);
	return tc;
}
