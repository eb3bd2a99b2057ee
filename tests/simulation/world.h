/*
 * The truth of one simulated pair: databases, agents, logs, applications. Nothing changes
 * except when time is advanced or a tool acts; between two events rates are constant, so
 * that any span of time is one computation.
 *
 * A row is a commit. Commits are numbered within the tenure of an active database (an
 * epoch); what a database holds is, for each epoch, how many of its commits: replication
 * keeps their order, so that this is always a beginning of it. A commit that was made where
 * nobody got it from is seen as a number that no other database reaches.
 */
#ifndef UD_TESTS_SIMULATION_WORLD_H
#define UD_TESTS_SIMULATION_WORLD_H

#include "common/str.h"
#include "daemon/model/role.h"
#include "tests/simulation/rng.h"
#include "tests/simulation/site.h"

#define NEVER	   INT64_MAX
#define EPOCHS	   48
#define HISTORY	   12 /* remembered lengths of a log */
#define MARKERS	   8
#define LOG_FILE   1048576
#define COMMIT_LOG 200 /* bytes of log for a commit */

struct sim;

enum agent { AGENT_OFF, AGENT_STARTING, AGENT_ON, AGENT_STOPPING };
enum policy { POLICY_MANUAL, POLICY_ALWAYS, POLICY_INUSE };

/* One member's database in one installation. */
struct base {
	bool exists;
	bool whole; /* false: half filled by a restore or a copy that died */
	bool loaded;
	enum role role;	      /* what the database acts on, and tells */
	enum role role_next;  /* ROLE_UNKNOWN: nothing is coming */
	int64_t role_next_at;
	bool started;	 /* its agent ran since it was made */
	bool was_active; /* before it was deactivated or unloaded */
	bool followed;	 /* was STANDBY or a fed subscriber in its life */
	enum agent agent;
	int64_t agent_at; /* STARTING, STOPPING: when it is done */
	enum policy ram, rep;
	bool held_in_memory;	/* manual policy, loaded by hand or by a tool */
	int64_t unload_at;	/* policy inUse: nobody is connected */
	int64_t catch_up_until; /* RECOVERING at least so long */
	int64_t stale_at;	/* RECOVERING without the log it needs: FAILED then */
	int64_t have[EPOCHS];
	int64_t total;
	int epoch; /* of its own commits, while active */
	int64_t log; /* bytes written */
	/* As an active: what it keeps of its peers. */
	bool failed[SITE_MEMBERS];
	int64_t clear_at[SITE_MEMBERS]; /* a live standby clears its mark */
	bool keeps[SITE_MEMBERS];	/* the log that this member needs */
	struct { int64_t at, total; } then[HISTORY];
	int then_count;
};

struct machine {
	bool reachable;	   /* from the supervisor */
	int64_t back_at;   /* and when again */
	bool cut;	   /* from the other machines */
	int64_t joined_at;
	bool up[INSTS]; /* main daemons */
	bool present[INSTS]; /* the tools are of their release */
	bool patched;	     /* the old one was replaced in its place */
	bool session;	/* the supervisor's session to the database */
	int64_t reader_until; /* somebody reads here, and so keeps it loaded */
	/* The watcher of the site brings back what died. */
	int64_t watch_at; /* 0: nothing */
	int watch_inst;
	bool watch_agent, watch_load;
};

/* On the host of a master, where it was fenced. */
struct guard {
	bool armed, committed, given_up, taken_over;
	int inst;
	bool has_login; /* to the other master, */
	int other_inst; /* of which it makes this database active */
	int64_t until; /* the end of its lease; 0: not begun */
	int64_t next_at;
};

struct export_file {
	bool exists, whole;
	int64_t have[EPOCHS];
	int64_t total;
};

struct marker {
	char tag[64];
	int epoch;
	int64_t number;
};

struct world {
	struct base base[SITE_MEMBERS][INSTS];
	struct machine machine[SITE_MEMBERS];
	struct export_file file[SITE_MEMBERS];
	struct guard guard[SITE_MEMBERS];
	struct marker markers[MARKERS];
	int marker_count;
	int members;
	int epochs;
	int64_t acked[EPOCHS];	/* commits that applications got an answer for */
	int writer;		/* member of the epoch's active */
	/* Applications. */
	bool paused;
	int64_t paused_at;
	int paused_writer;	/* member that was the epoch's active then */
	int where;		/* member that they write to */
	int64_t rate;		/* commits a second */
	int64_t rogue_rate;	/* of one that does not obey the pause */
	int64_t carry;
	/* How this TimesTen behaves where nobody documents it. */
	int64_t lag_ms, speed;	/* of replication; commits a ms when catching up */
	int64_t ack_ms;		/* and how much later the sender knows */
	int64_t quiet_until;	/* no acknowledgement before (a quiet pair) */
	bool failed_keeps_log, idle_transmits, fence_moves_log, wait_lies;
	bool deactivate_needs_no_agent;
	int64_t agent_stop_ms;	/* longest; NEVER: until somebody helps */
	int64_t agent_start_ms;
	int64_t role_late_ms;	/* longest time until a new role is seen */
	int64_t recover_ms;
	int schema; /* version of the definitions */
};

void world_init(struct sim *s);

/* Time passes: commits, flow, and everything that is due until then. */
void world_advance(struct sim *s, int64_t to_ms);
int64_t world_next(const struct sim *s); /* the next change that is due; NEVER */

/* ---- questions, answered with the truth ---- */

/* The member's live database: the loaded one, or the only one; NULL none or both. */
struct base *world_home(struct world *w, int member, int *ret_inst);
bool base_is_writable(const struct sim *s, int member, int inst);
/* The member whose database accepts writes, -1 none; *ret_count: how many there are. */
int world_writable(const struct sim *s, int *ret_inst, int *ret_count);
bool base_covers(const struct world *w, const struct base *b, const int64_t *have);
/* Commits of the active that its peer is known to have. */
int64_t world_acknowledged(struct sim *s, int member, const struct base *b, int peer);
bool world_wait_is_over(struct sim *s, int member, const struct base *b, int peer,
    int64_t target);
const char *world_marker(const struct world *w, const struct base *b);
bool machines_see(const struct world *w, int a, int b);

/* ---- acts ---- */

void base_load(struct sim *s, int member, struct base *b);
void base_unload(struct base *b);
void base_become(struct sim *s, int member, struct base *b, enum role role);
void base_commit(struct sim *s, int member, struct base *b, int64_t n);
void base_remember(struct sim *s, struct base *b); /* the length of its log, now */
void base_agent_stop(struct sim *s, struct base *b);
void base_copy_rows(struct base *to, const int64_t *have);
void world_marker_add(struct sim *s, int member, struct base *b, const char *tag);
void world_daemon_down(struct sim *s, int member, int inst);
void world_in_use(struct sim *s, int member, struct base *b); /* policy inUse: look again */

#endif
