#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon/api/server.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

#define STREAM "Accept: text/event-stream\r\n"

static void
setup(void)
{
	world_begin(NULL);
	world_event("sales", "created", 7, "upgrade 7 was created");
	world_event("orders", "observed", 0, "m2 is standby");
	world_event("sales", "step", 7, "step 5 is done");
	world_tell();
	web_turn(2);
}

static void
news(const char *pair, const char *text)
{
	world_event(pair, "note", 0, text);
	world_tell();
}

START_TEST(a_page_is_read_and_continued)
{
	struct web_reply r = web_ask("GET /v1/events?limit=2", NULL, NULL);

	web_expect(&r, 200, NULL);
	ck_assert_str_eq(web_text(&r, "events"), "(2)");
	ck_assert_str_eq(web_text(&r, "events.0.id"), "1");
	ck_assert_str_eq(web_text(&r, "events.0.kind"), "created");
	ck_assert_str_eq(web_text(&r, "events.0.upgrade"), "7");
	ck_assert_str_eq(web_text(&r, "events.0.data.took_ms"), "5");
	ck_assert_str_eq(web_text(&r, "events.1.upgrade"), "(null)");
	ck_assert_str_eq(web_text(&r, "next"), "2");
	web_reply_done(&r);
	r = web_ask("GET /v1/events?after=2", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "events"), "(1)");
	ck_assert_str_eq(web_text(&r, "next"), "3");
	web_reply_done(&r);
	r = web_ask("GET /v1/events?after=3&pair=orders", NULL, NULL);
	ck_assert_str_eq(web_text(&r, "events"), "(0)");
	ck_assert_str_eq(web_text(&r, "next"), "3");
	web_reply_done(&r);
}
END_TEST

START_TEST(a_stream_begins_now_and_follows)
{
	struct web w;

	web_open(&w, true);
	web_send_request(&w, "GET /v1/events?pair=", STREAM, NULL);
	ck_assert(web_wait_for(&w, "retry: 2000\n\n"));
	ck_assert(strstr(w.in.data, "Content-Type: text/event-stream") != NULL);
	ck_assert(strstr(w.in.data, "id: ") == NULL);
	news("orders", "first");
	ck_assert(web_wait_for(&w, "id: 4\nevent: note\ndata: {\"id\":4,"));
	news("sales", "second");
	news("sales", "third");
	ck_assert(web_wait_for(&w, "id: 6\nevent: note\n"));
	ck_assert(strstr(w.in.data, "id: 5\n") < strstr(w.in.data, "id: 6\n"));
	web_close(&w);
	web_turn(10);
	news("sales", "nobody listens");
	web_turn(10);
}
END_TEST

/* clang-format off */
static const struct { const char *what, *line, *headers; bool ids[4]; } places[] = {
	{ "from the beginning",   "GET /v1/events?after=0", STREAM, { false, true, true, true } },
	{ "from the argument",    "GET /v1/events?after=1", STREAM, { false, false, true, true } },
	{ "from the last seen",   "GET /v1/events", STREAM "Last-Event-ID: 2\r\n", { false, false, false, true } },
	{ "the header goes first", "GET /v1/events?after=0", STREAM "Last-Event-ID: 2\r\n", { false, false, false, true } },
	{ "of one pair",          "GET /v1/events?after=0&pair=sales", STREAM, { false, true, false, true } },
};
/* clang-format on */

START_TEST(a_stream_goes_on_where_it_was)
{
	char id[24];
	struct web w;

	web_open(&w, false);
	web_send_request(&w, places[_i].line, places[_i].headers, NULL);
	ck_assert(web_wait_for(&w, "id: 3\n"));
	for (int i = 1; i <= 3; i++) {
		str_printf(id, sizeof(id), "id: %d\n", i);
		ck_assert_msg((strstr(w.in.data, id) != NULL) == places[_i].ids[i],
		    "%s: %s", places[_i].what, w.in.data);
	}
	web_close(&w);
}
END_TEST

START_TEST(a_stream_of_a_pair_sleeps_while_others_move)
{
	struct web w;
	int before;

	web_open(&w, false);
	web_send_request(&w, "GET /v1/events?pair=sales", STREAM, NULL);
	ck_assert(web_wait_for(&w, "retry:"));
	web_turn(10);
	before = world.event_reads;
	news("orders", "not for this one");
	web_turn(10);
	ck_assert_int_eq(world.event_reads, before + 1); /* the API's own look */
	news("sales", "for this one");
	ck_assert(web_wait_for(&w, "for this one"));
	ck_assert(strstr(w.in.data, "not for this one") == NULL);
	web_close(&w);
}
END_TEST

START_TEST(a_bad_place_is_refused)
{
	struct web_reply r =
	    web_ask("GET /v1/events", STREAM "Last-Event-ID: x\r\n", NULL);

	web_expect(&r, 400, "usage");
	web_reply_done(&r);
	r = web_ask("GET /v1/events?pair=absent", STREAM, NULL);
	web_expect(&r, 404, "not-found");
	web_reply_done(&r);
}
END_TEST

