/* What a turn decided is put in the journal, in one transaction for all pairs of it. */
#include "config.h"

#include <string.h>

#include "common/clock.h"
#include "daemon/conductor/internal.h"

#define KEEP_UPGRADING_MS 15000
#define KEEP_IDLE_MS      900000

static bool
has_decided(const struct change *ch)
{
	return ch->u != NULL &&
	    (ch->d.changed || hands_ended(ch->w) || ch->doing_count > 0 ||
		!TAILQ_EMPTY(&ch->answered));
}

bool
change_keeps_seen(const struct change *ch)
{
	const struct work *w = ch->w;

	return has_decided(ch) || ch->u == NULL || ch->u->pause_started_ms == 0 ||
	    (w->unkept_ms != 0 && ch->now_ms >= w->unkept_ms + UNKEPT_MS);
}

static int
record_events(struct journal *j, struct change *ch, struct ud_error *err)
{
	const char *pair = ch->w->pair->name;

	for (int i = 0; i < ch->d.event_count; i++) {
		const struct decision_event *e = &ch->d.events[i];

		if (journal_put_event(j, pair, ch->u->id, e->kind, e->step, NULL,
			e->text, NULL, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int
record_approvals(struct journal *j, struct change *ch, struct ud_error *err)
{
	struct request *r;
	char text[400];

	TAILQ_FOREACH(r, &ch->answered, entry) {
		if (r->failed || ch->u == NULL)
			continue;
		if (r->steer.what == STEER_ADVANCE && r->steer.upgrade != 0 &&
		    journal_put_approval(j, ch->u->id, r->gate, "", r->steer.by.who,
			r->comment, ch->u->plan_hash, err) != 0)
			return -1;
		str_printf(text, sizeof(text), "asked by %s%s%s", r->steer.by.who,
		    r->comment[0] != '\0' ? ": " : "", r->comment);
		if (journal_put_event(j, ch->w->pair->name, ch->u->id, EVENT_REQUEST,
			"", NULL, text, NULL, NULL, err) != 0)
			return -1;
	}
	return 0;
}

static int
record_end(struct journal *j, struct hand *h, struct ud_error *err)
{
	int rc;

	if (h->row.id == 0)
		return 0;
	h->row.ended_wall_ms = clock_wall_ms();
	str_copy(h->row.ending, sizeof(h->row.ending), ending_name(h->outcome.ending));
	h->row.status = h->outcome.status;
	str_copy(h->row.verdict, sizeof(h->row.verdict), verdict_name(h->verdict));
	h->row.output = h->outcome.output;
	rc = journal_end_command(j, &h->row, err);
	h->row.output = NULL;
	return rc;
}

static int
record_upgrade(struct journal *j, struct change *ch, struct ud_error *err)
{
	struct work *w = ch->w;
	bool fresh = ch->u->id == 0;

	if (ch->d.changed && journal_put_upgrade(j, ch->u, err) != 0)
		return -1;
	if (fresh && journal_put_steps(j, ch->u, ch->plan, err) != 0)
		return -1;
	for (int i = 0; i < LANES_MAX; i++)
		if (w->hands[i] != NULL && w->hands[i]->ended &&
		    record_end(j, w->hands[i], err) != 0)
			return -1;
	for (int i = 0; i < ch->doing_count; i++) {
		struct doing *d = &ch->doings[i];

		if (d->command.kind == COMMAND_NONE)
			continue;
		d->row.upgrade = ch->u->id;
		if (journal_put_command(j, &d->row, err) != 0)
			return -1;
	}
	return record_events(j, ch, err) != 0 || record_approvals(j, ch, err) != 0 ? -1
										   : 0;
}

/* News of a member, or nothing for so long that a reader would wonder. */
static bool
is_to_be_kept(const struct work *w, size_t member)
{
	int64_t keep = work_in_hand(w) ? KEEP_UPGRADING_MS : KEEP_IDLE_MS;

	return w->changed[member] || clock_wall_ms() - w->kept_wall_ms[member] >= keep;
}

static int
record_observations(struct journal *j, struct work *w, struct ud_error *err)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);

	for (size_t i = 0; i < w->pair->member_count; i++) {
		const struct member *m = &w->pair->members[i];
		char text[192];

		if (!is_to_be_kept(w, i))
			continue;
		if (journal_put_observation(j, w->pair->name, m->name, &seen[i], err) !=
		    0)
			return -1;
		member_summary(m, &seen[i], text, sizeof(text));
		if (strcmp(text, w->summary[i]) != 0 &&
		    journal_put_event(j, w->pair->name, work_in_hand(w) ? w->u->id : 0,
			EVENT_OBSERVED, NULL, m->name, text, NULL, NULL, err) != 0)
			return -1;
	}
	return 0;
}

int
turn_record(struct conductor *c, struct change *changes, size_t n, struct ud_error *err)
{
	if (journal_begin(c->journal, err) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct change *ch = &changes[i];

		if (ch->u != NULL && ch->plan != NULL)
			ch->u->id = 0; /* what a failed turn gave out is void */

		if (change_keeps_seen(ch) &&
		    record_observations(c->journal, ch->w, err) != 0)
			goto fail;
		if (has_decided(ch) && record_upgrade(c->journal, ch, err) != 0)
			goto fail;
	}
	if (journal_commit(c->journal, err) == 0)
		return 0;
fail:
	journal_rollback(c->journal);
	return -1;
}

void
seen_was_recorded(struct work *w)
{
	const struct observation *seen = observer_seen(w->c->observer, w->pair);

	for (size_t i = 0; i < w->pair->member_count; i++) {
		if (!is_to_be_kept(w, i))
			continue;
		w->kept_wall_ms[i] = clock_wall_ms();
		w->changed[i] = false;
		member_summary(&w->pair->members[i], &seen[i], w->summary[i],
		    sizeof(w->summary[i]));
	}
}
