/* What the files that read answers share; observe.h is the contract. */
#ifndef UD_ENGINE_POSTGRES_OBSERVE_PARTS_H
#define UD_ENGINE_POSTGRES_OBSERVE_PARTS_H

#include "common/buf.h"
#include "daemon/engine/postgres/sql/rows.h"
#include "daemon/model/engine.h"

#define PG_DETAIL_BYTES 48

/* Sets a detail, or removes it when value is NULL. One that is the same costs nothing. */
void pg_detail_put(struct observation *draft, const char *key, const char *value);
void pg_detail_putf(struct observation *draft, const char *key, const char *fmt, ...)
    UD_PRINTF(3, 4);
bool pg_detail_is(const struct observation *draft, const char *key, const char *value);

/* Removes every detail whose name begins so. */
void pg_details_clear(struct observation *draft, const char *prefix);

/* "pg.I.name": a detail of an installation; absent: NULL. */
const char *pg_place_detail(const struct observation *draft, int installation,
    const char *name);
void pg_place_put(struct observation *draft, int installation, const char *name,
    const char *value);

int pg_look_installations(const struct member *m); /* at most INSTALLATIONS_MAX */

/* The first installation with the same data directory: the one that is asked about. */
int pg_look_place(const struct member *m, int installation);

/* The installation whose conninfo reaches the server that answers, as far as is known. */
int pg_look_session(const struct member *m, const struct observation *draft);

/* ---- observe_instance.c: the tools and the shell ---- */

void answer_release(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);

/* Statements for the shell: all that it can tell, or what decides about ROLE only. */
char *instance_statements(const struct member *m, bool all);

/* False: the shell did not answer; what it had told before is forgotten. */
bool instance_read(const struct member *m, const struct outcome *o, bool all,
    struct observation *draft);

/* Is there a server that may answer a session, as far as the shell's last word goes? YES,
 * too, when it never said a word. */
bool instance_serves(const struct member *m, const struct observation *draft);

/* Draws what follows: home, and the facts of each installation. */
void instance_settle(const struct member *m, struct observation *draft);

/* Role and writable from the shell's word alone. False: they do not follow from it. */
bool instance_role(const struct member *m, struct observation *draft);

/* ---- observe_state.c: the server ---- */

/* Statements for the cheap looks among these. prepared: this session has the question. */
char *state_statements(const struct member *m, unsigned looks, bool prepared);

enum state_answer {
	STATE_READ,
	STATE_NOT_PREPARED, /* ask again, with prepared false */
	STATE_PREPARED,     /* ask again, with prepared true */
	STATE_TOO_OLD,      /* the release does not know the question */
	STATE_FAILED        /* the server does not answer: the shell may know why */
};
enum state_answer state_read(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);

/* What LOOK_ROLE said before is not known any more. */
void state_forget(struct observation *draft);

/* Role and writable of a server that starts, from its refusal. */
void state_starting(const struct member *m, struct observation *draft);

#endif
