/* Statements of a session, one after another, as ttIsql runs them. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/simulation/sim.h"

static void
error(struct run *r, int number, const char *text)
{
	buf_addf(&r->out, "%5d: %s\nThe command failed.\n", number, text);
}

static int
member_named(const struct sim *s, const char *statement)
{
	for (int m = 0; m < s->w.members; m++) {
		char word[80];

		str_printf(word, sizeof(word), "'%s'", s->site.members[m].name);
		if (str_find_nocase(statement, word) != NULL)
			return m;
	}
	return -1;
}

static void
print_bookmark(struct run *r, const struct base *b)
{
	buf_addf(&r->out, "< %lld, %lld, %lld, %lld, %lld, %lld >\n1 row found.\n",
	    (long long)(b->log / LOG_FILE), (long long)(b->log % LOG_FILE),
	    (long long)(b->log / LOG_FILE), (long long)(b->log % LOG_FILE),
	    (long long)(b->log / LOG_FILE), 0LL);
}

static void
set_active(struct sim *s, struct run *r, struct base *b)
{
	if (b->role == ROLE_ACTIVE)
		return;
	if (b->role != ROLE_STANDBY &&
	    !(b->role == ROLE_IDLE && (!b->started || b->was_active))) {
		error(r, 8141, "Local data store is not eligible for ACTIVE");
		return;
	}
	b->role_next = ROLE_ACTIVE;
	b->role_next_at = s->now_ms + rng_between(&s->rng, 0, s->w.role_late_ms);
}

static void
deactivate(struct sim *s, struct run *r, struct base *b)
{
	if (b->role == ROLE_STANDBY || b->role == ROLE_RECOVERING) {
		error(r, 8145, "Local data store is not in ACTIVE state");
		return;
	}
	if (s->w.deactivate_needs_no_agent && b->agent != AGENT_OFF) {
		error(r, 8150, "Not allowed while the replication agent is running");
		return;
	}
	if (b->role != ROLE_ACTIVE)
		return;
	if (s->w.fence_moves_log)
		b->log += 64;
	base_become(s, r->member, b, ROLE_IDLE);
}

static void
save_failed(struct sim *s, struct run *r, struct base *b, const char *statement)
{
	int peer = member_named(s, statement);

	if (b->role != ROLE_ACTIVE) {
		error(r, 8145, "Local data store is not in ACTIVE state");
		return;
	}
	if (peer < 0) {
		error(r, 8191, "This store is not involved in a replication scheme");
		return;
	}
	b->failed[peer] = true;
	b->clear_at[peer] = NEVER;
	b->keeps[peer] = b->keeps[peer] && s->w.failed_keeps_log;
}

static void
insert_marker(struct sim *s, struct run *r, struct base *b, const char *statement)
{
	const char *from = strchr(statement, '\''), *to;
	char tag[64];

	to = from != NULL ? strchr(from + 1, '\'') : NULL;
	if (to == NULL)
		return;
	if (b->role != ROLE_ACTIVE) {
		error(r, 8151, "Replication role disallows the requested operation");
		return;
	}
	str_printf(tag, sizeof(tag), "%.*s", (int)(to - from - 1), from + 1);
	world_marker_add(s, r->member, b, tag);
	buf_adds(&r->out, "1 row inserted.\n");
}

/* True: it goes on waiting. */
static bool
wait(struct sim *s, struct run *r, struct base *b, const char *statement)
{
	int peer = member_named(s, statement);
	bool over;

	if (r->wait_until == 0) {
		r->wait_until = s->now_ms + strtoll(strrchr(statement, ',') + 1, NULL, 10) * 1000;
		r->wait_target = b->total;
	}
	over = peer < 0 || world_wait_is_over(s, r->member, b, peer, r->wait_target);
	if (!over && s->now_ms < r->wait_until) {
		r->act_at = s->now_ms + rng_between(&s->rng, 1, 8);
		return true;
	}
	r->wait_until = 0;
	buf_addf(&r->out, "< %s >\n1 row found.\n", over ? "00" : "01");
	return false;
}

/* `select 'c-OPS.T' from dual`, and behind it the count of the one table. */
static void
print_count(struct run *r, const struct base *b, const char *statement)
{
	const char *from = strchr(statement, '\'');

	if (from != NULL)
		buf_addf(&r->out, "< %.*s >\n1 row found.\n", (int)strcspn(from + 1, "'"), from + 1);
	else
		buf_addf(&r->out, "< %lld >\n1 row found.\n", (long long)b->total);
}

static bool
run_statement(struct sim *s, struct run *r, struct base *b, const char *statement)
{
	bool changes = str_starts(statement, "call ttRepS") || /* StateSet, StateSave, Stop */
	    str_starts(statement, "call ttRepDeactivate") || str_starts(statement, "insert");

	if (str_starts(statement, "call ttRepSubscriberWait"))
		return wait(s, r, b, statement);
	if (changes && r->lie == LIE_DONE)
		return false;
	if (changes && r->lie == LIE_FAILS)
		error(r, 9999, "A subdaemon exited unexpectedly");
	else if (str_starts(statement, "call ttRepStateSet"))
		set_active(s, r, b);
	else if (str_starts(statement, "call ttRepStateSave"))
		save_failed(s, r, b, statement);
	else if (str_starts(statement, "call ttRepDeactivate"))
		deactivate(s, r, b);
	else if (str_starts(statement, "call ttRepStop"))
		base_agent_stop(s, b);
	else if (str_starts(statement, "call ttBookmark"))
		print_bookmark(r, b);
	else if (str_starts(statement, "select"))
		print_count(r, b, statement);
	else if (str_starts(statement, "insert"))
		insert_marker(s, r, b, statement);
	if (changes && r->lie == LIE_REFUSED)
		error(r, 9999, "A subdaemon exited unexpectedly");
	return false;
}

static void
session_end(struct sim *s, enum ending ending)
{
	struct run *r = s->run;

	r->running = false;
	r->ending = ending;
	r->status = 0;
	r->end_at = s->now_ms;
}

/* Connecting loads a database whose policy allows it. */
static bool
connects(struct sim *s, const struct run *r, struct base *b)
{
	struct machine *k = &s->w.machine[r->member];

	if (!k->reachable || !k->up[r->inst] || !b->exists || !b->whole ||
	    (!b->loaded && b->ram == POLICY_MANUAL))
		return false;
	base_load(s, r->member, b);
	k->session = true;
	b->unload_at = NEVER;
	return true;
}

/* One statement; the connection may be gone before it. */
void
session_step(struct sim *s)
{
	struct run *r = s->run;
	struct base *b = &s->w.base[r->member][r->inst];
	char statement[400];
	size_t len = strcspn(r->next, "\n");

	if (!connects(s, r, b) || r->lie == LIE_LOST_NOT || r->lie == LIE_HALF) {
		session_end(s, ENDING_FAILED);
		return;
	}
	if (len == 0) {
		session_end(s, r->lie == LIE_LOST ? ENDING_FAILED : ENDING_EXITED);
		return;
	}
	str_printf(statement, sizeof(statement), "%.*s", (int)len, r->next);
	if (run_statement(s, r, b, statement))
		return;
	r->next += len + 1;
	r->act_at = s->now_ms + rng_between(&s->rng, 0, 4);
}
