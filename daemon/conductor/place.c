/*
 * Where databases are by the options of an upgrade, in place of what is configured of members: while
 * it is planned, while it is in hand, and when it was completed, until somebody writes it into the
 * configuration.
 */
#include "config.h"

#include <stddef.h>

#include "daemon/conductor/internal.h"

/* Of the configuration of members when the upgrade was started. */
#define NOTE_MEMBERS "members"

void
place_note(const struct pair *p, struct upgrade *u)
{
	char text[PAIR_MEMBERS_TEXT];

	if (!pair_says(p, &u->options))
		return;
	settings_set(&u->notes, NOTE_MEMBERS, pair_members_text(p, text));
	u->notes_dirty = true;
}

bool
place_is_left(const struct work *w)
{
	char text[PAIR_MEMBERS_TEXT];

	return w->u != NULL && w->u->state == UPGRADE_COMPLETED &&
	    settings_is(&w->u->notes, NOTE_MEMBERS, pair_members_text(w->pair, text));
}

void
place_say(struct work *w)
{
	bool says = work_in_hand(w) || place_is_left(w);
	const struct request *r;

	pair_say(w->pair, says ? &w->u->options : NULL);
	TAILQ_FOREACH (r, &w->requests, entry)
		if (r->fresh != NULL && !work_in_hand(w))
			pair_say(w->pair, &r->fresh->options); /* it begins in the next turn */
}

void
place_check(const struct work *w, struct findings *f)
{
	if (place_is_left(w))
		plan_check_place(w->pair, w->u->id, f);
}
