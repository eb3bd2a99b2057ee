#include "common/log.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/error.h"
#include "tests/unit/common/check_common.h"

static int saved_stderr, captured;
static char written[65536];

static void
set_up(void)
{
	unsetenv("JOURNAL_STREAM");
	saved_stderr = dup(STDERR_FILENO);
	captured = memfd_create("log", MFD_CLOEXEC);
	ck_assert_int_ge(captured, 0);
	ck_assert_int_ge(dup2(captured, STDERR_FILENO), 0);
}

static void
tear_down(void)
{
	dup2(saved_stderr, STDERR_FILENO);
	close(saved_stderr);
	close(captured);
	log_set_level(LOG_INFO);
}

/* What was logged since set_up(). */
static const char *
logged(void)
{
	ssize_t n = pread(captured, written, sizeof(written) - 1, 0);

	ck_assert_int_ge(n, 0);
	written[n] = '\0';
	return written;
}

START_TEST(starts_with_the_time)
{
	log_event(LOG_INFO, "step.done", KV_STR("pair", "billing"),
	    KV_INT("took_ms", 5120));
	ck_assert_str_eq(strchr(logged(), ' '),
	    " level=info event=step.done pair=billing took_ms=5120\n");
	ck_assert_int_eq(written[4], '-');
	ck_assert_int_eq(written[10], 'T');
	ck_assert_int_eq(written[23], 'Z');
}
END_TEST

START_TEST(starts_with_the_priority_for_the_journal)
{
	char stream[64];
	struct stat st;

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%ju:%ju", (uintmax_t)st.st_dev,
	    (uintmax_t)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_event(LOG_WARNING, "journal.slow");
	ck_assert_str_eq(logged(), "<4>level=warning event=journal.slow\n");
}
END_TEST

START_TEST(a_stale_journal_stream_is_none)
{
	setenv("JOURNAL_STREAM", "1:2", 1);
	log_event(LOG_ERR, "x");
	ck_assert_ptr_null(strchr(logged(), '<'));
}
END_TEST

/* clang-format off */
static const struct { const char *what, *value, *printed; } values[] = {
	{ "plain",             "a-b.c/d:1", " k=a-b.c/d:1\n" },
	{ "empty",             "",          " k=\"\"\n" },
	{ "NULL",              NULL,        " k=\"\"\n" },
	{ "blank",             "a b",       " k=\"a b\"\n" },
	{ "quote",             "a\"b",      " k=\"a\\\"b\"\n" },
	{ "backslash",         "a\\b",      " k=\"a\\\\b\"\n" },
	{ "equals sign",       "a=b",       " k=\"a=b\"\n" },
	{ "no line of its own", "a\nlevel=err", " k=\"a\\nlevel=err\"\n" },
	{ "control character", "a\x1b[0m",  " k=\"a\\x1b[0m\"\n" },
	{ "UTF-8",             "\xe2\x82\xac", " k=\xe2\x82\xac\n" },
	{ "ends with >",       "a>",        " k=a>\n" },
};
/* clang-format on */

START_TEST(quotes)
{
	const char *at;

	log_event(LOG_INFO, "e", KV_STR("k", values[_i].value));
	at = strstr(logged(), " k=");
	ck_assert_ptr_nonnull(at);
	ck_assert_msg(strcmp(at, values[_i].printed) == 0, "%s: got %s",
	    values[_i].what, at);
}
END_TEST

START_TEST(writes_up_to_its_level)
{
	log_event(LOG_DEBUG, "not.written");
	ck_assert_str_eq(logged(), "");
	log_set_level(LOG_DEBUG);
	log_event(LOG_DEBUG, "written");
	ck_assert_ptr_nonnull(strstr(logged(), "level=debug event=written"));
}
END_TEST

/* Whatever the length, one line comes out, with its quotes closed. */
START_TEST(cuts_long_lines)
{
	char value[9000];
	const char *line;
	size_t len = 8000 + (size_t)_i;

	memset(value, _i % 2 ? '"' : 'x', len);
	value[len] = '\0';
	log_event(LOG_INFO, "e", KV_STR("k", value), KV_STR("last", "z"));
	line = logged();
	ck_assert_uint_le(strlen(line), 8192);
	ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
	if (strstr(line, " last=z\n") == NULL) {
		ck_assert_ptr_nonnull(strstr(line, " cut=1\n"));
		if (strstr(line, " k=\"") != NULL && strstr(line, " last") == NULL)
			ck_assert_ptr_nonnull(strstr(line, "\" cut=1\n"));
	}
}
END_TEST

TCase *
log_tests(void)
{
	TCase *tc = tcase_create("log");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, starts_with_the_time);
	tcase_add_test(tc, starts_with_the_priority_for_the_journal);
	tcase_add_test(tc, a_stale_journal_stream_is_none);
	tcase_add_loop_test(tc, quotes, 0, ARRAY_SIZE(values));
	tcase_add_test(tc, writes_up_to_its_level);
	tcase_add_loop_test(tc, cuts_long_lines, 0, 256);
	return tc;
}
