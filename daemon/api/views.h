/*
 * The model as JSON, each type once: what doc/api.md calls pair, member, upgrade, step and
 * so on. Nothing is invented: what was not seen is null, with its age where it has one.
 */
#ifndef UD_API_VIEWS_H
#define UD_API_VIEWS_H

#include <jansson.h>

#include "daemon/conductor/conductor.h"
#include "daemon/plan/propose.h"

/* ---- views_pair.c ---- */

json_t *view_pair(struct conductor *c, const struct pair *p);
/* What needs attention: [{code, text, remedy}]. */
json_t *view_attention(struct conductor *c, const struct pair *p);
/* The one member that was seen active, or NULL: none, or more than one. */
const struct member *view_active(const struct pair *p, const struct observation *seen);

/* ---- views_upgrade.c ---- */

/* plan NULL: an upgrade that is over, or whose plan cannot be made any more. */
json_t *view_upgrade(struct conductor *c, const struct upgrade *u,
    const struct plan *plan);
/* The same by id, looked up in the conductor first and in the journal then. UD_ENOTFOUND. */
int view_upgrade_by_id(struct conductor *c, int64_t id, json_t **ret,
    int64_t *ret_revision, struct ud_error *err) UD_CHECKED;
/* {waits_for, seen, needed, trend, since, otherwise, remedy} of the walk or, from 1 on, of one
 * beside it; null when it waits for nothing. */
json_t *view_wait(struct conductor *c, const struct upgrade *u, const struct plan *plan,
    int lane);
/* Where it waits for approval: id of the gate, NULL when it does not. */
const char *view_gate_id(const struct upgrade *u, const struct plan *plan);
void view_gate_prompt(const struct upgrade *u, const struct plan *plan, char *buf,
    size_t size);

/* ---- views_plan.c ---- */

json_t *view_findings(const struct findings *f); /* f may be NULL: [] */
json_t *view_plan(const struct plan *plan, const struct observation *seen,
    const struct findings *f);
/* Object {procedure, why, procedures: [{id, title, applies, why}]}. */
json_t *view_proposal(const struct proposal *pr);
/* One that other engines have: {engine, id, reason, remedy}. */
json_t *view_refused(const struct engine *e, const struct no_counterpart *n);
json_t *view_procedure(const struct engine *e, const struct procedure *p);

/* ---- views_record.c ---- */

json_t *view_event(const struct event_row *e);
json_t *view_step_row(const struct step_row *s);
json_t *view_command_row(const struct command_row *c);
json_t *view_approval(const struct approval_row *a);

#endif
