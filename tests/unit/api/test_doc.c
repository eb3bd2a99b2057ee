/* doc/api.md says what routes.c does, and the reverse. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/api/routes.h"
#include "tests/unit/api/check_api.h"
#include "tests/unit/api/web.h"
#include "tests/unit/api/world.h"

static char *
read_doc(void)
{
	const char *top = getenv("srcdir");
	char *path = mem_printf("%s/doc/api.md", top ? top : "."), data[4096];
	struct buf text = { 0 };
	FILE *file = fopen(path, "r");
	size_t n;

	ck_assert_msg(file != NULL, "%s is not there", path);
	while ((n = fread(data, 1, sizeof(data), file)) > 0)
		buf_add(&text, data, n);
	fclose(file);
	free(path);
	return buf_take(&text);
}

START_TEST(every_route_is_documented)
{
	char *doc = read_doc();

	for (const struct route *r = routes; r->method; r++) {
		char *heading = mem_printf("\n### %s %s\n", r->method, r->path);

		ck_assert_msg(strstr(doc, heading) != NULL, "missing:%s", heading);
		free(heading);
	}
	free(doc);
}
END_TEST

START_TEST(every_documented_route_is_there)
{
	char *doc = read_doc(), *at = doc;
	int documented = 0, there = 0;

	while ((at = strstr(at, "\n### ")) != NULL) {
		at += strlen("\n### ");
		documented +=
		    strncmp(at, "GET /", 5) == 0 || strncmp(at, "POST /", 6) == 0;
	}
	for (const struct route *r = routes; r->method; r++)
		there++;
	ck_assert_int_eq(documented, there);
	free(doc);
}
END_TEST

START_TEST(every_query_argument_is_documented)
{
	char *doc = read_doc();

	for (const struct route *r = routes; r->method; r++) {
		char *copy = mem_strdup(r->query), *rest = copy, *word;

		while ((word = strsep(&rest, " ")) != NULL) {
			char *quoted = mem_printf("`%s`", word);

			if (*word)
				ck_assert_msg(strstr(doc, quoted) != NULL, "%s",
				    quoted);
			free(quoted);
		}
		free(copy);
	}
	free(doc);
}
END_TEST

START_TEST(every_error_code_is_documented)
{
	char *doc = read_doc();

	for (int c = UD_OK + 1; c < UD_CODES; c++) {
		char *row = mem_printf("| `%s` | %d |", ud_code_name((enum ud_code)c),
		    ud_code_http((enum ud_code)c));

		ck_assert_msg(strstr(doc, row) != NULL, "missing: %s", row);
		free(row);
	}
	free(doc);
}
END_TEST

/* Every metric on a full page has its line in the document. */
START_TEST(every_metric_is_documented)
{
	char *doc = read_doc(), *rest, *line;
	struct web_reply r;

	world_begin(NULL);
	world_upgrade(UPGRADE_RUNNING, 1);
	r = web_ask("GET /metrics", NULL, NULL);
	rest = r.body;
	while ((line = strsep(&rest, "\n")) != NULL) {
		char *name;

		if (strncmp(line, "# TYPE ", 7) != 0)
			continue;
		name = mem_printf("`%.*s", (int)strcspn(line + 7, " "), line + 7);
		ck_assert_msg(strstr(doc, name) != NULL, "missing: %s`", name);
		free(name);
	}
	web_reply_done(&r);
	world_end();
	free(doc);
}
END_TEST

TCase *
doc_tests(void)
{
	TCase *tc = tcase_create("doc");

	tcase_add_test(tc, every_route_is_documented);
	tcase_add_test(tc, every_documented_route_is_there);
	tcase_add_test(tc, every_query_argument_is_documented);
	tcase_add_test(tc, every_error_code_is_documented);
	tcase_add_test(tc, every_metric_is_documented);
	return tc;
}
