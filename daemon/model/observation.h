/*
 * What was seen of one member, when, and what was not seen.
 *
 * An observation is made of aspects that are looked at separately, because they cost
 * differently: each has its own time. A value whose aspect was never seen, or whose look
 * failed, is unknown: it is never filled with what used to be or ought to be.
 */
#ifndef UD_MODEL_OBSERVATION_H
#define UD_MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>

#include "common/error.h"
#include "common/release.h"
#include "daemon/model/bookmark.h"
#include "daemon/model/pair.h"
#include "daemon/model/role.h"

/* Aspects, as bits. Cheap ones are answered by a session, dear ones start a process. */
enum look {
	LOOK_INSTANCE = 1 << 0, /* dear: daemons up, stores, loaded, agents, connections */
	LOOK_ROLE = 1 << 1,	/* cheap: role, bookmark, writable */
	LOOK_PEERS = 1 << 2,	/* cheap: state and log of each peer, log holds */
	LOOK_MARKER = 1 << 3,	/* cheap: the marker row */
	LOOK_RELEASE = 1 << 4,	/* dear: release of each installation */
	LOOK_POLICY = 1 << 5,	/* dear: agent and RAM policies */
	LOOK_SCHEMA = 1 << 6,	/* heavy: tables, keys, scheme, ports, sizes: into details */
	LOOK_ROWS = 1 << 7,	/* heavy: row count of each table: into details */
	LOOK_CLOCK = 1 << 8,	/* dear: clock of the host against ours: into details */
	LOOKS = 9
};
#define LOOK_CHEAP (LOOK_ROLE | LOOK_PEERS | LOOK_MARKER)
#define LOOK_BASIC (LOOK_INSTANCE | LOOK_ROLE | LOOK_PEERS)

enum agent_state { AGENT_UNKNOWN, AGENT_STOPPED, AGENT_RUNNING };

/* One installation on the member's host, and the member's database in it. */
struct installation_seen {
	enum fact daemon_up;
	struct release release; /* of the tools; not set: unknown */
	bool release_untold;	/* its tools tell it only while the main daemon runs */
	enum fact exists;	/* the store is known to this instance, or has files */
	enum fact loaded;	/* in memory */
	enum fact changing;	/* being loaded or unloaded right now */
	enum agent_state replication_agent;
	enum agent_state cache_agent;
	int connections;  /* all but the instance's own; -1 unknown */
	int applications; /* of users; ours included; -1 unknown */
	char ram_policy[16], replication_policy[16], cache_policy[16]; /* "" unknown */
	char path[256]; /* of the store; "" unknown */
};

#define PEERS_MAX 16 /* kept of each observation; more are counted only */

/* What a sender knows of one receiver. */
struct peer_seen {
	char store[NAME_MAX_BYTES];
	char host[NAME_MAX_BYTES];
	char state[12];	       /* start, pause, stop, failed; "" unknown */
	int64_t last_message_s; /* -1 unknown */
	int logs;	       /* log files held for it; -1 unknown */
	int port;	       /* 0: automatic; -1 unknown */
	struct position held;  /* the log hold kept for it; not set: none seen */
};

struct observation {
	int64_t at_ms[LOOKS]; /* monotonic; when the aspect was last seen; 0 never */
	int64_t tried_ms[LOOKS]; /* when it was last asked for, seen or not */
	int64_t at_wall_ms;	 /* wall clock of the newest look, for people */
	enum fact reachable;	 /* host and at least one instance answer */
	int home; /* installation that has the database loaded, or the only one that
		   * has it at all; -1 unknown */
	struct release running; /* what the loaded database itself says; not set: it says
				 * nothing, its tools' release counts */
	struct installation_seen inst[INSTALLATIONS_MAX];
	enum role role;
	enum fact writable; /* can an application commit here now? */
	struct bookmark bookmark;
	struct peer_seen *peers; /* peer_count of them; owned */
	int peer_count;
	enum fact peers_seen; /* NO: the database says that it has none */
	char marker[64];      /* tag of the marker row; "" none or not seen */
	int64_t lag_bytes, lag_ms; /* behind its source; -1 unknown; computed by observe/ */
	int64_t write_bytes_per_s; /* to its log, lately; -1 unknown; computed by observe/ */
	struct settings details;   /* heavy aspects: names and values of the engine. One that
				    * sets "reminder", and "reminder_remedy", wants people to
				    * see it as long as it was seen last */
	char error[192];	   /* why the last look failed; "" it did not */
};

void observation_init(struct observation *o); /* everything unknown */
void observation_done(struct observation *o);
void observation_copy(struct observation *dst, const struct observation *src);

/* Keeps the first reason why something could not be seen. */
void observation_failed(struct observation *o, const char *fmt, ...) UD_PRINTF(2, 3);

/* When this one aspect was last seen; 0 never. */
static inline int64_t
observation_at_ms(const struct observation *o, enum look look)
{
	return o->at_ms[__builtin_ctz((unsigned)look)];
}

/* When it was last asked for, seen or not. */
static inline int64_t
observation_tried_ms(const struct observation *o, enum look look)
{
	return o->tried_ms[__builtin_ctz((unsigned)look)];
}

/* True when every aspect of looks was seen at or after since_ms. */
bool observation_is_fresh(const struct observation *o, unsigned looks, int64_t since_ms);

/* Age of an aspect at now_ms, -1 when it was never seen. */
int64_t observation_age_ms(const struct observation *o, enum look look, int64_t now_ms);

/* What the pair looks like to people changed: role, reachability, agents, release,
 * loaded, peers' states. Bookmarks move all the time and do not count. */
bool observation_differs(const struct observation *a, const struct observation *b);

const struct peer_seen *observation_peer(const struct observation *o, const char *store);
struct peer_seen *observation_peer_add(struct observation *o); /* a new, unknown one */
void observation_peers_clear(struct observation *o);

/* The installation the database lives in, or NULL when that is not known. */
const struct installation_seen *observation_home(const struct observation *o);

/* The release that serves: the one that the database says, else that of its tools. New
 * tools under an old server are half an upgrade. Not set: unknown. */
struct release observation_release(const struct observation *o);

#endif
