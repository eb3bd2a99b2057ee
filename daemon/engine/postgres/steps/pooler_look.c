/*
 * Which databases of which pooler are ours: those that point at the member. They are noted, so that
 * nothing else is ever paused.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/pooler_parts.h"
#include "daemon/engine/postgres/steps/steps.h"
#include "daemon/engine/postgres/utilities/pooler.h"

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
		.at = { m, pg_step_home(s, ps, m) },
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
	size_t n = pooler_answers(s);

	n = n < poolers->count ? n : poolers->count - 1;
	pooler_said(s, words, sizeof(words));
	why_seen(w, "pooler %s does not answer: %s", poolers->items[n],
	    words[0] != '\0' ? words : ending_name(s->outcome->ending));
	why_remedy(w,
	    "see to pooler %s: it hangs, or does not run, or refuses the account",
	    poolers->items[n]);
}

static enum probe
look_probe_at(const struct scene *s, const struct plan_step *ps,
    const struct member *at, struct why *w)
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
look_learn_at(const struct scene *s, const struct plan_step *ps,
    const struct member *at, struct settings *notes)
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
