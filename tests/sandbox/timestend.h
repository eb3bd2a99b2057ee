/*
 * The main daemon of an instance: one process, one loop. It is the authority for what is
 * loaded, who is connected, which agents run and which policies hold. Utilities and
 * applications ask it over info/timestend.sock; a connection to a database lives as long as
 * the socket on which it was asked for.
 */
#ifndef SANDBOX_TIMESTEND_H
#define SANDBOX_TIMESTEND_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "tests/sandbox/refuse.h"
#include "tests/sandbox/wire.h"
#include "tests/sandbox/world.h"

enum agent_state { AGENT_STOPPED, AGENT_STARTING, AGENT_RUNNING, AGENT_STOPPING };

/* One database of the catalogue. */
struct entry {
	TAILQ_ENTRY(entry) link;
	char path[PATH_MAX];
	const char *name; /* in path */
	bool loaded, open, invalid;
	char ram_policy[16], rep_policy[16], cache_policy[16];
	int ram_grace_s;
	bool ram_wanted, rep_wanted,
	    cache_wanted; /* "manually loaded", "manually started" */
	bool cache_running;
	pid_t cache_pid;
	char cache_uid[64];
	pid_t agent_pid;
	enum agent_state agent;
	int64_t agent_again_ms; /* restart after a crash; 0 is never */
	int64_t ready_ms;       /* load or recovery lasts until then */
	int64_t unload_ms;      /* grace ends; 0 when somebody is connected */
	bool recovering;
	char busy[16]; /* "destroy", "duplicate": another utility holds it */
};
TAILQ_HEAD(entries, entry);

/* One socket; a connection to a database when entry is set. */
struct client {
	TAILQ_ENTRY(client) link;
	struct wire wire;
	struct entry *entry;  /* connected to */
	struct entry *holder; /* keeps this one busy */
	char kind[16];        /* application, utility, replication, cacheagent */
	char name[64];
	pid_t pid;
	int id;
	bool leaving; /* asked to disconnect */
	bool
	    may_be_forced; /* its DSN said ForceDisconnectEnabled=1 when it connected */
};
TAILQ_HEAD(clients, client);

struct daemon {
	struct world *w;
	int listener;
	struct entries entries;
	struct clients clients;
	int next_id;
	bool stopping;
};

/* timestend_entry.c: the catalogue, loading and unloading */
bool ram_by_hand(const char *policy); /* manual, enduring: ttAdmin loads and unloads */
struct entry *entry_find(struct daemon *d, const char *path, bool make);
void entry_save_all(const struct daemon *d);
void entry_load_all(struct daemon *d);
int entry_connections(const struct daemon *d, const struct entry *e, const char *kind);
int entry_load(struct daemon *d, struct entry *e, struct sim_error *err);
void entry_unload(struct daemon *d, struct entry *e, const char *why);
void entry_invalidate(struct daemon *d, struct entry *e, const char *why);
void entry_check_unload(struct daemon *d, struct entry *e);
void client_drop(struct daemon *d, struct client *c);

/* timestend_agent.c: the replication agents */
const char *agent_state_name(enum agent_state state);
int agent_start(struct daemon *d, struct entry *e, struct sim_error *err);
int agent_stop(struct daemon *d, struct entry *e, struct sim_error *err);
void agent_reap(struct daemon *d);
void agent_kill(struct daemon *d, struct entry *e);
void agent_tick(struct daemon *d, struct entry *e);
int agent_spawn(struct daemon *d, struct entry *e);
void cache_agent_run(struct daemon *d, struct entry *e);
void cache_agent_end(struct entry *e);

/* timestend_answer.c: one request, one answer (never NULL) */
json_t *answer_request(struct daemon *d, struct client *c, json_t *request);

int timestend_main(struct world *w, int argc, char **argv);

#endif
