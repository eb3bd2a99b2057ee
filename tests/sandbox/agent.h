/*
 * The replication agent of one database: one process, one loop, one transmitter per peer to
 * which it sends and one receiver per peer that sends to it, over TCP.
 *
 * A conversation, sender first:
 *
 *   hello    who I am: store, host, release, lineage, role, when I became ACTIVE, incarnation
 *   welcome  the same of the receiver, and the point (epoch, gcn) up to which it has everything
 *     or refuse with a reason; the sender tries again later, for ever (R3.3, R9.5)
 *   follow   the sender's history holds that point and the log from there on is still kept
 *     or trapped (the receiver has commits the sender never saw), or gone (log not kept)
 *   batch    changes in commit order
 *   ack      point made durable by the receiver, and the points of its own subscribers
 *   standby  the receiver is in step; the sender clears its mark
 *
 * In a classic scheme points are commits of the sender in its own numbering: welcome tells
 * the last one that was received and in which numbering, follow where it begins, batch up to
 * where it goes. A numbering that the receiver does not know is stale until -reset.
 */
#ifndef SANDBOX_AGENT_H
#define SANDBOX_AGENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "tests/sandbox/session.h"
#include "tests/sandbox/wire.h"

enum phase { PHASE_DOWN, PHASE_HELLO, PHASE_FLOW, PHASE_STUCK };

/* A peer to which this database may send. */
struct transmitter {
	TAILQ_ENTRY(transmitter) link;
	int64_t id; /* in the scheme */
	char store[128], host[128];
	bool master;
	int port;
	struct wire wire;
	enum phase phase;
	int64_t next_try_ms, started_ms;
	int64_t sent, acked;
	int state;            /* as the running transmitter sees it (R3.6) */
	int64_t state_due_ms; /* when it will see the new one; 0 when there is none */
	char marked[64];      /* incarnation of the peer when the mark was set */
	char incarnation[64];
	int64_t
	    resync_ms; /* when a marked peer that never went away may come back (R4.6) */
	bool refused_noted;
	bool resets; /* the receiver is told to forget what it has of this store */
};

/* A peer that sends to this database. */
struct receiver {
	TAILQ_ENTRY(receiver) link;
	struct wire wire;
	char store[128], host[128];
	bool flowing;
	int64_t target;      /* in step when this is applied */
	int64_t earliest_ms; /* RECOVERING lasts at least until then */
	int64_t gone_ms;     /* since then without the log it needs; 0 is never */
	int64_t acked;
	int64_t ack_due_ms;
	bool owes; /* something was applied and is not acknowledged yet */
	json_t *pending; /* batches held back by the apply rate */
	int64_t numbering; /* of the sender, in a classic scheme */
};

struct agent {
	struct session c;
	int listener, port;
	char incarnation[64];
	TAILQ_HEAD(, transmitter) transmitters;
	TAILQ_HEAD(, receiver) receivers;
	int64_t stop_ms;       /* ends then; 0 while not asked to */
	int64_t standby_floor; /* log before this gcn the standby does not have */
	int64_t next_slow_ms;
	bool duplicated; /* a copy is being made: acknowledgements are slower */
};

/* agent_send.c */
void send_refresh(struct agent *a);
void send_tick(struct agent *a, struct transmitter *t);
void send_input(struct agent *a, struct transmitter *t);
void send_drop(struct agent *a, struct transmitter *t, const char *why);

json_t *send_reigns(struct agent *a);
bool send_is_kept(struct agent *a, struct transmitter *t, int64_t gcn);

/* agent_classic.c: the same between databases of a classic scheme */
void classic_answer_welcome(struct agent *a, struct transmitter *t, json_t *m);
void classic_send(struct agent *a, struct transmitter *t);
void classic_follow(struct agent *a, struct receiver *r, json_t *m);
int classic_apply(struct agent *a, struct receiver *r, json_t *m, char *why,
    size_t size_bytes);

/* agent_receive.c */
void receive_input(struct agent *a, struct receiver *r);
void receive_tick(struct agent *a, struct receiver *r);
void receive_free(struct agent *a, struct receiver *r);

/* One changed row: [gcn, epoch, table, op, old key, new row]. */
struct change {
	int64_t gcn, epoch;
	const char *table, *op, *old, *row;
};
int apply_read(json_t *record, struct change *ret);

/* Changes the row and logs it as received from that store; in a transaction. */
int apply_change(struct agent *a, const struct change *ch, const char *origin, char *why,
    size_t size_bytes);
void apply_slowly(struct agent *a, size_t records);

/* agent_apply.c: applies a batch; 0, or -1 when a record cannot be applied. */
int apply_batch(struct agent *a, json_t *records, char *why, size_t size_bytes);
void apply_reigns(struct agent *a, json_t *reigns);

/* agent_meet.c: what two agents must agree on before anything flows. */
json_t *meet_introduce(struct agent *a, const char *op);
json_t *meet_welcome(struct agent *a, const char *sender);
int meet_check(struct agent *a, json_t *other, int other_port, char *why,
    size_t size_bytes);
bool meet_split_brain(struct agent *a, json_t *other);

/* agent_copy.c: serves ttRepAdmin -duplicate in a child of its own. */
void copy_serve(struct agent *a, int fd, json_t *request);

int agent_main(struct world *w, int argc, char **argv);

#endif
