#include "tests/bench/postgres/floor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int64_t
floor_now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

void
floor_die(const char *what, const char *why)
{
	fprintf(stderr, "pgfloor: %s: %s\n", what, why);
	exit(1);
}

PGconn *
floor_connect(const char *conninfo, const char *database)
{
	const char *keys[] = { "dbname", "dbname", "application_name", "options",
		NULL };
	const char *values[] = { conninfo, database, FLOOR_NAME,
		"-c default_transaction_read_only=off -c synchronous_commit=on", NULL };
	PGconn *c = PQconnectdbParams(keys, values, 1);

	if (PQstatus(c) != CONNECTION_OK)
		floor_die(conninfo, PQerrorMessage(c));
	return c;
}

static const char *
keep(PGconn *c, const char *sql, PGresult *r)
{
	static char value[65536];
	ExecStatusType status = PQresultStatus(r);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		floor_die(sql, PQerrorMessage(c));
	snprintf(value, sizeof(value), "%s",
	    PQntuples(r) > 0 ? PQgetvalue(r, 0, 0) : "");
	PQclear(r);
	return value;
}

const char *
floor_ask(PGconn *c, const char *sql)
{
	return keep(c, sql, PQexec(c, sql));
}

const char *
floor_askf(PGconn *c, const char *fmt, ...)
{
	char *sql = NULL;
	const char *value;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&sql, fmt, ap) < 0)
		abort();
	va_end(ap);
	value = floor_ask(c, sql);
	free(sql);
	return value;
}

void
floor_until(PGconn *c, const char *sql)
{
	while (strcmp(floor_ask(c, sql), "t") != 0)
		usleep(BREATH_US);
}

void
floor_send(PGconn *c, const char *sql)
{
	if (PQsendQuery(c, sql) == 0)
		floor_die(sql, PQerrorMessage(c));
}

void
floor_take(PGconn *c)
{
	PGresult *r;

	while ((r = PQgetResult(c)) != NULL)
		keep(c, "a statement", r);
}

void
floor_end_clients(PGconn *c, const char *since)
{
	char sql[512];

	snprintf(sql, sizeof(sql),
	    "SELECT count(pg_terminate_backend(pid)) = 0 FROM pg_stat_activity"
	    " WHERE backend_type = 'client backend' AND application_name <> '" FLOOR_NAME
	    "'"
	    " AND backend_start <= %s",
	    since);
	floor_until(c, sql);
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "patch") == 0)
		return floor_patch(argc - 2, argv + 2);
	if (argc >= 5 && strcmp(argv[1], "major") == 0)
		return floor_major(argc - 2, argv + 2);
	fprintf(stderr,
	    "usage: pgfloor patch OLD OLD_DATA NEW\n"
	    "       pgfloor major OLD NEW DATABASE...\n");
	return 2;
}
