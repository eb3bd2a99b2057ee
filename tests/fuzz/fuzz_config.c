/*
 * Any text as a configuration file: no crash, no leak, and every complaint is one line.
 * Built with -fsanitize=fuzzer it is driven by the fuzzer, else by the files given as
 * arguments.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/config/internal.h"
#include "daemon/model/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct config_key member_keys[] = {
	{ "dsn", KEY_STRING, NULL, "a DSN name", "", true }, { NULL }
};
static const struct engine engine = { .name = "timesten", .member_keys = member_keys };
static const struct engine *const engines[] = { &engine, NULL };

static void
check_lines(const struct str_list *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strchr(lines->items[i], '\n') != NULL ||
		    strstr(lines->items[i], "; accepted: ") == NULL)
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = mem_strndup((const char *)data, size);
	struct report r = { 0 };
	struct section top;
	struct node *n;

	schema_fill(&top, true, engines);
	n = node_parse("fuzz", text, &top, &r);
	if (n != NULL)
		values_check_top(n, &top, engines, &r);
	else if (r.errors.count == 0)
		abort();
	check_lines(&r.errors);
	node_free(n);
	schema_done(&top);
	str_list_done(&r.errors);
	str_list_done(&r.warnings);
	free(text);
	return 0;
}

#ifndef FUZZER
int
main(int argc, char **argv)
{
	static uint8_t block[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		size_t n;

		if (f == NULL) {
			perror(argv[i]);
			return 1;
		}
		n = fread(block, 1, sizeof(block), f);
		fclose(f);
		(void)LLVMFuzzerTestOneInput(block, n);
	}
	return 0;
}
#endif
