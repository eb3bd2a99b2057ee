/*
 * PgBouncers before the pair: clients keep their connections and wait.
 *
 * Databases are paused one by one, by name, because only those that point at the active are
 * ours. PAUSE waits for the transactions in hand; one that does not end in time makes the swap
 * be taken back. The file of databases is changed under its name and read by RELOAD before
 * RESUME, so no client ever meets the old server again. Nothing is ever killed.
 *
 * All poolers are spoken to in one script, through the session of the member that is, or is to
 * be, active; what is done on their hosts is in pooler_files.c. Each attempt begins with
 * another pooler, so that one that is dead or hangs keeps no other one paused: one that is dead
 * in the swap is told again behind it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/pooler_parts.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/pooler.h"

bool
pooler_is_there(const struct scene *s, const struct plan_step *ps)
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

/* ---- what they answered ---- */

static bool
count_version(char *line, void *arg)
{
	*(size_t *)arg += str_starts(line, "PgBouncer ") || str_starts(line, "NOTICE:");
	return true;
}

/* The last line but for the code: what libpq or PgBouncer said. */
void
pooler_said(const struct scene *s, char *buf, size_t size)
{
	const char *text = s->outcome->output, *line = "";

	for (; *text != '\0'; text += strcspn(text, "\n"), text += *text == '\n')
		if (*text != '\n' && !str_starts(text, "SQLSTATE:") &&
		    !str_starts(text, "PgBouncer ") && !str_starts(text, "NOTICE:"))
			line = text;
	str_printf(buf, size, "%.*s", (int)strcspn(line, "\n"), line);
}

/* ---- look ---- */

#define LOOK_MS 5000

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
	ret->limit_ms = LOOK_MS;
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

/* Each says its version first. */
static void
look_failed(const struct scene *s, const struct str_list *poolers, struct why *w)
{
	char words[120];
	size_t n = 0;

	str_each_line(s->outcome->output, count_version, &n);
	n = n < poolers->count ? n : poolers->count - 1;
	pooler_said(s, words, sizeof(words));
	why_seen(w, "pooler %s does not answer: %s", poolers->items[n],
	    words[0] != '\0' ? words : ending_name(s->outcome->ending));
	why_remedy(w, "see to pooler %s: it hangs, or does not run, or refuses the account",
	    poolers->items[n]);
}

static enum probe
look_probe_at(const struct scene *s, const struct plan_step *ps, const struct member *at,
    struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);
	struct str_list poolers = { 0 }, *databases;

	why_needed(w, "databases that point at %s", at->name);
	if (s->outcome == NULL)
		return probe;
	pg_poolers(s->plan->pair, &poolers);
	if (probe != PROBE_DONE) {
		look_failed(s, &poolers, w);
		str_list_done(&poolers);
		return probe;
	}
	databases = look_read(s, ps, at, &poolers);
	for (size_t i = 0; i < poolers.count; i++)
		if (databases[i].count == 0) {
			why_seen(w, "none of pooler %s", poolers.items[i]);
			why_remedy(w,
			    "see databases_file of %s: host and port as in conninfo of %s; "
			    "then retry",
			    poolers.items[i], at->name);
			probe = PROBE_IMPOSSIBLE;
		}
	lists_free(databases, poolers.count);
	str_list_done(&poolers);
	return probe;
}

static void
look_learn_at(const struct scene *s, const struct plan_step *ps, const struct member *at,
    struct settings *notes)
{
	struct str_list poolers = { 0 }, *databases;

	pg_poolers(s->plan->pair, &poolers);
	databases = look_read(s, ps, at, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		char *key = mem_printf(PG_NOTE_POOLER "%s", poolers.items[i]);
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

static enum probe
look_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return look_probe_at(s, ps, ps->peer, w);
}

static void
look_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	look_learn_at(s, ps, ps->peer, notes);
}

