/*
 * The contract of an engine: everything the house knows about a kind of database.
 *
 * An engine is tables and pure functions. It says what to ask a member and reads the
 * answers; who runs the questions, when and over which connection is not its business.
 */
#ifndef UD_MODEL_ENGINE_H
#define UD_MODEL_ENGINE_H

#include "daemon/model/command.h"
#include "daemon/model/config_key.h"
#include "daemon/model/finding.h"
#include "daemon/model/observation.h"
#include "daemon/model/procedure.h"

/* How a long-lived session of line-based tools is spoken to (TimesTen: ttIsql). */
struct dialect {
	/* argv and environment that open a session to the member's database. */
	void (*open)(const struct member *m, int installation, struct str_list *argv,
	    struct str_list *env);

	/* Text to write for these statements, with something at its end that makes the tool
	 * print the nonce. New string. */
	char *(*wrap)(const char *statements, const char *nonce);

	/* The end of the answer in what was printed so far: sets *ret_len to the length of
	 * the answer before the nonce's line and returns the start of the rest; NULL: not
	 * there yet. */
	const char *(*end)(const char *text, const char *nonce, size_t *ret_len);

	/* Text that makes the tool leave: "exit;\n". */
	const char *leave;
};

/* One question of an observation. */
struct question {
	bool session;	  /* statements of a session, else argv as a short-lived process */
	int installation; /* whose tools, or whose session */
	struct str_list argv, env;
	char *statements;
	unsigned looks;	 /* aspects that its answer serves */
	int tag;	 /* the engine's own mark */
	int64_t limit_ms;
};
void question_done(struct question *q);

struct engine {
	const char *name;  /* "timesten": the section of hosts and the value of `engine` */
	const char *title; /* "TimesTen Classic" */

	/* Keys beyond those every engine has, each table ended by a NULL name. */
	const struct config_key *installation_keys;
	const struct config_key *member_keys;
	const struct config_key *pair_keys;

	const struct procedure *const *procedures; /* NULL-ended, best first */
	const struct dialect *dialect;

	/* Checks keys against each other when the configuration is loaded. */
	int (*validate)(const struct pair *p, struct ud_error *err);

	/*
	 * The next question to answer `looks` of a member, given what this round has seen so
	 * far; false when there is none. round counts questions from 0. sessions: false while
	 * no session may be opened to this member (then nothing that would load it is asked).
	 */
	bool (*ask)(const struct member *m, unsigned looks, const struct observation *draft,
	    int round, bool sessions, struct question *ret);

	/* Reads an answer into the draft: sets values, never the times. Aspects that could
	 * not be read are taken out of *seen (which starts as q->looks), and draft->error
	 * says why. */
	void (*answer)(const struct member *m, const struct question *q,
	    const struct outcome *o, struct observation *draft, unsigned *seen);

	/* What a command's end means. err: what the tool said, for people. */
	enum verdict (*judge)(const struct command *c, const struct outcome *o,
	    struct ud_error *err);

	/* The engine's findings for this pair, plan and observations, added to f. */
	void (*check)(const struct plan *plan, const struct observation *seen,
	    struct findings *f);

	/* Looks that check wants of every member. */
	unsigned check_looks;

	bool (*same_major)(const struct release *a, const struct release *b);
	int (*release_parse)(const char *text, struct release *ret, struct ud_error *err);
};

#endif
