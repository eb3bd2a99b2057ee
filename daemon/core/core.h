/*
 * The decisions. Pure: a journaled upgrade, its plan, what was seen and the time go in;
 * the changed upgrade and what to do come out. No I/O, no clock, no engine.
 *
 * The caller passes a copy, journals it, puts it in place, and only then acts.
 */
#ifndef UD_CORE_CORE_H
#define UD_CORE_CORE_H

#include "daemon/model/decision.h"
#include "daemon/model/finding.h"

/* What the world knows of the last command of a step. */
struct core_hand {
	enum plan_list list;
	int pos;	/* of the step */
	bool in_flight; /* it runs now */
	bool ended;	/* it ended since the last call */
	const struct outcome *outcome; /* since it ended, also in later calls; else NULL */
	enum verdict verdict;	       /* what the engine made of that */
	const struct ud_error *said;   /* what the tool said; NULL: nothing */
};

struct core_input {
	const struct observation *seen; /* one per member, by index */
	int64_t now_ms;                 /* monotonic */
	int64_t now_wall_ms;
	struct core_hand hands[LANES_MAX]; /* at most one for a step */
	int hand_count;
};

/* Decides until something must be awaited. u is changed; d is filled from empty. */
void core_decide(struct upgrade *u, const struct plan *p, const struct core_input *in,
    struct decision *d);

/* ---- what people ask for; UD_ESTATE with what is possible instead ---- */

struct core_advance {
	const char *gate;    /* NULL: the one at which it waits */
	const char *through; /* approve up to and with this gate; NULL no */
	bool all;
	const char *plan_hash; /* must be the plan's */
};
int core_advance(struct upgrade *u, const struct plan *p, const struct core_advance *a,
    int64_t now_ms, struct decision *d, struct ud_error *err) UD_CHECKED;
int core_pause(struct upgrade *u, const struct plan *p, struct decision *d,
    struct ud_error *err) UD_CHECKED;
int core_resume(struct upgrade *u, const struct plan *p, int64_t now_ms,
    struct decision *d, struct ud_error *err) UD_CHECKED;
int core_retry(struct upgrade *u, const struct plan *p, int64_t now_ms,
    struct decision *d, struct ud_error *err) UD_CHECKED;
int core_abort(struct upgrade *u, const struct plan *p, int64_t now_ms,
    struct decision *d, struct ud_error *err) UD_CHECKED;

/*
 * After a restart, before the first core_decide: what became of the step in hand.
 * found: a command was open in the journal. Sets times anew; a command that goes on stays
 * RUNNING and is attached by the caller; one that is gone is treated as its step says.
 */
void core_recover(struct upgrade *u, const struct plan *p, int64_t now_ms,
    int64_t now_wall_ms);

/* How often a member is looked at. In the write pause what nobody waits for is left alone:
 * each look takes time from the applications. */
enum look_rate {
	RATE_UPGRADING,	 /* everything, at the upgrading rate */
	RATE_PAUSE_IDLE, /* the role only, at the upgrading rate */
	RATE_SWAPPING	 /* what the step in hand waits for, at the swapping rate */
};

/* The looks that the upgrade needs of a member now (0: only the idle ones), and their rate.
 * newer_ms: they must be seen after this. */
unsigned core_looks(const struct upgrade *u, const struct plan *p,
    const struct member *m, int64_t *ret_newer_ms, enum look_rate *ret_rate);

/* May a session be open to this member now? */
bool core_sessions_allowed(const struct upgrade *u, const struct plan *p,
    const struct member *m);

/* What is left of the write pause's budget while the swap can be taken back, at least a
 * second; 0: there is no such limit now. */
int64_t core_pause_left_ms(const struct upgrade *u, const struct plan *p,
    int64_t now_ms);

/* The scene of the step in hand, for builders. */
struct scene core_scene(const struct upgrade *u, const struct plan *p,
    const struct core_input *in);

/* What abort would do from here, a line each (undo steps that would run). */
void core_abort_text(const struct upgrade *u, const struct plan *p,
    struct str_list *ret);
/* The same for a plan: when the forward step at index was the last one started. */
void core_plan_abort_text(const struct plan *p, int index, struct str_list *ret);

/* Estimate of the rest, -1 unknown. */
int64_t core_eta_ms(const struct upgrade *u, const struct plan *p, int64_t now_wall_ms);

/* Must hold of every upgrade after every turn; false with the sentence that fails. */
bool core_invariants(const struct upgrade *u, const struct plan *p, char *text,
    size_t size);

#endif
