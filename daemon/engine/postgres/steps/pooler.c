/*
 * PgBouncers before the pair: clients keep their connections and wait.
 *
 * Databases are paused one by one, by name, because only those that point at the active are
 * ours, and because a RESUME by name is never refused. PAUSE waits for the transactions in
 * hand; one that does not end in time makes the swap be taken back. The file of databases is
 * changed under its name and read by RELOAD before RESUME, so no client ever meets the old
 * server again. Nothing is ever killed.
 *
 * All poolers are spoken to in one script, through the session of the member that is, or is to
 * be, active; files are changed on each host by a command of its own.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/common.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/pooler.h"

#define NOTE_POOLER "pg.pooler." /* + its name: databases, a line each */

static bool
has_poolers(const struct scene *s, const struct plan_step *ps)
{
	struct str_list poolers = { 0 };
	bool has;

	(void)ps;
	pg_poolers(s->plan->pair, &poolers);
	has = poolers.count > 0;
	str_list_done(&poolers);
	return has;
}

static struct pg_target
target(const struct scene *s, const struct plan_step *ps, const struct member *m)
{
	return (struct pg_target){ m, pg_step_home(s, ps, m) };
}

/* ---- look ---- */

static void
look_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list poolers = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pg_poolers(s->plan->pair, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		pg_script_at_pooler(&q, poolers.items[i]);
		pg_script_add(&q, "SHOW VERSION");
		pg_script_add(&q, "SHOW DATABASES");
	}
	str_list_done(&poolers);
	ret->limit_ms = 20000;
}

/* The answers of the poolers follow each other, each begins with its version. */
struct looking {
	struct pg_target at;
	struct str_list *databases; /* of each pooler, lines */
	int pooler, count;
};

static bool
look_line(char *line, void *arg)
{
	struct looking *l = arg;
	char name[80], host[256], port[16];

	if (str_starts(line, "PgBouncer ") || str_starts(line, "NOTICE:")) {
		l->pooler++;
		return true;
	}
	if (l->pooler < 0 || l->pooler >= l->count || strchr(line, '\t') == NULL)
		return true;
	pg_step_field(line, 0, name, sizeof(name));
	pg_step_field(line, 1, host, sizeof(host));
	pg_step_field(line, 2, port, sizeof(port));
	if (pg_pooler_points(host, port, &l->at))
		str_list_add(&l->databases[l->pooler], name);
	return true;
}

/* Databases of each pooler that point at m now: one list a pooler, to be released. */
static struct str_list *
look_read(const struct scene *s, const struct plan_step *ps, const struct member *m,
    const struct str_list *poolers)
{
	struct looking l = {
		.at = target(s, ps, m),
		.databases = mem_alloc((poolers->count + 1) * sizeof(struct str_list)),
		.pooler = -1,
		.count = (int)poolers->count,
	};

	if (s->outcome != NULL)
		str_each_line(s->outcome->output, look_line, &l);
	return l.databases;
}

static void
lists_free(struct str_list *lists, size_t count)
{
	for (size_t i = 0; i < count; i++)
		str_list_done(&lists[i]);
	free(lists);
}

static enum probe
look_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);
	struct str_list poolers = { 0 }, *databases;

	why_needed(w, "databases that point at %s", ps->peer->name);
	if (probe != PROBE_DONE)
		return probe;
	pg_poolers(s->plan->pair, &poolers);
	databases = look_read(s, ps, ps->peer, &poolers);
	for (size_t i = 0; i < poolers.count; i++)
		if (databases[i].count == 0) {
			why_seen(w, "none of pooler %s", poolers.items[i]);
			why_remedy(w,
			    "see databases_file of %s: host and port as in conninfo of %s; "
			    "then retry",
			    poolers.items[i], ps->peer->name);
			probe = PROBE_IMPOSSIBLE;
		}
	lists_free(databases, poolers.count);
	str_list_done(&poolers);
	return probe;
}

static void
look_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct str_list poolers = { 0 }, *databases;

	pg_poolers(s->plan->pair, &poolers);
	databases = look_read(s, ps, ps->peer, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		char *key = mem_printf(NOTE_POOLER "%s", poolers.items[i]);
		struct buf b = { 0 };

		for (size_t k = 0; k < databases[i].count; k++)
			buf_addf(&b, "%s%s", k > 0 ? "\n" : "", databases[i].items[k]);
		settings_set(notes, key, buf_text(&b));
		buf_done(&b);
		free(key);
	}
	lists_free(databases, poolers.count);
	str_list_done(&poolers);
}

const struct step pg_pooler_look = {
	.id = "pooler-look",
	.title = "note which databases of the poolers %s will serve",
	.effect = "SHOW DATABASES has some that point at the other",
	.build = look_build,
	.needed = has_poolers,
	.probe = look_probe,
	.learn = look_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

/* ---- pause, resume ---- */

/* word "NAME" for each noted database of each pooler. */
static void
each_database(struct pg_script *q, const struct scene *s, const char *pooler,
    const char *word)
{
	char *key = mem_printf(NOTE_POOLER "%s", pooler);
	struct str_list databases = { 0 };

	if (s->upgrade != NULL)
		settings_list(&s->upgrade->notes, key, &databases);
	if (databases.count == 0)
		pg_script_add(q, "%s", word);
	for (size_t i = 0; i < databases.count; i++) {
		char *name = pg_identifier(databases.items[i]);

		pg_script_add(q, "%s %s", word, name);
		free(name);
	}
	str_list_done(&databases);
	free(key);
}

static void
tell(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *first, const char *word, const char *last)
{
	struct str_list poolers = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pg_poolers(s->plan->pair, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		pg_script_at_pooler(&q, poolers.items[i]);
		if (first != NULL)
			pg_script_add(&q, "%s", first);
		each_database(&q, s, poolers.items[i], word);
		if (last != NULL)
			pg_script_add(&q, "%s", last);
	}
	str_list_done(&poolers);
}

static void
pause_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tell(s, ps, ret, NULL, "PAUSE", NULL);
	ret->limit_ms = s->plan->pair->limits.write_pause_ms * 2 / 5;
}