const struct step pg_pooler_look = {
	.id = "pooler-look",
	.title = "note which databases of the poolers %s will serve",
	.effect = "SHOW DATABASES has some that point at the other",
	.build = look_build,
	.needed = pooler_is_there,
	.probe = look_probe,
	.learn = look_learn,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.may_cancel = true,
};

static enum probe
own_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	return look_probe_at(s, ps, ps->member, w);
}

static void
own_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	look_learn_at(s, ps, ps->member, notes);
}

/* Nobody else takes over: an offline procedure. */
const struct step pg_pooler_look_own = {
	.id = "pooler-look-own",
	.title = "note which databases of the poolers %s serves",
	.effect = "SHOW DATABASES has some that point at it",
	.build = look_build,
	.needed = pooler_is_there,
	.probe = own_probe,
	.learn = own_learn,
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
	char *key = mem_printf(PG_NOTE_POOLER "%s", pooler);
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

/* Which pooler comes n-th in the present attempt. */
static size_t
turn_of(const struct scene *s, const struct str_list *poolers, size_t n)
{
	size_t tries = s->upgrade != NULL && s->upgrade->walk.round_tries > 1
	    ? (size_t)s->upgrade->walk.round_tries - 1
	    : 0;

	return (n + tries) % poolers->count;
}

void
pooler_tell(const struct scene *s, struct pg_script *q, const char *first,
    const char *word, const char *last)
{
	struct str_list poolers = { 0 };

	pg_poolers(s->plan->pair, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		const char *pooler = poolers.items[turn_of(s, &poolers, i)];

		pg_script_at_pooler(q, pooler);
		if (first != NULL)
			pg_script_add(q, "%s", first);
		each_database(q, s, pooler, word);
		pg_script_add(q, "%s", last);
	}
	str_list_done(&poolers);
}

/* Each pooler that did it prints its version behind. */
static void
tell(const struct scene *s, const struct plan_step *ps, struct command *ret,
    const char *first, const char *word)
{
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pooler_tell(s, &q, first, word, POOLER_SAYS);
}

/* The pooler at which the attempt ended: those before it had done it. */
void
pooler_stuck_at(const struct scene *s, char *buf, size_t size)
{
	struct str_list poolers = { 0 };
	size_t n = 0;

	str_each_line(s->outcome->output, count_version, &n);
	pg_poolers(s->plan->pair, &poolers);
	str_printf(buf, size, "%s",
	    n < poolers.count ? poolers.items[turn_of(s, &poolers, n)] : "");
	str_list_done(&poolers);
}

static int64_t
pause_limit_ms(const struct scene *s)
{
	return s->plan->pair->limits.write_pause_ms * 2 / 5;
}

void
pooler_pause_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tell(s, ps, ret, NULL, "PAUSE");
	ret->limit_ms = pause_limit_ms(s);
}

enum probe
pooler_pause_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char pooler[NAME_MAX_BYTES], words[120];

	why_needed(w, "every pooler paused");
	if (s->outcome == NULL || pg_step_said(s, ps, w) == PROBE_DONE)
		return pg_step_said(s, ps, w);
	pooler_stuck_at(s, pooler, sizeof(pooler));
	pooler_said(s, words, sizeof(words));
	switch (s->outcome->ending) {
	case ENDING_TIMED_OUT:
		why_seen(w, "pooler %s did not pause within %lld ms", pooler,
		    (long long)pause_limit_ms(s));
		why_remedy(w,
		    "see to pooler %s: it hangs, or a transaction stays open behind it (SHOW "
		    "SERVERS), which must end first",
		    pooler);
		return PROBE_IMPOSSIBLE;
	case ENDING_EXITED:
	case ENDING_FAILED:
		why_seen(w, "pooler %s does not pause: %s", pooler, words);
		why_remedy(w, "see to pooler %s first", pooler);
		return PROBE_IMPOSSIBLE;
	case ENDING_SIGNALLED:
	case ENDING_CANCELLED:
	case ENDING_GONE:
		break;
	}
	return PROBE_TO_DO;
}

