/* What a person asked a plan to be: its procedure, its options, its gates. All fail with UD_EUSAGE for
 * what is not known, with the words that are. */
#ifndef UD_PLAN_ASKED_H
#define UD_PLAN_ASKED_H

#include "daemon/model/plan.h"

/*
 * Sets the procedure: the one of this id, or for NULL the one that is proposed. Values of options
 * are checked before, since where a procedure leads may depend on them. UD_EBLOCKED when none
 * applies, with the reason of each, and when the engine has no counterpart of the one that is named.
 */
int asked_procedure(struct plan *plan, const char *id, const struct observation *seen,
    struct ud_error *err) UD_CHECKED;

/* Adds what the pair's configuration says, where the procedure takes it and nobody said else. */
void asked_add_pair_options(struct plan *plan);

/* Checks all options against the procedure; sets how many go side by side. */
int asked_options(struct plan *plan, struct ud_error *err) UD_CHECKED;

/* Checks gates of a request (NULL: none): those of the configuration were checked when it was read. */
int asked_gates(const struct plan *plan, const struct str_list *gates,
    struct ud_error *err) UD_CHECKED;

#endif
