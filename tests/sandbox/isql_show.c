/* What ttIsql shows: rows, errors, and its own reports of schemes, cache groups and sizes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/isql.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/sql.h"

int
isql_show_row(void *arg, int n, const char *const *values)
{
	struct isql *q = arg;

	q->rows++;
	if (q->verbosity == 0)
		return 0;
	fputs("< ", stdout);
	for (int i = 0; i < n; i++)
		printf("%s%s", i > 0 ? ", " : "",
		    values[i] != NULL ? values[i] : "<NULL>");
	fputs(" >\n", stdout);
	return 0;
}

void
isql_show_error(struct isql *q, const struct sim_error *err)
{
	q->failed = true;
	fflush(stdout);
	if (err->code == 0 && err->state[0] != '\0')
		fprintf(q->u->errors, "%5s: %s\n", err->state, err->text);
	else
		fprintf(q->u->errors, "%5d: %s\n", err->code, err->text);
	if (q->verbosity >= 2)
		fputs("The command failed.\n", q->u->errors);
	fflush(q->u->errors);
}

void
isql_show_count(struct isql *q, const char *what)
{
	if (q->verbosity >= 2)
		printf("%lld row%s %s.\n", (long long)q->rows, q->rows == 1 ? "" : "s",
		    what);
}

static void
upper_print(const char *s)
{
	for (; *s != '\0'; s++)
		putchar(toupper((unsigned char)*s));
}

static void
print_stores(struct isql *q, const char *where, bool details)
{
	char *sql = need_format(
	    "SELECT name, host, kind, port, threshold, timeout FROM store WHERE %s ORDER BY id",
	    where);
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(q->c.s.self, sql, -1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(q->c.s.self));
	while (sqlite3_step(st) == SQLITE_ROW) {
		fputs(details ? "  Store: "
			: strcmp((const char *)sqlite3_column_text(st, 2), "M") == 0
			? "  Master Store: "
			: "  Subscriber Store: ",
		    stdout);
		upper_print((const char *)sqlite3_column_text(st, 0));
		fputs(" on ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 1));
		putchar('\n');
		if (!details)
			continue;
		if (sqlite3_column_int(st, 3) == 0)
			puts("    Port: (auto)");
		else
			printf("    Port: %d\n", sqlite3_column_int(st, 3));
		if (sqlite3_column_int(st, 4) == 0)
			puts("    Log Fail Threshold: (none)");
		else
			printf("    Log Fail Threshold: %d\n",
			    sqlite3_column_int(st, 4));
		printf(
		    "    Retry Timeout: %d seconds\n    Compress Traffic: Disabled\n\n",
		    sqlite3_column_int(st, 5));
	}
	sqlite3_finalize(st);
	free(sql);
}

/* Who sends to whom in a classic scheme; every element is the whole database. */
static void
print_routes(struct isql *q)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(q->c.s.self,
		"SELECT m.name, m.host, s.name, s.host FROM route JOIN store m ON m.id=master"
		" JOIN store s ON s.id=subscriber ORDER BY master, subscriber",
		-1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(q->c.s.self));
	while (sqlite3_step(st) == SQLITE_ROW) {
		fputs("  Element: (datastore)\n    Master Store: ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 0));
		fputs(" on ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 1));
		fputs("\n    Subscriber Store: ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 2));
		fputs(" on ", stdout);
		upper_print((const char *)sqlite3_column_text(st, 3));
		puts("\n");
	}
	sqlite3_finalize(st);
}

static void
print_classic(struct isql *q)
{
	char *name = store_get(&q->c.s, "scheme_name"),
	     *owner = store_get(&q->c.s, "scheme_owner");

	fputs("Replication Scheme ", stdout);
	upper_print(owner != NULL ? owner : "");
	putchar('.');
	upper_print(name != NULL ? name : "");
	puts(":\n");
	free(name);
	free(owner);
	print_routes(q);
	print_stores(q, "1", true);
}

static void
print_pair(struct isql *q)
{
	puts("Replication Scheme Active Standby:\n");
	print_stores(q, "kind='M'", false);
	print_stores(q, "kind='S'", false);
	puts("\n  Excluded Tables:\n    None\n\n  Excluded Cache Groups:\n    None\n\n"
	     "  Excluded sequences:\n    None\n");
	print_stores(q, "1", true);
}

void
isql_show_schemes(struct isql *q)
{
	if (store_is(&q->c.s, "scheme", "")) {
		puts("0 replication schemes found.");
		return;
	}
	if (store_is_classic(&q->c.s))
		print_classic(q);
	else
		print_pair(q);
	puts("1 replication scheme found.");
}

void
isql_show_cache_groups(struct isql *q)
{
	sqlite3_stmt *st = NULL;
	int n = 0;

	if (sqlite3_prepare_v2(q->c.s.self,
		"SELECT owner || '.' || name, CASE state WHEN 'Y' THEN 'On' WHEN 'P' THEN 'Paused'"
		" ELSE 'Off' END, interval, tbl FROM cachegroup ORDER BY owner, name",
		-1, &st, NULL) != SQLITE_OK)
		need_die("%s", sqlite3_errmsg(q->c.s.self));
	for (; sqlite3_step(st) == SQLITE_ROW; n++)
		printf(
		    "Cache Group %s:\n\n  Cache Group Type: Read Only\n  Autorefresh: Yes\n"
		    "  Autorefresh Mode: Incremental\n  Autorefresh State: %s\n"
		    "  Autorefresh Interval: %d milliseconds\n  Autorefresh Status: ok\n"
		    "  Aging: No aging defined\n\n  Root Table: %s\n  Table Type: Read Only\n\n",
		    sqlite3_column_text(st, 0), sqlite3_column_text(st, 1),
		    sqlite3_column_int(st, 2), sqlite3_column_text(st, 3));
	sqlite3_finalize(st);
	printf("%d cache group%s found.\n", n, n == 1 ? "" : "s");
}

static int
print_size(void *arg, int n, const char *const *values)
{
	static const char *const names[] = { "PERM_ALLOCATED_SIZE", "PERM_IN_USE_SIZE",
		"PERM_IN_USE_HIGH_WATER", "TEMP_ALLOCATED_SIZE", "TEMP_IN_USE_SIZE",
		"TEMP_IN_USE_HIGH_WATER" };

	(void)arg;
	for (int i = 0; i < n && i < 6; i++)
		printf("  %s:%*s%s\n", names[i], (int)(26 - strlen(names[i])), " ",
		    values[i]);
	return 0;
}

void
isql_show_size(struct isql *q)
{
	struct sql_outcome outcome;
	struct sim_error err;

	(void)sql_run(&q->c,
	    "SELECT PERM_ALLOCATED_SIZE, PERM_IN_USE_SIZE, PERM_IN_USE_HIGH_WATER,"
	    " TEMP_ALLOCATED_SIZE, TEMP_IN_USE_SIZE, TEMP_IN_USE_HIGH_WATER FROM SYS.MONITOR",
	    0, NULL, print_size, NULL, &outcome, &err);
}