const struct step pg_pooler_pause = {
	.id = "pooler-pause",
	.title = "let the poolers hold their clients, before %s takes over",
	.effect = "every PAUSE is answered: no transaction is open behind them",
	.build = pooler_pause_build,
	.needed = pooler_is_there,
	.probe = pooler_pause_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 2,
};

/* A pooler that is away may come back: it is told again and again, until the row's limit. */
static enum probe
resume_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	enum probe probe = pg_step_said(s, ps, w);
	char pooler[NAME_MAX_BYTES], words[120];

	why_needed(w, "every pooler resumed");
	if (probe == PROBE_DONE || s->outcome == NULL)
		return probe;
	pooler_stuck_at(s, pooler, sizeof(pooler));
	pooler_said(s, words, sizeof(words));
	why_seen(w, "pooler %s does not answer: %s", pooler,
	    words[0] != '\0' ? words : ending_name(s->outcome->ending));
	why_remedy(w,
	    "see to pooler %s: its clients wait; once it answers, or is started anew, they go "
	    "on (retry, when it needs attention)",
	    pooler);
	return s->now_ms >= s->upgrade->walk.begun_ms + ps->limit_ms ? PROBE_IMPOSSIBLE
								 : PROBE_TO_DO;
}

#define RESUME                                                                      \
	.effect = "every RESUME is answered", .needed = pooler_is_there,                \
	.probe = resume_probe, .on_interrupt = INTERRUPT_REDO, .patience_ms = 1,    \
	.tries = 100000, .insists = true

static void
resume_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	tell(s, ps, ret, NULL, "RESUME");
	ret->limit_ms = POOLER_RESUME_MS;
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
	tell(s, ps, ret, "RELOAD", "RESUME");
	ret->limit_ms = POOLER_RESUME_MS;
}

const struct step pg_pooler_over = {
	.id = "pooler-over",
	.title = "let the poolers' clients go on, with %s",
	.build = over_build,
	RESUME,
};

/* ---- served ---- */

/* They log in one after another, and each takes the new side a while: nothing else that is work
 * for the processors begins before the first of every database is in. */
#define SERVED_MS 500

static void
served_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct str_list poolers = { 0 };
	struct pg_script q;

	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pg_script_add(&q, "SELECT pg_sleep(0.02)");
	pg_poolers(s->plan->pair, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		pg_script_at_pooler(&q, poolers.items[i]);
		pg_script_add(&q, "SHOW POOLS");
	}
	str_list_done(&poolers);
	ret->limit_ms = SERVED_MS;
}

/* database, user, cl_active, cl_waiting, ...: of any database, since others may well wait, too,
 * and then it is over when the time is. */
static bool
count_waiting(char *line, void *arg)
{
	char field[24];

	if (strchr(line, '\t') != NULL) {
		pg_step_field(line, 3, field, sizeof(field));
		*(long *)arg += strtol(field, NULL, 10);
	}
	return true;
}

static enum probe
served_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	long waiting = 0;

	(void)ps;
	why_needed(w, "no client of a pooler waits");
	if (s->outcome == NULL)
		return PROBE_TO_DO;
	str_each_line(s->outcome->output, count_waiting, &waiting);
	why_seen(w, "%ld wait", waiting);
	return waiting == 0 || s->now_ms >= s->upgrade->walk.begun_ms + SERVED_MS ? PROBE_DONE
									      : PROBE_TO_DO;
}

const struct step pg_pooler_served = {
	.id = "pooler-served",
	.title = "see the clients of the poolers log in to %s",
	.effect = "none of them waits, or half a second is over",
	.build = served_build,
	.needed = pooler_is_there,
	.probe = served_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100,
};

const struct step pg_pooler_again = {
	.id = "pooler-again",
	.title = "see the clients of every pooler served by %s",
	.build = over_build,
	RESUME,
};
