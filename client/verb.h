/*
 * A verb of upgradectl: its words, its help, its function. verbs.c has the table.
 */
#ifndef UD_CLIENT_VERB_H
#define UD_CLIENT_VERB_H

#include <stdbool.h>
#include <stddef.h>

#include "client/options.h"
#include "common/buf.h"
#include "common/error.h"

struct ctl;

/* Exit statuses that are no code of common/error.h. */
enum {
	EXIT_ATTENTION = 4,
	EXIT_BLOCKERS = 8,
	EXIT_ABORTED = 10,
	EXIT_AT_GATE = 11,
};

struct verb {
	const char *name;
	const char *usage;   /* "start PAIR --to RELEASE [--wait]" */
	const char *subject; /* "PAIR"; NULL: takes none */
	bool subject_needed;
	unsigned int options; /* OPT_BIT()s besides the global ones */
	unsigned int needed;  /* of them, those that must be given */
	const char *summary;  /* one line in the list of verbs */
	const char *help;     /* what else must be known; may be NULL */
	const char *examples; /* a line each, "" when there are none */
	int (*judge)(const struct options *o, struct ud_error *err); /* may be NULL */
	int (*run)(struct ctl *ctl); /* returns the exit status */
};

const struct verb *verbs_find(const char *name); /* NULL: there is none */
const char *verbs_nearest(const char *word);     /* what may have been meant, or NULL */

/* The overview, or the page of one verb. */
void verbs_help(struct buf *out, const struct view *v, const struct verb *verb);

int verb_abort(struct ctl *ctl);
int verb_advance(struct ctl *ctl);
int verb_check(struct ctl *ctl);
int verb_history(struct ctl *ctl);
int verb_log(struct ctl *ctl);
int verb_pairs(struct ctl *ctl);
int verb_pause(struct ctl *ctl);
int verb_plan(struct ctl *ctl);
int verb_procedures(struct ctl *ctl);
int verb_resume(struct ctl *ctl);
int verb_retry(struct ctl *ctl);
int verb_show(struct ctl *ctl);
int verb_start(struct ctl *ctl);
int verb_status(struct ctl *ctl);
int verb_version(struct ctl *ctl);
int verb_wait(struct ctl *ctl);
int verb_why(struct ctl *ctl);

int verb_pairs_judge(const struct options *o, struct ud_error *err);
int verb_wait_judge(const struct options *o, struct ud_error *err);
int verb_settings_judge(const struct options *o, struct ud_error *err);
int verb_advance_judge(const struct options *o, struct ud_error *err);

#endif
