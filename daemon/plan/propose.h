/*
 * Which procedure is proposed for a pair and a release, and what speaks for or against each
 * that its engine has. Pure.
 */
#ifndef UD_PLAN_PROPOSE_H
#define UD_PLAN_PROPOSE_H

#include "daemon/model/engine.h"
#include "daemon/plan/expand.h"

struct alternative {
	const struct procedure *procedure;
	bool applies; /* it leads there as well, when it is asked for by name */
	bool objected; /* but what was seen speaks against it: why says what */
	char why[256];
};

struct proposal {
	const struct procedure *best; /* NULL: nothing is proposed, and why says the reason */
	char why[320];
	struct alternative *items; /* every procedure of the engine in its order; owned */
	int count;
};

/*
 * Proposes for a pair that runs from. The best is the first that applies and that nothing in
 * what was seen (NULL: nothing was) speaks against, for an engine lists them best first; where
 * something speaks against each, the first that applies, and check says the rest. To the release that runs only those that are asked for by name
 * lead, so nothing is proposed. ret is empty before; proposal_done() frees it.
 */
void plan_propose(const struct pair *p, const struct release *from,
    const struct release *to, const struct observation *seen, struct proposal *ret);

/* The same from what was seen: fails as plan_expand() does when that does not tell who is
 * active or which release runs. */
int plan_propose_seen(const struct pair *p, const struct observation *seen,
    const struct plan_request *rq, struct proposal *ret, struct ud_error *err) UD_CHECKED;

/* What speaks against each that does not lead there, those of one reason together:
 * "asp-patch: two major releases; in-place, resize: the pair is active-standby". */
void proposal_reasons(const struct proposal *pr, struct buf *ret);

void proposal_done(struct proposal *pr);

#endif
