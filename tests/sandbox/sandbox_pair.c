/* Building a serving pair with the utilities, as the manual does it. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sandbox/cache.h"
#include "tests/sandbox/moment.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/sandbox.h"
#include "tests/sandbox/simclient.h"

#define PATIENCE_MS 60000

int
sandbox_run(const char *root, const char *host, const char *instance,
    const char *utility, const char *const *args)
{
	char *program =
	    need_format("%s/hosts/%s/opt/%s/bin/%s", root, host, instance, utility);
	const char *enter = getenv("SANDBOX_ENTER");
	char *argv[26];
	int n = 0, status;
	pid_t pid;

	if (enter != NULL) { /* hosts of tests/ssh/hosts.sh: ENTER HOST PROGRAM ... */
		argv[n++] = need_copy(enter);
		argv[n++] = need_copy(host);
	}
	argv[n++] = program;
	while (*args != NULL && n < 23)
		argv[n++] = need_copy(*args++);
	argv[n] = NULL;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_RDWR);

		dup2(null, 0);
		dup2(null, 1);
		execv(argv[0], argv);
		_exit(127);
	}
	while (n > 0)
		free(argv[--n]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int
run(const struct plan *p, const struct place *at, const char *utility, const char *a,
    const char *b, const char *c)
{
	const char *const args[] = { a, b, c, NULL };
	int rc = sandbox_run(p->root, at->host, p->old_name, utility, args);

	if (rc != 0)
		fprintf(stderr, "sandbox: %s on %s: status %d\n", utility, at->host,
		    rc);
	return rc;
}

static int
take_role(void *arg, int n, const char *const *values)
{
	(void)n;
	need_fit(arg, 32, values[0]);
	return 0;
}

static struct sim_conn *
connect_at(const struct plan *p, const struct place *at)
{
	struct sim_error err;
	struct sim_conn *c =
	    sim_connect(p->root, at->host, p->old_name, at->dsn, "sandbox", &err);

	if (c == NULL)
		fprintf(stderr, "sandbox: %s: TT%d: %s\n", at->dsn, err.code, err.text);
	return c;
}

/* The role is in the database's own record; reading it needs no call. */
static int
await_role(const struct plan *p, const struct place *at, const char *role)
{
	int64_t until = moment_ms() + PATIENCE_MS;
	char now[32] = "";

	while (moment_ms() < until && strcmp(now, role) != 0) {
		struct sim_error err;
		struct sim_conn *c = connect_at(p, at);

		if (c == NULL)
			return -1;
		(void)sim_query(c, "select ROLE from SYS.SIM_ROLE", take_role, now,
		    &err);
		sim_close(c);
		moment_sleep_ms(20);
	}
	return strcmp(now, role) == 0 ? 0 : -1;
}

static int
execute(struct sim_conn *c, const char *sql)
{
	struct sim_error err;

	if (sim_exec(c, sql, NULL, &err) == SIM_OK)
		return 0;
	fprintf(stderr, "sandbox: TT%d: %s: %s\n", err.code, err.text, sql);
	return -1;
}

static int
make_schema(const struct plan *p, const struct place *at)
{
	static const char *const statements[] = {
		"create user pat identified by patpwd",
		"grant admin to pat",
		"create user app identified by apppwd",
		"create user ops identified by opspwd",
		"create table app.orders(id number not null primary key, customer number,"
		" amount number, note varchar2(100))",
		"create table app.items(order_id number not null, line number not null,"
		" sku varchar2(30), quantity number, primary key(order_id, line))",
		"create table ops.upgrade_marker(id number not null primary key,"
		" tag varchar2(64))",
	};
	struct sim_conn *c = connect_at(p, at);
	struct sim_error err;
	int rc = 0;

	if (c == NULL)
		return -1;
	for (size_t i = 0; rc == 0 && i < ARRAY_SIZE(statements); i++)
		rc = execute(c, statements[i]);
	sim_autocommit(c, false);
	for (int i = 1; rc == 0 && i <= p->rows; i++) {
		char *sql =
		    need_format("insert into app.orders values(%d, %d, %d, 'seed')", -i,
			i % 97, i % 1000);

		rc = execute(c, sql);
		free(sql);
	}
	if (rc == 0 && sim_commit(c, &err) != SIM_OK)
		rc = -1;
	sim_close(c);
	return rc;
}

/* Two read-only cache groups: one with autorefresh, one that was loaded once. Their tables are there
 * before the pair is made, so that they are part of it. */
static int
make_cache(const struct plan *p, const struct place *at)
{
	static const char text[] =
	    "create readonly cache group app.cg1 autorefresh mode incremental state paused from"
	    " app.prices(id number not null primary key, price number not null);"
	    " create readonly cache group app.cg2 autorefresh mode incremental state paused from"
	    " app.rates(id number not null primary key, rate number not null); exit";
	static const char load[] =
	    "load cache group app.cg1 commit every 256 rows; load cache group app.cg2 commit every 256"
	    " rows; alter cache group app.cg2 set autorefresh state off; exit";
	struct sim_conn *hold = connect_at(p, at);
	char *sql = need_format(
	    "WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d)"
	    " INSERT INTO \"APP.PRICES\" SELECT i, i * 3 FROM n;"
	    "INSERT INTO \"APP.RATES\" SELECT id, price + 1 FROM \"APP.PRICES\"",
	    p->cached);
	int rc = sandbox_run(p->root, at->host, p->old_name, "ttIsql",
	    (const char *const[]){ "-v1", "-e", text, at->dsn, NULL });

	if (rc == 0)
		rc = cache_oracle_run(p->root, sql);
	if (rc == 0)
		rc = sandbox_run(p->root, at->host, p->old_name, "ttAdmin",
		    (const char *const[]){ "-cacheUidPwdSet", "-cacheUid", "terry", at->dsn, NULL });
	if (rc == 0)
		rc = run(p, at, "ttAdmin", "-cacheStart", at->dsn, NULL);
	if (rc == 0)
		rc = sandbox_run(p->root, at->host, p->old_name, "ttIsql",
		    (const char *const[]){ "-v1", "-e", load, at->dsn, NULL });
	free(sql);
	sim_close(hold);
	return rc;
}

/* Each master sends every table to the other. */
static char *
classic_statement(const struct plan *p, const struct place *places)
{
	char *ports = p->automatic_ports
	    ? need_copy("")
	    : need_format(" store %s on \"%s\" port %d store %s on \"%s\" port %d",
		  places[0].dsn, places[0].host, places[0].port, places[1].dsn,
		  places[1].host, places[1].port);
	char *text = need_format(
	    "create replication repl.repscheme element e1 datastore master %s on \"%s\""
	    " subscriber %s on \"%s\" %s element e2 datastore master %s on \"%s\""
	    " subscriber %s on \"%s\" %s%s",
	    places[0].dsn, places[0].host, places[1].dsn, places[1].host, p->returns,
	    places[1].dsn, places[1].host, places[0].dsn, places[0].host, p->returns,
	    ports);

	free(ports);
	return text;
}

static char *
scheme_statement(const struct plan *p, const struct place *places, int n)
{
	char *text =
		 need_format("create active standby pair master1 on \"master1host\", "
			     "master2 on \"master2host\" %s",
		     p->returns),
	     *more;

	for (int i = 2; i < n; i++) {
		more = need_format("%s %s %s on \"%s\"", text,
		    i == 2 ? "subscriber" : ",", places[i].dsn, places[i].host);
		free(text);
		text = more;
	}
	for (int i = 0; i < n && !p->automatic_ports; i++) {
		more = need_format("%s store %s on \"%s\" port %d failthreshold %d", text,
		    places[i].dsn, places[i].host, places[i].port, p->threshold);
		free(text);
		text = more;
	}
	return text;
}

/* An inUse database goes when nobody is connected: somebody stays until the agent is up. */
static int
await_agent(const struct plan *p, const struct place *at)
{
	char *file = need_format("%s/hosts/%s/ports/%s", p->root, at->host, at->dsn);
	int64_t until = moment_ms() + PATIENCE_MS;

	while (access(file, F_OK) != 0 && moment_ms() < until)
		moment_sleep_ms(20);
	free(file);
	return moment_ms() < until ? 0 : -1;
}

static int
make_active(const struct plan *p, const struct place *places, int n)
{
	char *scheme = p->classic ? classic_statement(p, places)
				  : scheme_statement(p, places, n);
	char *text = need_format("%s;%s call ttRepStart; exit", scheme,
	    p->classic ? "" : " call ttRepStateSet('ACTIVE');");
	struct sim_conn *hold = connect_at(p, &places[0]);
	int rc = sandbox_run(p->root, places[0].host, p->old_name, "ttIsql",
	    (const char *const[]){ "-v1", "-e", text, places[0].dsn, NULL });
	free(scheme);
	free(text);
	if (rc == 0 &&
	    (await_agent(p, &places[0]) != 0 ||
		(!p->classic && await_role(p, &places[0], "ACTIVE") != 0)))
		rc = -1;
	sim_close(hold);
	return rc;
}

static int
duplicate(const struct plan *p, const struct place *at, const struct place *from)
{
	bool keeps = p->cached > 0 && strncmp(at->dsn, "master", 6) == 0;
	const char *const plain[] = { "-duplicate", "-from", from->dsn, "-host",
		from->host, "-uid", "pat", "-pwd", "patpwd", "-setMasterRepStart",
		p->cached > 0 ? "-noKeepCG" : at->dsn, p->cached > 0 ? at->dsn : NULL, NULL };
	const char *const keeping[] = { "-duplicate", "-from", from->dsn, "-host",
		from->host, "-uid", "pat", "-pwd", "patpwd", "-setMasterRepStart", "-keepCG",
		"-cacheUid", "terry", "-cachePwd", "terrypwd", at->dsn, NULL };
	const char *const *args = keeps ? keeping : plain;
	int64_t until = moment_ms() + PATIENCE_MS;
	int rc;

	/* The source's agent may only just have been started. */
	while ((rc = sandbox_run(p->root, at->host, p->old_name, "ttRepAdmin", args)) !=
		0 &&
	    moment_ms() < until)
		moment_sleep_ms(100);
	if (rc == 0 && keeps)
		rc = run(p, at, "ttAdmin", "-cacheStart", at->dsn, NULL);
	if (rc == 0)
		rc = run(p, at, "ttAdmin", "-repStart", at->dsn, NULL);
	return rc == 0 ? await_agent(p, at) : rc;
}

int
sandbox_build_pair(const struct plan *p)
{
	struct place places[PLACES_MAX];
	int n = sandbox_places(p, places);

	for (int i = 0; i < n; i++) {
		if (run(p, &places[i], "ttDaemonAdmin", "-start", NULL, NULL) != 0)
			return -1;
		if (p->start_new &&
		    sandbox_run(p->root, places[i].host, p->new_name, "ttDaemonAdmin",
			(const char *const[]){ "-start", NULL }) != 0)
			return -1;
	}
	if (!p->build)
		return 0;
	if (make_schema(p, &places[0]) != 0 ||
	    (p->cached > 0 && make_cache(p, &places[0]) != 0))
		return -1;
	if (p->single)
		return 0;
	if (make_active(p, places, n) != 0)
		return -1;
	if (duplicate(p, &places[1], &places[0]) != 0 ||
	    (!p->classic && await_role(p, &places[1], "STANDBY") != 0))
		return -1;
	for (int i = 2; i < n; i++)
		if (duplicate(p, &places[i], &places[1]) != 0)
			return -1;
	return 0;
}
