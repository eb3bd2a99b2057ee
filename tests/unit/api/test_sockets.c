/* The socket file and the address. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static void
setup(void)
{
	world_begin(NULL);
}

static int
listen_again(struct ud_error *err)
{
	struct api_parts parts = { .base = world.base,
		.conductor = (struct conductor *)&world,
		.config = &world.config };
	struct api *second = api_new(&parts);
	int rc = api_listen(second, err);

	api_free(second);
	return rc;
}

START_TEST(a_socket_that_answers_is_not_taken)
{
	struct ud_error err = { 0 };
	struct web_reply r;

	ck_assert_int_eq(listen_again(&err), -1);
	ck_assert_int_eq(err.code, UD_ELOCKED);
	r = web_ask("GET /healthz", NULL, NULL);
	web_expect(&r, 200, NULL);
	web_reply_done(&r);
}
END_TEST

START_TEST(a_stale_socket_is_replaced)
{
	char kept[128];
	struct ud_error err = { 0 };

	str_printf(kept, sizeof(kept), "%s.kept", world.socket);
	ck_assert_int_eq(link(world.socket, kept), 0);
	api_free(world.api);
	world.api = NULL;
	ck_assert_int_eq(rename(kept, world.socket), 0);
	ck_assert_msg(listen_again(&err) == 0, "%s", err.text);
}
END_TEST

START_TEST(another_file_is_not_replaced)
{
	struct ud_error err = { 0 };
	int fd;

	api_free(world.api);
	world.api = NULL;
	fd = open(world.socket, O_CREAT | O_WRONLY, 0600);
	close(fd);
	ck_assert_int_eq(listen_again(&err), -1);
	ck_assert_int_eq(err.code, UD_ECONFIG);
	ck_assert_int_eq(unlink(world.socket), 0);
}
END_TEST

/* clang-format off */
static const struct { const char *listen; enum ud_code code; } addresses[] = {
	{ "8470",                 UD_ECONFIG },
	{ ":8470",                UD_ECONFIG },
	{ "127.0.0.1:",           UD_ECONFIG },
	{ "127.0.0.1:99999",      UD_ECONFIG },
	{ "127.0.0.1:http",       UD_ECONFIG },
	{ "no.such.host.invalid.:1", UD_ECONFIG },
	{ "192.0.2.1:8470",       UD_ESYSTEM },
	{ "",                     UD_OK },
	{ "127.0.0.1:0",          UD_OK },
};
/* clang-format on */

START_TEST(addresses_are_checked)
{
	char text[64];
	struct ud_error err = { 0 };

	api_free(world.api);
	world.api = NULL;
	str_copy(text, sizeof(text), addresses[_i].listen);
	world.config.http_listen = text;
	ck_assert_int_eq(listen_again(&err), addresses[_i].code == UD_OK ? 0 : -1);
	ck_assert_msg(err.code == addresses[_i].code, "%s: %s", text, err.text);
}
END_TEST

TCase *
sockets_tests(void)
{
	TCase *tc = tcase_create("sockets");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_add_test(tc, a_socket_that_answers_is_not_taken);
	tcase_add_test(tc, a_stale_socket_is_replaced);
	tcase_add_test(tc, another_file_is_not_replaced);
	tcase_add_loop_test(tc, addresses_are_checked, 0, ARRAY_SIZE(addresses));
	return tc;
}
