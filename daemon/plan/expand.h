/* Procedure x pair x release -> plan, findings, and the page that people read. Pure. */
#ifndef UD_PLAN_EXPAND_H
#define UD_PLAN_EXPAND_H

#include "daemon/model/engine.h"
#include "daemon/model/past.h"
#include "daemon/model/plan.h"

struct plan_request {
	const char *procedure; /* NULL: the one that applies */
	struct release to;
	const struct settings *options; /* NULL none */
	const struct str_list *gates;   /* NULL: the pair's */
	/* For a plan that is made again from the journal: what was found out then. NULL: from
	 * the observations. */
	const struct upgrade *journaled;
	const struct past_runs *past; /* earlier upgrades of the pair, for estimates; NULL none */
};

/*
 * Makes the plan. seen: one observation per member, used to find the active, the standby,
 * the release and the installations. UD_ESTATE with the remedy when they do not tell
 * (no active seen, two actives, ...); UD_EUSAGE for unknown procedure or option;
 * UD_EBLOCKED when no procedure applies, with the reason of each.
 */
int plan_expand(const struct pair *p, const struct observation *seen,
    const struct plan_request *rq, struct plan **ret, struct ud_error *err) UD_CHECKED;

/* What a command of a planned step would be, redacted; "" for one that only waits. */
char *plan_step_command(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen);
/* The rules every plan obeys: plan/rules.c and the engine's. plan may be NULL when it
 * could not be made: then why_not says so as a blocker. */
void plan_check(const struct pair *p, const struct plan *plan,
    const struct observation *seen, int64_t now_ms, const struct ud_error *why_not,
    struct findings *ret);

/* The finding for a member that answers, but not all that was asked so long ago. */
void plan_check_answers(const struct member *m, bool blocks, int64_t asked_ms,
    struct findings *ret);

/* The finding for a pair whose databases are where options of that upgrade put them, which the
 * configuration does not say yet. */
void plan_check_place(const struct pair *p, int64_t upgrade, struct findings *ret);

/* The size of the database, KiB, by the active's observation; -1 unknown. */
int64_t plan_size_kib(const struct plan *p, const struct observation *seen);

/* Rough time of a step, ms, -1 unknown: what it took in the last upgrade of the pair, by the
 * size of the database where it depends on it; else from that size and usual rates. */
int64_t plan_estimate_ms(const struct plan *p, const struct plan_step *ps,
    const struct observation *seen);

#endif
