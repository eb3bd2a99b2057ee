/*
 * PgBouncers before the pair: clients keep their connections and wait.
 *
 * Databases are paused one by one, by name, because only those that point at the active are
 * ours. PAUSE waits for the transactions in hand; one that does not end in time makes the swap
 * be taken back. The file of databases is changed under its name and read by RELOAD before
 * RESUME, so no client ever meets the old server again. Nothing is ever killed.
 *
 * All poolers are spoken to in one script, through the session of the member that is, or is to
 * be, active; which databases are ours is found out in pooler_look.c, what is done on their hosts
 * is in pooler_files.c. Each attempt begins with another pooler, so that one that is dead or hangs
 * keeps no other one paused: one that is dead in the swap is told again behind it.
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

/* ---- what they answered ---- */

static bool
count_version(char *line, void *arg)
{
	*(size_t *)arg += str_starts(line, "PgBouncer ") || str_starts(line, "NOTICE:");
	return true;
}

size_t
pooler_answers(const struct scene *s)
{
	size_t n = 0;

	str_each_line(s->outcome->output, count_version, &n);
	return n;
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
	size_t n = pooler_answers(s);

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
