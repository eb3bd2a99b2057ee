/*
 * A step: how one operation is run, how its end is seen, what a restart does with it.
 * A row: where a step stands in a procedure. Steps and rows are tables of the engines.
 *
 * Everything here is pure: builders and probes get a scene and answer with values.
 */
#ifndef UD_MODEL_STEP_H
#define UD_MODEL_STEP_H

#include <stdbool.h>
#include <stdint.h>

#include "daemon/model/command.h"
#include "daemon/model/observation.h"

struct plan;
struct plan_step;
struct upgrade;

/* What the observations say of a step. */
enum probe {
	PROBE_UNKNOWN,	  /* cannot be told from what was seen: look again */
	PROBE_TO_DO,	  /* not so yet: perform it, or wait when it was performed */
	PROBE_DONE,	  /* the effect is there */
	PROBE_NOT_NEEDED, /* this pair does not need the step: it is skipped */
	PROBE_IMPOSSIBLE  /* cannot come true by waiting or repeating */
};

/* What a step waits for, in words: what `upgradectl why` prints. Probes fill seen and
 * needed, and remedy when a person is needed; a text left empty is filled by the core. */
struct why {
	char waits_for[128]; /* "master2 to become standby" */
	char seen[192];	     /* "recovering, 1.2 MB behind" */
	char needed[128];    /* "standby" */
	char remedy[256];    /* what a person can do */
};
#define SEEN_NOT_RUN "not run yet" /* of a step whose command tells it; "it runs" while it does */

void why_seen(struct why *w, const char *fmt, ...) UD_PRINTF(2, 3);
void why_saw_last_line(struct why *w,
    const char *output); /* of what a command printed */
void why_needed(struct why *w, const char *fmt, ...) UD_PRINTF(2, 3);
void why_remedy(struct why *w, const char *fmt, ...) UD_PRINTF(2, 3);

/* Everything a builder, a probe or a guard may look at. All borrowed. */
struct scene {
	const struct plan *plan;
	const struct upgrade *upgrade; /* its notes, pause, attempts; NULL while planning */
	const struct observation *seen; /* one per member of the pair, by index */
	const struct outcome *outcome; /* of the last command of this step, since it became
					* current; NULL: none ended */
	enum verdict verdict;	       /* of that outcome; OK when there is none */
	int64_t performed_ms; /* when that command was started; 0: not yet in this round */
	int64_t now_ms;
};

/* For how long from now on a guard of the pause is to wait (pause_shares), at least a moment; as
 * long as none is open, of one that begins now. */
int64_t scene_lease_ms(const struct scene *s);

enum on_interrupt {
	INTERRUPT_PROBE,    /* look: done, or to do again */
	INTERRUPT_REDO,	    /* doing it twice harms nothing: the same */
	INTERRUPT_CLEAN_UP, /* run the step's clean-up, then again */
	INTERRUPT_ASK	    /* a person decides */
};

struct step {
	const char *id;	   /* "rep-stop": one word everywhere */
	const char *title; /* with %s for the member: "stop the replication agent of %s" */
	const char *effect; /* what will be seen then: "ttStatus shows no agent" */

	/* Fills what would be run; leaves kind NONE for a step that only waits. NULL: the
	 * same. ret was initialised. */
	void (*build)(const struct scene *s, const struct plan_step *ps, struct command *ret);

	/* Does this upgrade need the step at all? Told from notes and configuration alone,
	 * before anything is looked at; when not, it is skipped. NULL: always. */
	bool (*needed)(const struct scene *s, const struct plan_step *ps);

	/* In a write pause: is its effect seen to by somebody else, while its member cannot be
	 * seen? Then the walk goes on without it, and a row behind it looks. NULL: never. */
	bool (*trusted)(const struct scene *s, const struct plan_step *ps);

	/* Of a row that takes a swap back, when what it looks at was seen: did the swap come to its
	 * end without us? Then the walk goes forward again, from the row that holds it. Of a row of
	 * an abort before its own swap: are the roles already what that would make them? Then the
	 * walk goes on with the row that closes its pause. NULL: never. */
	bool (*swapped)(const struct scene *s, const struct plan_step *ps);

	/* Judges what was seen. w was emptied. Never NULL. */
	enum probe (*probe)(const struct scene *s, const struct plan_step *ps, struct why *w);

	/* Takes from a command's output, or from observations, what later steps need: sets
	 * notes of the upgrade. Called once, when the step is done. NULL: nothing. */
	void (*learn)(const struct scene *s, const struct plan_step *ps,
	    struct settings *notes);

	/* What to run before it is tried again after a failure or an interruption, for
	 * INTERRUPT_CLEAN_UP: fills a command like build. NULL: nothing. */
	void (*clean_up)(const struct scene *s, const struct plan_step *ps,
	    struct command *ret);

