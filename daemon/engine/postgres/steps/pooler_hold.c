/*
 * Clients of poolers wait while nobody is served: offline procedures. Nothing takes this back by
 * itself as a swap is, so it does so here: when one pooler does not pause, all are resumed before
 * a person is asked, also that one, whose PAUSE may be waiting for it.
 */
#include "config.h"

#include <stdlib.h>

#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/steps/pooler_parts.h"
#include "daemon/engine/postgres/steps/steps.h"

/* The first attempt of a round pauses; those behind it are there because it failed. */
static bool
is_over(const struct scene *s)
{
	return s->upgrade != NULL && s->upgrade->walk.round_tries > 1;
}

static void
hold_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	struct pg_script q;

	if (!is_over(s)) {
		pooler_pause_build(s, ps, ret);
		return;
	}
	pg_script_begin(&q, ret, ps->member, pg_step_home(s, ps, ps->member), NULL);
	pooler_tell(s, &q, NULL, "RESUME", POOLER_SAYS);
	ret->limit_ms = POOLER_RESUME_MS;
}

/* Which one it was, from the words of pooler_pause_probe() about the first attempt. */
static void
who_did_not(const struct scene *s, struct why *w)
{
	static const char remedy[] = "it hung, or a transaction stayed open behind it (SHOW "
				     "SERVERS), which must end first; then retry, or abort";
	const char *said = s->upgrade->walk.first_failure;
	struct str_list poolers = { 0 };
	char start[NAME_MAX_BYTES + 16];

	why_seen(w, "a pooler did not pause; clients of all go on");
	why_remedy(w, "upgradectl log says which pooler did not pause: %s", remedy);
	pg_poolers(s->plan->pair, &poolers);
	for (size_t i = 0; i < poolers.count; i++) {
		str_printf(start, sizeof(start), "pooler %s ", poolers.items[i]);
		if (!str_starts(said, start))
			continue;
		why_seen(w, "%s; clients of all go on", said);
		why_remedy(w, "see to pooler %s: %s", poolers.items[i], remedy);
	}
	str_list_done(&poolers);
}

static enum probe
hold_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	char pooler[NAME_MAX_BYTES], words[120];

	if (!is_over(s))
		return pooler_pause_probe(s, ps, w) == PROBE_DONE ? PROBE_DONE
								   : PROBE_TO_DO;
	why_needed(w, "every pooler paused");
	who_did_not(s, w);
	if (s->outcome == NULL)
		return PROBE_TO_DO;
	if (s->outcome->ending == ENDING_EXITED && s->verdict == VERDICT_OK)
		return PROBE_IMPOSSIBLE;
	pooler_stuck_at(s, pooler, sizeof(pooler));
	pooler_said(s, words, sizeof(words));
	why_seen(w, "pooler %s does not answer: %s", pooler,
	    words[0] != '\0' ? words : ending_name(s->outcome->ending));
	why_remedy(w, "see to pooler %s: it hangs, or does not run; then retry, or abort",
	    pooler);
	return PROBE_TO_DO;
}

const struct step pg_pooler_hold = {
	.id = "pooler-hold",
	.title = "let the poolers hold their clients while %s serves nobody",
	.effect = "every PAUSE is answered: no transaction is open behind them",
	.build = hold_build,
	.needed = pooler_is_there,
	.probe = hold_probe,
	.on_interrupt = INTERRUPT_REDO,
	.patience_ms = 1,
	.tries = 100000,
	.insists = true,
	.varies = true,
};
