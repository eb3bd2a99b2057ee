#include "tests/lib/golden.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/buf.h"
#include "common/mem.h"

static char *
read_whole(const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = { 0 };
	char part[4096];
	size_t n;

	while (f != NULL && (n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	if (f != NULL)
		fclose(f);
	return b.len > 0 ? buf_take(&b) : mem_strdup("");
}

static void
write_anew(const char *path, const char *page)
{
	FILE *f = fopen(path, "w");

	ck_assert_ptr_nonnull(f);
	fputs(page, f);
	fclose(f);
}

void
golden_check(const char *file, const char *page)
{
	const char *top = getenv("abs_top_srcdir"), *dir = getenv("srcdir");
	char *path = mem_printf("%s/%s",
	    top != NULL       ? top
		: dir != NULL ? dir
			      : ".",
	    file);
	char *golden;
	size_t at = 0, line = 1;

	if (getenv("UPDATE") != NULL)
		write_anew(path, page);
	golden = read_whole(path);
	for (; page[at] != '\0' && page[at] == golden[at]; at++)
		line += page[at] == '\n';
	ck_assert_msg(strcmp(page, golden) == 0,
	    "line %zu of %s is now: %.200s\n(UPDATE=1 writes it anew)", line, path,
	    page + at);
	free(golden);
	free(path);
}