/* It reads nothing while much happens, and misses nothing when it reads again. */
START_TEST(a_slow_reader_catches_up_from_the_journal)
{
	const int small = 4096;
	struct web w;

	web_open(&w, false);
	(void)setsockopt(w.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
	web_send_request(&w, "GET /v1/events", STREAM, NULL);
	web_turn(10);
	for (int i = 0; i < 1900; i++) {
		news("sales",
		    "much happens here, and each event has a text of some length");
		web_turn(1);
	}
	ck_assert(web_wait_for(&w, "id: 1903\n"));
	ck_assert(web_wait_for(&w, "id: 4\n"));
	for (int i = 4; i <= 1903; i++) {
		char id[24];

		str_printf(id, sizeof(id), "\nid: %d\n", i);
		ck_assert_msg(strstr(w.in.data, id) != NULL, "%s is missing", id);
	}
	web_close(&w);
}
END_TEST

/* What was received without the lines that chunks begin with: they are short and hex. */
static char *
unchunk(const char *text)
{
	struct buf out = { 0 };

	text = strstr(text, "\r\n\r\n") + 4;
	for (;;) {
		char *end;
		long len = strtol(text, &end, 16);

		if (len <= 0 || end == text || strlen(end + 2) < (size_t)len)
			break;
		buf_add(&out, end + 2, (size_t)len);
		text = end + 2 + len + 2;
	}
	return buf_take(&out);
}

START_TEST(a_long_event_is_sent_in_pieces)
{
	struct buf data = { 0 };
	struct web_reply r = { 0 };
	struct web w;
	char *text, *at;

	buf_adds(&data, "{\"output\":\"");
	for (int i = 0; i < 20000; i++)
		buf_addf(&data, "%d,", i);
	buf_adds(&data, "\"}");
	web_open(&w, true);
	web_send_request(&w, "GET /v1/events", STREAM, NULL);
	ck_assert(web_wait_for(&w, "retry:"));
	world_event("sales", "command", 7, "long");
	world.events[world.event_count - 1].row.data = buf_text(&data);
	world_tell();
	web_turn(5);
	news("sales", "the next one");
	ck_assert(web_wait_for(&w, "the next one"));
	ck_assert(web_wait_for(&w, "id: 5\n"));
	text = unchunk(w.in.data);
	at = strstr(text, "data: {\"id\":4,");
	ck_assert(at != NULL);
	*strchr(at, '\n') = '\0';
	r.json = json_loads(at + strlen("data: "), 0, NULL);
	ck_assert(r.json != NULL);
	ck_assert_uint_eq(json_string_length(web_at(&r, "data.output")), data.len - 13);
	web_reply_done(&r);
	free(text);
	web_close(&w);
	world.events[3].row.data = NULL;
	buf_done(&data);
}
END_TEST

START_TEST(many_streams_come_and_go)
{
	struct web all[64], one_more;

	for (int i = 0; i < 64; i++) {
		web_open(&all[i], true);
		web_send_request(&all[i], "GET /v1/events", STREAM, NULL);
		ck_assert(web_wait_for(&all[i], "retry:"));
	}
	web_open(&one_more, true);
	web_send_request(&one_more, "GET /v1/events", STREAM, NULL);
	ck_assert(web_wait_for(&one_more, "HTTP/1.1 503"));
	web_close(&one_more);
	for (int i = 0; i < 64; i += 2)
		web_close(&all[i]); /* without a word, while the stream sleeps */
	news("sales", "to those who stay");
	for (int i = 1; i < 64; i += 2) {
		ck_assert(web_wait_for(&all[i], "to those who stay"));
		web_close(&all[i]);
	}
	news("sales", "to nobody");
	web_turn(10);
	web_open(&one_more, true); /* there is room again */
	web_send_request(&one_more, "GET /v1/events", STREAM, NULL);
	ck_assert(web_wait_for(&one_more, "retry:"));
	web_close(&one_more);
}
END_TEST

/* What could not be read is not passed over. */
START_TEST(an_unreadable_journal_is_read_later)
{
	struct web w;

	web_open(&w, false);
	web_send_request(&w, "GET /v1/events", STREAM, NULL);
	ck_assert(web_wait_for(&w, "retry:"));
	web_turn(10);
	world.journal_broken = true;
	news("sales", "late");
	web_turn(10);
	world.journal_broken = false;
	news("sales", "in time");
	ck_assert(web_wait_for(&w, "in time"));
	ck_assert(strstr(w.in.data, "late") != NULL);
	web_close(&w);
}
END_TEST

START_TEST(silence_is_broken_by_a_comment)
{
	struct web w;

	world.api->beat_ms = 30;
	web_open(&w, false);
	web_send_request(&w, "GET /v1/events", STREAM, NULL);
	ck_assert(web_wait_for(&w, "retry:"));
	ck_assert(!strstr(w.in.data, ": alive"));
	ck_assert(web_wait_for(&w, ": alive\n\n"));
	ck_assert_int_eq(world.api->local.streams, 1);
	web_close(&w);
	for (int i = 0; i < 100 && world.api->local.streams > 0; i++) {
		(void)usleep(5000);
		web_turn(2);
	}
	ck_assert_int_eq(world.api->local.streams, 0); /* seen without any news */
}
END_TEST

TCase *
events_tests(void)
{
	TCase *tc = tcase_create("events");

	tcase_add_checked_fixture(tc, setup, world_end);
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_page_is_read_and_continued);
	tcase_add_test(tc, a_stream_begins_now_and_follows);
	tcase_add_loop_test(tc, a_stream_goes_on_where_it_was, 0, ARRAY_SIZE(places));
	tcase_add_test(tc, a_stream_of_a_pair_sleeps_while_others_move);
	tcase_add_test(tc, a_bad_place_is_refused);
	tcase_add_test(tc, a_slow_reader_catches_up_from_the_journal);
	tcase_add_test(tc, a_long_event_is_sent_in_pieces);
	tcase_add_test(tc, many_streams_come_and_go);
	tcase_add_test(tc, an_unreadable_journal_is_read_later);
	tcase_add_test(tc, silence_is_broken_by_a_comment);
	return tc;
}
