/* What the files of core/ share: one turn of one upgrade. */
#ifndef UD_CORE_INTERNAL_H
#define UD_CORE_INTERNAL_H

#include "daemon/core/core.h"

struct turn {
	struct upgrade *u;
	const struct plan *p;
	const struct core_input *in;
	struct decision *d;
	bool impossible; /* the probe of the step in hand says that it cannot come true */
};

/* states.c: the one place where the state of an upgrade changes. Says why in the event. */
void state_change(struct turn *t, enum upgrade_state next, const char *why);
bool state_may_follow(enum upgrade_state from, enum upgrade_state to);

/* decide.c */
struct step_run *turn_run(struct turn *t); /* of the step in hand; never NULL */
const struct plan_step *turn_step(const struct turn *t); /* never NULL */
void turn_wake(struct turn *t, int64_t at_ms);
void turn_changed(struct turn *t, struct step_run *run); /* run may be NULL */
/* A row whose command leaves the roles as they were seen before it: it asks, or it decides. */
bool step_keeps_roles(const struct plan_step *ps);
void turn_enter(struct turn *t);                         /* the step at pos begins */
bool list_end(struct turn *t);

/* scene.c: what a step is judged by. */
struct scene turn_scene(const struct turn *t);
/* Of the last command of the step in hand; one that is nobody's when there was none. */
const struct core_hand *turn_hand(const struct turn *t);
/* Was all that it looks at seen since it began, or its command ended? Else its why says who was not. */
bool step_is_seen(struct turn *t, const struct plan_step *ps);

/* decide_step.c: the walk over one step. True: decide again in this turn. */
void step_take_end(struct turn *t, const struct core_hand *h);
bool step_walk(struct turn *t);
bool step_again(struct turn *t, int64_t after_ms, bool clean_up_first);
bool step_late(struct turn *t, int64_t limit_ms); /* true: it failed for being late */

/* step_end.c: a step is over. */
void step_leave(struct turn *t); /* on to the next one */
void step_finish(struct turn *t, enum step_state state);
/* It cannot go on by itself. In a swap that can be taken back, it is. True: decide again. */
bool step_fail(struct turn *t, enum ud_code code, const char *text, const char *remedy);
void step_attention(struct turn *t, enum ud_code code, const char *text,
    const char *remedy);
void takes_writes(struct turn *t, const struct member *m); /* P3 counts what it has */

/* decide_outcome.c: the command ended, and what it was to do is not seen. */
bool step_not_done(struct turn *t, const struct plan_step *ps);

/* lanes.c: subscribers side by side. True: several positions are walked. */
bool lanes_are_open(const struct upgrade *u);
bool lanes_begin(struct turn *t); /* when the step in hand is of a section */
void lanes_close(struct upgrade *u);
bool lanes_walk(struct turn *t);
void lanes_recover(struct turn *t); /* those that were in hand, each to be recovered */
bool lanes_any_runs(const struct upgrade *u); /* a command */
/* Is the walk not stopped by a gate, a hold or a failure? One alone goes on. */
bool lane_can_go_on(const struct upgrade *u, const struct plan *p, const struct walk *w);
bool lanes_others_go_on(const struct turn *t); /* beside the walk in hand */
/* The step of another lane that is in hand and to be done alone; NULL: none. */
const struct plan_step *lanes_other_alone(const struct turn *t);
int lanes_first(const struct upgrade *u, const struct plan *p); /* what may be in hand */
/* Up to which position the rows about a member were reached. */
int lanes_pos_of(const struct upgrade *u, const struct plan *p, const struct member *m);

/* decide_gate.c */
bool gate_stops(struct turn *t);
bool hold_stops(struct turn *t);

/* decide_pause.c: the write pause and its budget (P6). */
bool pause_is_open(const struct upgrade *u);
int64_t pause_deadline_ms(const struct upgrade *u, const struct plan *p);
bool pause_is_late(const struct turn *t);

/* Was it asked for the decision of the swap (ROW_COMMITS), and the answer is not known? */
bool pause_is_undecided(const struct upgrade *u, const struct plan *p);
void pause_performed(struct turn *t, const struct plan_step *ps);
void pause_ended(struct turn *t, const struct plan_step *ps, const struct core_hand *h);
void pause_done(struct turn *t, const struct plan_step *ps);
/* remedy: of its cause; "" or NULL: none is known. */
void backout_begin(struct turn *t, const char *why, const char *remedy);
bool backout_end(struct turn *t);

/* The swap in hand was not taken back, but came to its end: on from the row that holds it. */
bool backout_forward(struct turn *t);
bool undo_forward(struct turn *t, const struct plan_step *ps);

/* decide_abort.c: backwards to one active that serves (P5). */
bool abort_may_begin(struct turn *t);
bool abort_begin(struct turn *t);
bool undo_needed(const struct upgrade *u, const struct plan *p, const struct plan_step *ps);

/* guards.c: P1, P2, P3. False with the reason in w. */
bool guard_one_active(const struct turn *t, const struct plan_step *ps, struct why *w);
bool guard_no_loss(const struct turn *t, const struct plan_step *ps, struct why *w);
bool guard_destroy_last(const struct turn *t, const struct plan_step *ps,
    struct why *w);

/* Notes that the guards and the engines share. */
#define NOTE_PROOF \
	"proof" /* member that was seen fenced with every commit at its peer */
#define NOTE_WROTE "wrote." /* + member: it accepted writes during the upgrade */
#define NOTE_HOLD  "hold."  /* + member: lost, when the log that it needs is gone */
#define NOTE_PATH  "path."  /* + member + "." + old or new: path of its store */

#endif
