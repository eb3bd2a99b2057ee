/*
 * The supervisor: the real core and the real plan inside a shell that does what
 * daemon/conductor does, with a journal that is a copy and a clock that is a number.
 */
#ifndef UD_TESTS_SIMULATION_SHELL_H
#define UD_TESTS_SIMULATION_SHELL_H

#include "daemon/core/core.h"
#include "daemon/plan/expand.h"
#include "tests/simulation/site.h"
#include "tests/simulation/tools.h"

struct sim;

/* Looking at one member. */
struct look_run {
	bool under_way, sampled;
	unsigned looks;
	int64_t begun, sample_at, end_at;
	unsigned got; /* aspects that could be seen */
	struct observation draft;
	unsigned want, soon; /* asked for; asked for at once */
	int64_t interval, next_at;
	int64_t asked_ms;
	unsigned asked_looks;
};

/* The journal's command table, as far as a restart reads it. */
struct rows {
	bool open, started;
	char number[24]; /* of the last one that ended */
	enum ending ending;
	int status;
	char *output;
};

/* The last command of a step: what the conductor has of it, what the journal has, and the run in
 * the world, which goes on when the conductor is dead. */
#define GRIPS 4
struct grip {
	enum plan_list list;
	int pos; /* of the step; -1: of none yet */
	bool in_flight, listening, ended, has_outcome;
	int64_t quiet_at; /* it waits for our session to be gone; 0 no */
	struct command command;
	struct outcome outcome;
	enum verdict verdict;
	struct ud_error said;
	struct rows rows;
	struct run run;
};

struct shell {
	struct upgrade *u;     /* in place */
	struct upgrade *saved; /* as the journal has it; often the same */
	struct plan *plan;
	bool down;
	int64_t up_at;
	int64_t down_since;
	bool news;
	int64_t wake_ms;
	struct grip grips[GRIPS];
	bool forbidden[SITE_MEMBERS];
	struct look_run look[SITE_MEMBERS];
	struct observation seen[SITE_MEMBERS];
	int64_t poll_ms;
	int64_t turns;
	int64_t retry_turn_at; /* the journal was full */
};

/* shell.c */
void shell_start(struct sim *s, const struct str_list *gates);
void shell_turn(struct sim *s);
void shell_crash(struct sim *s);
int64_t shell_next(const struct sim *s);
void shell_step(struct sim *s);
void shell_done(struct sim *s);
struct core_input shell_input(struct sim *s);

/* shell_command.c */
void command_prepare(struct sim *s, const struct upgrade *u, bool clean_up,
    struct command *ret);
/* The grip for the step at this place, told to the journal; then it is started. */
struct grip *command_journal(struct sim *s, const struct upgrade *u, int pos);
void command_start(struct sim *s, struct grip *g, struct command *c);
void command_step(struct sim *s);
void command_cancel(struct sim *s, int pos);
void command_attach(struct sim *s); /* of the walk */
void command_clear(struct grip *g);
bool command_is_under_way(const struct sim *s); /* any */
bool command_has_ended(const struct sim *s);	/* one, since the last turn */
int64_t commands_next(const struct sim *s);
void commands_step(struct sim *s); /* in the world */

/* look.c */
void look_plan(struct sim *s); /* what the core wants to see now */
int64_t look_next(const struct sim *s);
void look_step(struct sim *s);
void look_forget(struct sim *s); /* a restart has seen nothing */
void look_all(struct sim *s);	 /* at once, everything: before a start */

#endif