static enum probe
pause_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	why_needed(w, "every pooler paused");
	if (s->outcome != NULL && s->outcome->ending == ENDING_TIMED_OUT) {
		why_seen(w, "a pooler did not pause within %lld ms",
		    (long long)(s->plan->pair->limits.write_pause_ms * 2 / 5));
		why_remedy(w,
		    "a transaction stays open behind it (SHOW SERVERS): wait for its end or "
		    "end it, then retry");
		return PROBE_IMPOSSIBLE;
	}
	if (s->outcome != NULL && s->outcome->ending == ENDING_EXITED &&
	    s->verdict != VERDICT_OK) {
		why_seen(w, "refused: %.120s", s->outcome->output);
		return PROBE_IMPOSSIBLE;
	}
	return pg_step_said(s, ps, w);
}

const struct step pg_pooler_pause = {
	.id = "pooler-pause",
	.title = "let the poolers hold their clients, before %s takes over",
	.effect = "every PAUSE is answered: no transaction is open behind them",
	.build = pause_build,
	.needed = has_poolers,
	.probe = pause_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 2,
};

#define RESUME                                                                 \
	.effect = "every RESUME is answered", .needed = has_poolers,           \
	.probe = pg_step_said, .on_interrupt = INTERRUPT_REDO, .patience_ms = 1, \
	.tries = 1000, .insists = true

static void
resume_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tell(s, ps, ret, NULL, "RESUME", NULL);
	ret->limit_ms = 10000;
}

/* Back-out: to where they were. */
const struct step pg_pooler_resume = {
	.id = "pooler-resume",
	.title = "let the poolers' clients go on, on %s",
	.build = resume_build,
	RESUME,
};

static void
over_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tell(s, ps, ret, "RELOAD", "RESUME", "SHOW DATABASES");
	ret->limit_ms = 10000;
}

const struct step pg_pooler_over = {
	.id = "pooler-over",
	.title = "let the poolers' clients go on, with %s",
	.build = over_build,
	RESUME,
};

/* ---- files, host by host ---- */

static bool
has_host(const struct scene *s, int n)
{
	const struct host *hosts[PG_POOLER_HOSTS];

	return pg_pooler_hosts(s->plan->pair, hosts) > n;
}

static void
on_host(const struct scene *s, const struct plan_step *ps, int n, const char *function,
    struct command *ret)
{
	struct pg_target from = target(s, ps, ps->peer), to = target(s, ps, ps->member);
	const struct host *hosts[PG_POOLER_HOSTS];

	if (pg_pooler_hosts(s->plan->pair, hosts) <= n)
		return;
	pg_pooler_run(ret, s->plan->pair, hosts[n], function, &from, &to);
	ret->limit_ms = 10000;
}

#define ON_HOST(n)                                                                      \
	static bool needed_##n(const struct scene *s, const struct plan_step *ps)       \
	{                                                                               \
		(void)ps;                                                               \
		return has_host(s, n);                                                  \
	}                                                                               \
	static void prepare_##n(const struct scene *s, const struct plan_step *ps,      \
	    struct command *ret)                                                        \
	{                                                                               \
		on_host(s, ps, n, "pg_pooler_prepare", ret);                            \
	}                                                                               \
	static void point_##n(const struct scene *s, const struct plan_step *ps,        \
	    struct command *ret)                                                        \
	{                                                                               \
		on_host(s, ps, n, "pg_pooler_point", ret);                              \
	}

ON_HOST(0)
ON_HOST(1)
ON_HOST(2)
ON_HOST(3)

#define PREPARE(n)                                                                \
	{                                                                         \
		.id = "pooler-prepare",                                           \
		.title = "prepare the files of poolers for %s",                   \
		.effect = "the new text is beside the old one",                   \
		.build = prepare_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1,                 \
		.may_cancel = true                                                \
	}
#define POINT(n)                                                                \
	{                                                                       \
		.id = "pooler-point",                                           \
		.title = "point the files of poolers at %s",                    \
		.effect = "no entry points at the other any more",              \
		.build = point_##n, .needed = needed_##n, .probe = pg_step_said, \
		.on_interrupt = INTERRUPT_REDO, .patience_ms = 1,               \
		.tries = 1000, .insists = true                                  \
	}

const struct step pg_pooler_prepare[PG_POOLER_HOSTS] = { PREPARE(0), PREPARE(1),
	PREPARE(2), PREPARE(3) };
const struct step pg_pooler_point[PG_POOLER_HOSTS] = { POINT(0), POINT(1), POINT(2),
	POINT(3) };