	enum on_interrupt on_interrupt;
	unsigned looks;	      /* aspects of its member that the probe needs fresh */
	unsigned looks_peer;  /* aspects of the peer (plan_step) that it needs fresh */
	unsigned looks_all;   /* aspects of every other member (for destroying, finishing) */
	unsigned looks_hoped; /* aspects of every member that are waited for a while: what is
			       * not told by then stays as it was known */
	int64_t patience_ms;  /* command said OK, effect not seen: try again after this;
			       * 0: never by itself, wait until the limit */
	int tries;	      /* most attempts by itself; 0 means 3 */
	enum hook hook;	      /* of the site, that its command runs */
	bool hook_optional;   /* without the hook nobody is asked: the step is left out, or
			       * does it another way */
	bool insists;	      /* a refusal is temporary: tried again until the limit */
	bool varies;	      /* attempts of one round have different commands: after a restart
			       * the end of a later one is no evidence, and it is done again */
	bool may_cancel;      /* abort may end its command; else abort waits for it */
	bool lets_go;	      /* of a row that activates: where the server of its member is up,
			       * it was only held, and has never ceased to be the active.
			       * That it serves on is not forbidden by another that somebody
			       * made active meanwhile (P1): everybody's commits are here */
	bool keeps_roles;     /* its command only waits for something, or asks: in the pause
			       * what was seen of the others before it still holds behind it */
	bool alone; /* it uses what the pair has one of: subscribers that are worked on side by
		     * side do it one after another */
	bool cleans_files;    /* its clean-up touches no database, only files of ours: P3
			       * does not forbid it where nobody serves */
};

enum row_flag {
	ROW_OPENS_PAUSE = 1 << 0,  /* when it is performed applications stop writing */
	ROW_CLOSES_PAUSE = 1 << 1, /* when it is done they write again */
	ROW_ACTIVATES = 1 << 2,	   /* makes its member accept writes: guards P1 and P2 */
	ROW_FENCES = 1 << 3,	   /* makes its member refuse writes */
	ROW_DESTROYS = 1 << 4,	   /* destroys the database of its member: guard P3 */
	ROW_NO_RETURN = 1 << 5,	   /* once it is started, abort is refused */
	ROW_OFF_LIMITS = 1 << 6,   /* no session to its member from here on, until the next
				    * row of that member without this flag */
	ROW_HOLDS_SWAP = 1 << 7,   /* once it is performed the swap is not backed out */
	ROW_NEEDS_PROOF = 1 << 8,  /* P2: only after the peer was proved to be drained */
	ROW_MAY_FAIL = 1 << 9,	   /* late or refused: recorded, and the next row comes */
	ROW_IN_SWAP = 1 << 10,	   /* between pause and resume: never a gate of its own */
	ROW_COMMITS = 1 << 12,	   /* decides, where the lease of the swap runs, that it goes
				    * on. Until its answer is known the swap is neither taken
				    * back nor gone on with; done: it is not taken back any
				    * more; impossible: the lease was over */
	ROW_SWAP_BEGINS = 1 << 11, /* what prepares the swap: one that was taken back begins
				    * again here, for what was prepared may not hold any
				    * more when somebody says retry */
	ROW_NOT_LATER = 1 << 13	   /* of an undo table: not needed any more when a forward row
				    * behind its range was started */
};

/* Whom a row is about. Resolved when the plan is made, from observed roles. */
enum who {
	WHO_NONE,
	WHO_ACTIVE,  /* the member that was active when the upgrade was started */
	WHO_STANDBY, /* the other master */
	WHO_SUBSCRIBERS, /* the row, and its neighbours that say so, for one after another:
			  * sources before those that read from them */
	WHO_LEAVES	 /* the same the other way round: readers before their sources */
};

/* Which installation's tools a row uses. */
enum side { SIDE_NONE, SIDE_OLD, SIDE_NEW };

/* Limits of pair.h by name, or a fixed number of seconds. */
enum limit_kind {
	LIMIT_FIXED,
	LIMIT_WRITE_PAUSE,
	LIMIT_AGENT_STOP,
	LIMIT_DRAIN,
	LIMIT_MIGRATE,
	LIMIT_DUPLICATE,
	LIMIT_GAP
};

/* One line of a procedure. A table ends with a row whose number is NULL. */
struct row {
	const char *number; /* the manual's, with letters for what we add: "7", "7a" */
	const struct step *step;
	enum who who;
	enum side side;
	enum limit_kind limit;
	int limit_s;	  /* LIMIT_FIXED */
	unsigned flags;
	const char *gate; /* id of the gate before it: "before-swap"; NULL none */
	/* Rows of an undo table: needed when a forward row from..until was started;
	 * until NULL: the same as from. */
	const char *from, *until;
	/* "swap_back=yes": only part of a plan with this option, "fence!=stop": of one
	 * without it, "perm_size": of one with it, whatever its value. NULL: of every plan. */
	const char *option;
};

#endif
