/* What must hold of every upgrade after every turn. */
#include "config.h"

#include "daemon/core/internal.h"

static bool
breaks(char *text, size_t size, const char *what)
{
	str_copy(text, size, what);
	return false;
}

bool
core_invariants(const struct upgrade *u, const struct plan *p, char *text, size_t size)
{
	const struct step_run *run;
	bool paused = pause_is_open(u);

	if (u->walk.pos < 0 || u->walk.pos > p->lists[u->list].count)
		return breaks(text, size, "the position is outside of its list");
	run = u->walk.pos < u->run_count[u->list] ? &u->runs[u->list][u->walk.pos] : NULL;
	if (paused && upgrade_is_over(u))
		return breaks(text, size, "it is over with the write pause open");
	/* A site without a resume hook resumes by hand: that gate is asked in the pause. */
	if (paused && u->list == LIST_FORWARD && !u->swap_held &&
	    (u->state == UPGRADE_GATED || u->state == UPGRADE_PAUSED))
		return breaks(text, size,
		    "it waits for a person with the write pause open");
	if (u->state == UPGRADE_COMPLETED &&
	    (u->list != LIST_FORWARD || u->walk.pos != p->lists[LIST_FORWARD].count))
		return breaks(text, size, "completed, but steps are left");
	if (u->state == UPGRADE_ABORTED && u->past_return)
		return breaks(text, size, "aborted past the point of no return");
	if (u->past_return && u->list != LIST_FORWARD)
		return breaks(text, size, "goes backwards past the point of no return");
	if (u->state == UPGRADE_ATTENTION && u->error.code == UD_OK)
		return breaks(text, size, "needs attention without saying why");
	if (u->swap_held && !paused)
		return breaks(text, size, "the swap is held without a pause");
	if (run != NULL && run->state == STEP_RUNNING && u->state != UPGRADE_RUNNING &&
	    u->state != UPGRADE_ABORTING)
		return breaks(text, size, "a command runs while nothing should");
	return true;
}
