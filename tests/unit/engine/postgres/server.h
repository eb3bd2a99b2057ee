/* A server of PostgreSQL for one test program, in a temporary folder, and a pooler for it. */
#ifndef UD_TESTS_UNIT_ENGINE_POSTGRES_SERVER_H
#define UD_TESTS_UNIT_ENGINE_POSTGRES_SERVER_H

#include <stdbool.h>
#include <sys/types.h>

/* Makes and starts it: local connections are trusted, those over TCP (127.0.0.1, port
 * server_port) want the password "sesame" of user "boss". False: none is installed, or it
 * cannot be run here; why is printed. */
bool server_up(void);
void server_down(void); /* and everything in the folder is gone */

extern char server_folder[64]; /* of its socket, too */
extern char server_bin[64];
extern int server_port;

void server_stop(void); /* immediately */
void server_start(void);
pid_t server_pid(void); /* of the postmaster */

/* Stops the postmaster by a signal, and lets it go on. Both return when it is so. */
void server_freeze(void);
void server_thaw(void);

/* The console of a pooler at this port of 127.0.0.1, for user "boss" without a password.
 * False: none is installed. */
bool server_pooler_up(int *ret_port);

struct pg_pair;
struct session;

/* The stage of tests/unit/runner, a pair whose member A is this server, and a session to it. */
struct session *server_session(struct pg_pair *ret);
void server_session_done(struct pg_pair *w, struct session *s);

/* Runs a program of the server's owner, waits for it, and returns its exit status. */
int server_run(const char *const *argv);

#endif
