/* A host and its server as rows tell them: what the shell, the server and the tools answer to the
 * questions of a look. The answers are those of servers that were asked once. */
#ifndef UD_TESTS_UNIT_ENGINE_POSTGRES_PG_SITE_H
#define UD_TESTS_UNIT_ENGINE_POSTGRES_PG_SITE_H

#include "daemon/model/engine.h"

#define NONE6 "\\N\t\\N\t\\N\t\\N\t\\N\t\\N"

#define PRIMARY                                                                           \
	"role\t150018\t7713021954645129753\t3\tfalse\t16/B374D848\t16/B374D000\t\\N\t\\N" \
	"\t\\N\tfalse\t1795827869350\tnone\t\\N\t\\N\t/var/lib/postgresql/15/a\t0\n"
#define GATED                                                                             \
	"role\t170011\t7713021954645129753\t3\tfalse\t16/B374D848\t16/B374D000\t\\N\t\\N" \
	"\t\\N\ttrue\t1795827869350\tnone\t\\N\t\\N\t/var/lib/postgresql/17/a\t"
#define REPLICA_HEAD                                                        \
	"role\t150018\t7713021954645129753\t3\ttrue\t\\N\t\\N\t16/B374D848" \
	"\t16/B374D800\tfalse\tfalse\t1795827872507\t"
#define REPLICA      \
	REPLICA_HEAD \
	"streaming\t10.0.0.12:5433\tupgraded_a\t/var/lib/postgresql/15/a\t0\n"
#define CUT_OFF REPLICA_HEAD "none\t\\N\t\\N\t/var/lib/postgresql/15/a\t0\n"
#define HIDDEN  REPLICA_HEAD "\\N\t\\N\t\\N\t\\N\t0\n"

#define REFUSED                                                                         \
	"connection to server at \"10.0.0.11\", port 5433 failed: Connection refused\n" \
	"\tIs the server running on that host and accepting TCP/IP connections?\n"
#define STARTING                                                                         \
	"connection to server at \"10.0.0.11\", port 5433 failed: FATAL:  the database " \
	"system is starting up\n"
#define WRONG_PASSWORD                                                               \
	"connection to server at \"10.0.0.11\", port 5433 failed: FATAL:  password " \
	"authentication failed for user \"upgraded\"\n"                              \
	"password retrieved from file \"/etc/upgraded/pgpass\"\n"

/* A place of the shell. */
#define RUNS(frozen, foreign, private, recovering)                                 \
	"up=t\npid=4711\nprivate=" private "\nrecovering=" recovering              \
					   "\nfrozen=" frozen "\nforeign=" foreign \
					   "\n"
#define STOPPED "up=f\n"
#define ABSENT  STOPPED "exists=f\n"
#define MORE \
	"exists=t\nmajor=15\nstate=in production\ncheckpoint=16/B3000028\ntimeline=3\nsysid=7\n"
#define AT(n, what) "place=" #n "\n" what

#define PG_ALL (LOOK_RELEASE | LOOK_INSTANCE | LOOK_ROLE | LOOK_PEERS)

/* What is answered. Its owner changes it between looks. */
struct pg_site {
	const char *session; /* NULL: it hangs */
	bool lost;           /* what the session says is why it has no connection */
	const char *shell;   /* NULL: the host is away */
	bool hung_up;        /* its connection is lost; a new one can be made */
	int asked_session, asked_shell;
};

/* The answer to a question, to be freed by outcome_done(). */
void pg_site_play(struct pg_site *s, const struct question *q, struct outcome *ret);

/* One look at the member. Returns the aspects that were seen, as the observer counts them. */
unsigned pg_site_look(struct pg_site *s, const struct member *m, unsigned looks,
    bool sessions, struct observation *draft);

#endif
