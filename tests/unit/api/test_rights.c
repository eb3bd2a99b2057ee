/* P10 strangers-out. */
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/clock.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

#define TOKEN     "correct-horse-battery"
#define WITH      "Authorization: Bearer " TOKEN "\r\n"
#define STEERING  "If-Match: 31\r\n"
#define START_KEY "Idempotency-Key: k1\r\n"
#define START     "{\"to\":\"22.1.1.30.0\"}"
#define STRANGER  65534
#define MEMBERS   4242 /* a group nobody is in by accident */

static void
begin(const char *token)
{
	world_begin(token);
	world_upgrade(UPGRADE_GATED, 1);
}

/* clang-format off */
static const struct { const char *what, *token, *line, *headers, *body; int status; } remote[] = {
	{ "reads without a token",           NULL,  "GET /v1/pairs", NULL, NULL, 200 },
	{ "reads though there is a token",   TOKEN, "GET /v1/pairs", NULL, NULL, 200 },
	{ "reads with the token",            TOKEN, "GET /v1/pairs", WITH, NULL, 200 },
	{ "scrapes",                         TOKEN, "GET /metrics", NULL, NULL, 200 },
	{ "checks, which changes nothing",   NULL,  "POST /v1/pairs/sales/check", NULL, START, 200 },
	{ "plans, which changes nothing",    NULL,  "POST /v1/pairs/sales/plan", NULL, START, 200 },
	{ "may not start",                   NULL,  "POST /v1/pairs/sales/upgrades", START_KEY, START, 403 },
	{ "may not start without the token", TOKEN, "POST /v1/pairs/sales/upgrades", START_KEY, START, 403 },
	{ "starts with the token",           TOKEN, "POST /v1/pairs/sales/upgrades", START_KEY WITH, START, 201 },
	{ "may not advance",                 NULL,  "POST /v1/upgrades/7/advance", STEERING, "{}", 403 },
	{ "may not pause",                   TOKEN, "POST /v1/upgrades/7/pause", STEERING, "{}", 403 },
	{ "may not resume",                  TOKEN, "POST /v1/upgrades/7/resume", STEERING, "{}", 403 },
	{ "may not retry",                   TOKEN, "POST /v1/upgrades/7/retry", STEERING, "{}", 403 },
	{ "may not abort",                   TOKEN, "POST /v1/upgrades/7/abort", STEERING, "{}", 403 },
	{ "aborts with the token",           TOKEN, "POST /v1/upgrades/7/abort", STEERING WITH, "{}", 200 },
	{ "a wrong token",                   TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Bearer correct-horse-batterx\r\n", "{}", 403 },
	{ "half a token",                    TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Bearer correct\r\n", "{}", 403 },
	{ "the token twice",                 TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Bearer " TOKEN TOKEN "\r\n", "{}", 403 },
	{ "an empty token",                  TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Bearer \r\n", "{}", 403 },
	{ "another scheme",                  TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Basic " TOKEN "\r\n", "{}", 403 },
	{ "a scheme as long as the right one", TOKEN, "POST /v1/upgrades/7/abort", STEERING "Authorization: Digest " TOKEN "\r\n", "{}", 403 },
	{ "a wrong token may not read",      TOKEN, "GET /v1/pairs", "Authorization: Bearer no\r\n", NULL, 403 },
	{ "a token that none is set for",    NULL,  "GET /v1/pairs", WITH, NULL, 403 },
	{ "an unknown route is no way in",   NULL,  "POST /v1/upgrades/7/advance/", STEERING, "{}", 404 },
};
/* clang-format on */

START_TEST(P10_strangers_out_of_the_address)
{
	bool control = strstr(remote[_i].line, "/upgrades") != NULL;
	struct web_reply r;

	begin(remote[_i].token);
	r = web_ask_tcp(remote[_i].line, remote[_i].headers, remote[_i].body);
	ck_assert_msg(r.status == remote[_i].status, "%s: %d %s", remote[_i].what,
	    r.status, r.body);
	web_expect(&r, remote[_i].status,
	    remote[_i].status == 403 ? "not-permitted" : NULL);
	ck_assert(strstr(r.body, TOKEN) == NULL); /* P9 */
	if (control && remote[_i].status >= 400)
		ck_assert_int_eq(world.starts + world.steers, 0);
	web_reply_done(&r);
	world_end();
}
END_TEST

START_TEST(the_record_names_who_asked)
{
	struct web_reply r;

	begin(TOKEN);
	r = web_ask_tcp("POST /v1/upgrades/7/advance", STEERING WITH, "{}");
	ck_assert_msg(strstr(world.asked_text, "who=token (127.0.0.1)") != NULL, "%s",
	    world.asked_text);
	web_reply_done(&r);
	r = web_ask("POST /v1/upgrades/7/advance", STEERING, "{}");
	if (geteuid() == 0)
		ck_assert_msg(strstr(world.asked_text, "who=uid 0 (root)") != NULL,
		    "%s", world.asked_text);
	web_reply_done(&r);
	world_end();
}
END_TEST

/* ---- another user on the socket ---- */

static void
talk(const char *request, char *answer, size_t size)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	ssize_t n = 0;

	str_copy(at.sun_path, sizeof(at.sun_path), world.socket);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		_exit(99);
	if (send(fd, request, strlen(request), 0) > 0)
		n = recv(fd, answer, size - 1, 0);
	answer[n > 0 ? n : 0] = '\0';
	close(fd);
}

/* The status that a process of this user, with this one group besides, is answered: less
 * 200, to fit into an exit status. 99: it could not connect. */
static int
ask_as(uid_t uid, gid_t gid, gid_t more, const char *request)
{
	char answer[4096] = "";
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (setgroups(1, &more) != 0 || setgid(gid) != 0 || setuid(uid) != 0)
			_exit(98);
		talk(request, answer, sizeof(answer));
		_exit((int)(strtol(answer + strlen("HTTP/1.1 "), NULL, 10) - 200));
	}
	for (int64_t until_ms = clock_mono_ms() + 5000; clock_mono_ms() < until_ms;) {
		web_turn(1);
		if (waitpid(pid, &status, WNOHANG) == pid)
			break;
	}
	ck_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool
is_root(void)
{
	if (geteuid() == 0)
		return true;
	fprintf(stderr, "rights: not root, other users are not tried\n");
	return false;
}

#define GET_PAIRS "GET /v1/pairs HTTP/1.1\r\nHost: t\r\n\r\n"
#define DO_ABORT  "POST /v1/upgrades/7/abort HTTP/1.1\r\nHost: t\r\nIf-Match: 31\r\n\r\n"

START_TEST(P10_strangers_out_of_the_socket)
{
	static const char *const requests[] = { GET_PAIRS, DO_ABORT,
		"GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n",
		"GET /none HTTP/1.1\r\nHost: t\r\nAuthorization: Bearer " TOKEN
		"\r\n\r\n" };

	if (!is_root())
		return;
	begin(TOKEN);
	/* The mode of file and folder keeps them out already: this is the second wall. */
	ck_assert_int_eq(chmod(world.folder, 0755), 0);
	ck_assert_int_eq(chmod(world.socket, 0666), 0);
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++)
		ck_assert_int_eq(ask_as(STRANGER, STRANGER, STRANGER, requests[i]),
		    403 - 200);
	ck_assert_int_eq(world.steers, 0);
	world_end();
}
END_TEST

START_TEST(the_mode_of_the_socket_keeps_strangers_out)
{
	struct stat st;

	world_prepare(NULL);
	world_listen();
	ck_assert_int_eq(stat(world.socket, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	if (is_root()) {
		ck_assert_int_eq(chmod(world.folder, 0755), 0);
		ck_assert_int_eq(ask_as(STRANGER, STRANGER, STRANGER, GET_PAIRS), 99);
	}
	world_end();
}
END_TEST

/* Any group with members will do that the system has; the daemon is root here. */
START_TEST(members_of_the_control_group_have_control)
{
	static char name[64];
	struct group *group;
	struct stat st;

	if (!is_root())
		return;
	world_prepare(NULL);
	group = getgrnam("daemon");
	ck_assert(group != NULL);
	str_copy(name, sizeof(name), group->gr_name);
	world.config.control_group = name;
	world_listen();
	world_upgrade(UPGRADE_GATED, 1);
	ck_assert_int_eq(chmod(world.folder, 0755), 0);
	ck_assert_int_eq(stat(world.socket, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0660);
	ck_assert_int_eq(st.st_gid, group->gr_gid);
	/* by a supplementary group, by the main group, and not at all */
	ck_assert_int_eq(ask_as(STRANGER, STRANGER, group->gr_gid, DO_ABORT), 0);
	ck_assert_int_eq(ask_as(STRANGER, group->gr_gid, STRANGER, GET_PAIRS), 0);
	ck_assert_int_eq(ask_as(STRANGER, STRANGER, MEMBERS, GET_PAIRS), 99);
	/* nor when the mode of the socket does not see to it */
	ck_assert_int_eq(chmod(world.socket, 0777), 0);
	ck_assert_int_eq(ask_as(STRANGER, STRANGER, MEMBERS, DO_ABORT), 203);
	ck_assert_int_eq(ask_as(STRANGER, STRANGER, MEMBERS, GET_PAIRS), 203);
	ck_assert_int_eq(world.steers, 1);
	world_end();
}
END_TEST

START_TEST(a_group_that_does_not_exist_opens_nothing)
{
	static char name[] = "no-such-group-here";
	struct stat st;
	struct web_reply r;

	world_prepare(NULL);
	world.config.control_group = name;
	world_listen();
	ck_assert_int_eq(stat(world.socket, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	r = web_ask("GET /v1/pairs", NULL, NULL);
	web_expect(&r, 200, NULL);
	web_reply_done(&r);
	world_end();
}
END_TEST

TCase *
rights_tests(void)
{
	TCase *tc = tcase_create("rights");

	tcase_add_loop_test(tc, P10_strangers_out_of_the_address, 0,
	    ARRAY_SIZE(remote));
	tcase_add_test(tc, the_record_names_who_asked);
	tcase_add_test(tc, P10_strangers_out_of_the_socket);
	tcase_add_test(tc, the_mode_of_the_socket_keeps_strangers_out);
	tcase_add_test(tc, members_of_the_control_group_have_control);
	tcase_add_test(tc, a_group_that_does_not_exist_opens_nothing);
	return tc;
}
