/*
 * Every commit of the member is at its peer.
 *
 * Two witnesses: ttRepSubscriberWait says 00 when the peer has made durable what was
 * written before the call; the marker row, committed before it, is seen applied at the
 * peer. The log position right before the wait is noted: everything up to it is at the peer,
 * what applications commit while it waits is not. The proof compares it with the position
 * after the fence; without positions the peer must acknowledge everything once more then.
 *
 * Names that the scheme does not know "succeed" at once: the marker row must arrive, or the
 * names must have been seen in the scheme or among the peers. A wait that is given up says 01 and
 * is repeated: the first acknowledgement on a quiet pair may take a minute. One that is refused is
 * repeated, too: where a transaction is open on the active, from 22.1 on, it errs at once.
 *
 * Source: TimesTen Reference, ttRepSubscriberWait; Installation guide, step 6.
 */
#include "config.h"

#include "common/str.h"
#include "daemon/engine/timesten/steps/common.h"

#define WAIT_S 1

static void
drain_build(const struct scene *s, const struct plan_step *ps, struct command *ret)
{
	int home = step_home(s, ps, ps->member);
	char store[NAME_MAX_BYTES * 2 + 3], host[NAME_MAX_BYTES * 2 + 3];

	if (s->plan->pair->marker_table != NULL)
		step_write_marker(s, ps, ps->member, ret);
	if (step_tells_positions(s, ps->member))
		tt_session(ret, ps->member, home, "call ttBookmark");
	tt_session(ret, ps->member, home,
	    "call ttRepSubscriberWait(null, null, %s, %s, %d)",
	    tt_literal(step_scheme_store(s, ps->peer), store, sizeof(store)),
	    tt_literal(step_scheme_host(s, ps->peer), host, sizeof(host)), WAIT_S);
	ret->limit_ms = 20000;
}

/* What was printed: the bookmark, in releases that tell it, then the answer of the wait, which
 * is the last row. Returns what the wait said. */
static int
read_answer(const struct outcome *o, struct bookmark *ret)
{
	const char *rest = o != NULL ? o->output : "", *last = rest, *at = rest;
	struct tt_row row;
	struct ud_error err;

	*ret = (struct bookmark){ 0 };
	if (tt_bookmark_parse(rest, ret, &err) != 0)
		*ret = (struct bookmark){ 0 };
	for (; tt_row_next(&rest, &row); at = rest)
		last = at;
	return tt_wait_parse(last);
}

/*
 * What came of the wait, also while it is asked for again: a transaction that is open on the
 * active is an application that did not pause, and whose it is can be asked for. Which number such a
 * refusal has is not documented.
 */
static void
tell_attempt(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	struct tt_error e = { .text = "" };

	if (s->outcome != NULL && !tt_sql_error(s->outcome->output, &e))
		e.text[0] = '\0';
	if (e.text[0] != '\0' && str_find_nocase(e.text, "transaction") != NULL)
		why_seen(w, "%s has a transaction open: %s", ps->member->name, e.text);
	else if (e.text[0] != '\0')
		why_seen(w, "%s", e.text);
	else if (s->upgrade != NULL && s->upgrade->walk.last_failure[0] != '\0')
		why_seen(w, "%s", s->upgrade->walk.last_failure);
	else
		why_seen(w, "not told yet");
	if (str_find_nocase(w->seen, "transaction") != NULL)
		why_remedy(w,
		    "applications are not paused: let the transactions end that are open on %s; "
		    "ttXactAdmin says whose they are",
		    ps->member->name);
}

static enum probe
drain_probe(const struct scene *s, const struct plan_step *ps, struct why *w)
{
	const struct observation *peer = step_seen(s, ps->peer);
	struct bookmark b;
	char tag[64];

	why_needed(w, "every commit acknowledged by %s", ps->peer->name);
	why_remedy(w,
	    "see that applications are paused and that replication to %s flows",
	    ps->peer->name);
	if (s->outcome == NULL || s->verdict != VERDICT_OK) {
		tell_attempt(s, ps, w);
		return PROBE_TO_DO;
	}
	if (read_answer(s->outcome, &b) != 0) {
		why_seen(w, "not acknowledged within %d s", WAIT_S);
		return PROBE_TO_DO;
	}
	if (s->plan->pair->marker_table == NULL &&
	    step_names_known(s, ps->member, ps->peer))
		return PROBE_DONE;
	if (s->plan->pair->marker_table == NULL) {
		why_seen(w, "00, which says nothing: the name of %s was seen nowhere",
		    ps->peer->name);
		why_remedy(w, "set marker_table, so that a row can be seen to arrive");
		return PROBE_IMPOSSIBLE;
	}
	step_tag(s, ps, tag, sizeof(tag));
	why_seen(w, "acknowledged, but the marker at %s is %s", ps->peer->name,
	    peer->marker[0] != '\0' ? peer->marker : "not seen");
	return str_equal(peer->marker, tag) ? PROBE_DONE : PROBE_UNKNOWN;
}

static void
drain_learn(const struct scene *s, const struct plan_step *ps, struct settings *notes)
{
	struct bookmark b;
	char text[POSITION_TEXT];

	if (read_answer(s->outcome, &b) != 0 || !b.written.set)
		return;
	note_set(notes, TT_NOTE_DRAINED, ps->member, position_text(&b.written, text));
}

const struct step tt_drain = {
	.id = "drain",
	.title = "wait until every commit of %s is at its peer",
	.effect = "ttRepSubscriberWait says 00, and the marker row is at the peer",
	.build = drain_build,
	.probe = drain_probe,
	.learn = drain_learn,
	.on_interrupt = INTERRUPT_REDO, /* waiting twice harms nothing */
	.looks_peer = LOOK_MARKER | LOOK_ROLE,
	.patience_ms = 20,
	.tries = 100000,
	.insists = true,
	.may_cancel = true,
};
