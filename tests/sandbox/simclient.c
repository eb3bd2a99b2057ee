#include "tests/sandbox/simclient.h"

#include <stdlib.h>
#include <string.h>

#include "tests/sandbox/need.h"
#include "tests/sandbox/session.h"
#include "tests/sandbox/sql.h"

struct sim_conn {
	struct session c;
};

struct sim_conn *
sim_connect(const char *root, const char *host, const char *instance, const char *dsn,
    const char *name, struct sim_error *err)
{
	struct sim_conn *conn;
	struct world w;
	struct dsn d;

	if (world_at(&w, root, host, instance) != 0) {
		(void)refuse(err, 799, "No instance %s on %s", instance, host);
		return NULL;
	}
	need_fit(w.program, sizeof(w.program), "application");
	if (world_host_down(&w, host)) {
		(void)refuse(err, 799, NULL);
		return NULL;
	}
	if (world_dsn(&w, dsn, &d) != 0 || d.path[0] == '\0') {
		(void)refuse(err, 9996, "Data source name not found: %s", dsn);
		return NULL;
	}
	conn = need_zero(sizeof(*conn));
	if (session_open(&conn->c, &w, &d, "application", name, err) == 0) {
		catalogue_attach(&conn->c);
		return conn;
	}
	free(conn);
	return NULL;
}

void
sim_close(struct sim_conn *c)
{
	if (c == NULL)
		return;
	session_close(&c->c);
	free(c);
}

bool
sim_alive(struct sim_conn *c)
{
	return session_alive(&c->c);
}

int
sim_fd(const struct sim_conn *c)
{
	return c->c.wire.fd;
}

void
sim_autocommit(struct sim_conn *c, bool on)
{
	c->c.autocommit = on;
}

enum sim_result
sim_bind_exec(struct sim_conn *c, const char *sql, int n, const char *const *values,
    int64_t *ret_rows, struct sim_error *err)
{
	struct sql_outcome outcome;
	enum sim_result result =
	    sql_run(&c->c, sql, n, values, NULL, NULL, &outcome, err);

	if (ret_rows != NULL && result == SIM_OK)
		*ret_rows = outcome.rows;
	return result;
}

enum sim_result
sim_exec(struct sim_conn *c, const char *sql, int64_t *ret_rows, struct sim_error *err)
{
	return sim_bind_exec(c, sql, 0, NULL, ret_rows, err);
}

enum sim_result
sim_query(struct sim_conn *c, const char *sql, sim_row_fn fn, void *arg,
    struct sim_error *err)
{
	struct sql_outcome outcome;

	return sql_run(&c->c, sql, 0, NULL, fn, arg, &outcome, err);
}

enum sim_result
sim_commit(struct sim_conn *c, struct sim_error *err)
{
	memset(err, 0, sizeof(*err));
	return session_commit(&c->c, err);
}

enum sim_result
sim_rollback(struct sim_conn *c, struct sim_error *err)
{
	memset(err, 0, sizeof(*err));
	session_rollback(&c->c);
	if (session_alive(&c->c))
		return SIM_OK;
	(void)refuse(err, 994, NULL);
	return SIM_LOST;
}

int64_t
sim_position(const struct sim_conn *c)
{
	return c->c.position;
}
