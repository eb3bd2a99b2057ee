/* An upgrade mode as an ordered table of rows: a page of the manual. */
#ifndef UD_MODEL_PROCEDURE_H
#define UD_MODEL_PROCEDURE_H

#include <stdbool.h>

#include "daemon/model/finding.h"
#include "daemon/model/step.h"

struct procedure {
	const char *id;	    /* "asp-major" */
	const char *title;
	const char *source; /* manual, chapter, section */
	const char *needs;  /* one sentence each, for `upgradectl procedures` */
	const char *costs;
	const char *forbids;
	const char *topology; /* of pairs that it serves */
	const struct row *forward;
	const struct row *undo;		/* abort */
	const struct row *backout;	/* the swap of the forward table taken back */
	const struct row *undo_backout; /* the swap of the undo table taken back */
	const char *const *options;	/* what --option accepts, NULL-ended: "name", or
					 * "name=yes|no" where only these values are */
	bool same_release; /* also to the release that runs, when it is asked for by name */
	bool makes_standby; /* the standby is a place on a host, with no server yet */
	bool offline; /* nobody serves while the active is worked on; what is made in its
		       * new place holds no commit until that is activated, which is the
		       * point of no return */

	/* Does it serve this pair and release? When not: text says why. */
	bool (*applies)(const struct pair *p, const struct release *from,
	    const struct release *to, char *text, size_t size);
};

#endif
