#include "config.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/str.h"
#include "tests/unit/client/check_client.h"
#include "tests/unit/client/fake_daemon.h"
#include "tests/unit/client/samples.h"

/* clang-format off */
static const struct line lines[] = {
	{ "GET /v1/pairs", 0, "", 1 },
	{ "GET /v1/pairs", 200, "<html>it is a web server</html>", 1 },
	{ "GET /v1/pairs", 200, "[]", 1 },
	{ "GET /v1/pairs", 200, "{'pairs':[]}" },
	{ "GET /v1/pairs/locked", 403, "{'code':'not-permitted','detail':'user bob may only read','remedy':'join group upgraded'}" },
	{ "POST /v1/pairs/sales/upgrades", 0, "", 1 },
	{ "POST /v1/pairs/sales/upgrades", 409, "{'code':'blocked','detail':'1 blocker','remedy':'mend it','findings':[{'severity':'blocker','rule':'r','finding':'f'}]}" },
	{ "GET /v1/pairs/idle", 200, "{'pair':'idle','state':'serving','members':[],'upgrade':null}" },
	{ "GET /v1/upgrades?pair=idle", 200, "{'upgrades':[],'next':null}" },
	{ NULL }
};
/* clang-format on */

static void
setup(void)
{
	daemon_start(lines);
}

START_TEST(nobody_listens)
{
	struct ran r;

	daemon_stop();
	r = run("pairs", NULL);
	ck_assert_int_eq(r.status, 6);
	ck_assert_ptr_nonnull(strstr(r.err, daemon_socket()));
	ck_assert_ptr_nonnull(strstr(r.err,
	    ": Connection refused\n  what to do: `systemctl status upgraded`"));
	ran_done(&r);
	expect(6, "",
	    "upgradectl: the daemon cannot be reached at /nonexistent/s: No such file or directory\n"
	    "  what to do: `systemctl status upgraded` says whether it runs; it may listen elsewhere: "
	    "--socket PATH, --url URL\n",
	    "--socket", "/nonexistent/s", "pairs");
	expect(6, NULL, NULL, "wait", "sales", "--timeout", "5s");
	expect(6, NULL, NULL, "--url", "http://127.0.0.1:1", "pairs", "--json");
	expect(6, "upgradectl " PACKAGE_VERSION "\n", NULL, "version");
}
END_TEST

/* Root may open everything, so that the child becomes somebody else. */
START_TEST(the_socket_may_not_be_opened)
{
	char folder[128];
	struct ran r;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chmod(daemon_socket(), 0600), 0);
	(void)str_copy(folder, sizeof(folder), daemon_socket());
	*strrchr(folder, '/') = '\0';
	ck_assert_int_eq(chmod(folder, 0755), 0);
	ck_assert_int_eq(seteuid(65534), 0);
	r = run("pairs", NULL);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(r.status, 9);
	ck_assert_ptr_nonnull(strstr(r.err, "may not be opened: Permission denied\n"));
	ck_assert_ptr_nonnull(strstr(r.err, "ask as a member of group \"root\""));
	ran_done(&r);
}
END_TEST

START_TEST(the_answer_is_none)
{
	struct ran r = run("pairs", NULL);

	ck_assert_int_eq(r.status, 6);
	ck_assert_ptr_nonnull(strstr(r.err, "was lost before it had answered"));
	ran_done(&r);
	expect(1, "", NULL, "pairs");
	expect(1, "", NULL, "pairs");
	expect(0, NULL, "", "pairs");
}
END_TEST

START_TEST(not_permitted)
{
	expect(9, "",
	    "upgradectl: user bob may only read\n  what to do: join group upgraded\n",
	    "status", "locked");
}
END_TEST

/* The first answer was lost: the same key makes asking again safe. */
START_TEST(start_is_asked_twice_with_one_key)
{
	expect(8, "",
	    "upgradectl: 1 blocker\n  what to do: mend it\n  blocker  r\n    f\n",
	    "start", "sales", "--to", "3", "--wait");
	ck_assert_int_eq(daemon_heard_count(
			     "POST /v1/pairs/sales/upgrades Idempotency-Key=yes"),
	    2);
}
END_TEST

START_TEST(nothing_is_under_way)
{
	expect(3, "",
	    "upgradectl: pair idle has no upgrade under way\n"
	    "  what to do: begin one: upgradectl start PAIR --to RELEASE\n",
	    "advance", "idle");
	expect(5, "", NULL, "wait", "idle");
	expect(5, "", "upgradectl: no such thing\n", "advance", "nobody");
	expect(5, "", "upgradectl: no such pair, and no such upgrade: 99\n", "log", "99");
}
END_TEST

START_TEST(token)
{
	char path[128];
	struct ran r;
	int fd;

	str_printf(path, sizeof(path), "%s.token", daemon_socket());
	fd = open(path, O_CREAT | O_WRONLY, 0644);
	ck_assert_int_eq(write(fd, "s3cret\n", 7), 7);
	close(fd);
	r = run("status", "nobody", "--token-file", path, NULL);
	ck_assert_int_eq(r.status, 1);
	ran_done(&r);
	ck_assert_int_eq(daemon_heard_count("GET"), 0);
	ck_assert_int_eq(chmod(path, 0600), 0);
	r = run("status", "nobody", "--token-file", path, NULL);
	ck_assert_int_eq(r.status, 5);
	ck_assert_ptr_null(strstr(r.err, "s3cret"));
	ran_done(&r);
	ck_assert_int_eq(daemon_heard_count("Bearer s3cret"), 2);
	(void)unlink(path);
}
END_TEST

TCase *
trouble_tests(void)
{
	TCase *tc = tcase_create("trouble");

	tcase_add_checked_fixture(tc, setup, daemon_stop);
	tcase_add_test(tc, nobody_listens);
	tcase_add_test(tc, the_socket_may_not_be_opened);
	tcase_add_test(tc, the_answer_is_none);
	tcase_add_test(tc, not_permitted);
	tcase_add_test(tc, start_is_asked_twice_with_one_key);
	tcase_add_test(tc, nothing_is_under_way);
	tcase_add_test(tc, token);
	return tc;
}
