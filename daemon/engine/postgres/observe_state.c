/*
 * The server about itself: one statement for role, positions, peers and slots, which a
 * session prepares once, because to plan it costs ten times as much as to run it.
 *
 * It calls the functions below the statistics views, whose columns are the same from 13 on:
 * the views join more than is wanted. What the account may not see is NULL.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/observe_schema.h"
#include "daemon/engine/postgres/sql/names.h"
#include "daemon/engine/postgres/utilities/pg_release.h"

#define NAME "upgraded_state"

/* Rows of three kinds, told apart by the first field. None counts the sessions of others: with
 * 400 of them that takes twenty times as long as all the rest. */
#define STATEMENT                                                                         \
	"SELECT 'role', current_setting('server_version_num'),"                           \
	" s.system_identifier::text,"                                                     \
	" CASE WHEN pg_is_in_recovery() THEN coalesce(r.received_tli,"                    \
	"  (SELECT nullif(min_recovery_end_timeline, 0) FROM pg_control_recovery()),"     \
	"  (SELECT timeline_id FROM pg_control_checkpoint()))"                            \
	" ELSE ('x' || left(pg_walfile_name(pg_current_wal_insert_lsn()), 8))"            \
	"::bit(32)::int END::text,"                                                       \
	" pg_is_in_recovery()::text,"                                                     \
	" CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_insert_lsn() END::text,"  \
	" CASE WHEN NOT pg_is_in_recovery() THEN pg_current_wal_flush_lsn() END::text,"   \
	" CASE WHEN pg_is_in_recovery()"                                                  \
	"  THEN coalesce(r.flushed_lsn, pg_last_wal_receive_lsn()) END::text,"            \
	" CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() END::text,"         \
	" CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() END::text,"        \
	" EXISTS (SELECT FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = 0"   \
	"  AND 'default_transaction_read_only=on' = ANY (setconfig))::text,"              \
	" floor(extract(epoch FROM pg_postmaster_start_time()) * 1000)::bigint::text,"    \
	" CASE WHEN r.pid IS NULL THEN 'none' ELSE r.status END,"                         \
	" r.sender_host || ':' || r.sender_port, r.slot_name,"                            \
	" CASE WHEN pg_has_role('pg_read_all_settings', 'MEMBER')"                        \
	"  THEN current_setting('data_directory') END,"                                   \
	" (SELECT count(*) FROM pg_stat_get_subscription(NULL))::text"                    \
	" FROM pg_control_system() s, pg_stat_get_wal_receiver() r "                      \
	"UNION ALL SELECT 'peer', w.pid::text, a.application_name, host(a.client_addr),"  \
	" w.state, w.sent_lsn::text, w.write_lsn::text, w.flush_lsn::text,"               \
	" w.replay_lsn::text, w.sync_state,"                                              \
	" floor(extract(epoch FROM w.replay_lag) * 1000)::bigint::text,"                  \
	" NULL, NULL, NULL, NULL, NULL, NULL"                                             \
	" FROM pg_stat_get_wal_senders() w, pg_stat_get_activity(w.pid) a "               \
	"UNION ALL SELECT 'slot', active_pid::text, slot_name, slot_type, active::text,"  \
	" wal_status, restart_lsn::text, confirmed_flush_lsn::text,"                      \
	" (SELECT datname FROM pg_database WHERE oid = datoid), plugin, temporary::text," \
	" NULL, NULL, NULL, NULL, NULL, NULL FROM pg_get_replication_slots()"

enum role_field {
	F_VERSION = 1,
	F_SYSID,
	F_TIMELINE,
	F_RECOVERY,
	F_INSERT,
	F_FLUSH,
	F_RECEIVE,
	F_REPLAY,
	F_PAUSED,
	F_READ_ONLY,
	F_START_TIME,
	F_RECEIVER,
	F_SOURCE,
	F_SOURCE_SLOT,
	F_DATA,
	F_WORKERS
};

static const struct {
	const char *key;
	int field;
} details[] = {
	{ "pg.version", F_VERSION },
	{ "pg.sysid", F_SYSID },
	{ "pg.timeline", F_TIMELINE },
	{ "pg.insert", F_INSERT },
	{ "pg.flush", F_FLUSH },
	{ "pg.receive", F_RECEIVE },
	{ "pg.replay", F_REPLAY },
	{ "pg.start_time", F_START_TIME },
	{ "pg.receiver", F_RECEIVER },
	{ "pg.source", F_SOURCE },
	{ "pg.source_slot", F_SOURCE_SLOT },
	{ "pg.data", F_DATA },
	{ "pg.workers", F_WORKERS },
};

static const struct {
	const char *key;
	int field;
} facts[] = {
	{ "pg.recovery", F_RECOVERY },
	{ "pg.paused", F_PAUSED },
	{ "pg.read_only", F_READ_ONLY },
};

enum peer_field {
	P_PID = 1,
	P_NAME,
	P_ADDRESS,
	P_STATE,
	P_SENT,
	P_WRITE,
	P_FLUSH,
	P_REPLAY
};
enum slot_field { S_PID = 1, S_NAME, S_TYPE, S_ACTIVE, S_STATUS, S_RESTART };

/* ---- question ---- */

char *
state_statements(const struct member *m, unsigned looks, bool prepared)
{
	struct buf b = { 0 };
	char *marker;

	if ((looks & (LOOK_ROLE | LOOK_PEERS)) != 0 && !prepared)
		buf_adds(&b, "PREPARE " NAME " AS " STATEMENT ";\n");
	if ((looks & (LOOK_ROLE | LOOK_PEERS)) != 0)
		buf_adds(&b, "EXECUTE " NAME ";\n");
	if (looks & LOOK_MARKER) {
		marker = pg_marker(m->pair);
		buf_addf(&b, "SELECT 'marker', tag FROM %s WHERE id = 1;\n", marker);
		free(marker);
	}
	return buf_take(&b);
}

/* ---- role ---- */

void
state_forget(struct observation *draft)
{
	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		pg_detail_put(draft, details[i].key, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		pg_detail_put(draft, facts[i].key, NULL);
	draft->role = ROLE_UNKNOWN;
	draft->writable = FACT_UNKNOWN;
	draft->running = (struct release){ 0 };
	draft->bookmark = (struct bookmark){ 0 };
}

/* A subscription of ours is applied by at least one process. */
static enum role
role_of_primary(const struct pg_row *row)
{
	if (pg_field_fact(row, F_READ_ONLY) != FACT_YES)
		return ROLE_ACTIVE;
	return pg_field_int(row, F_WORKERS, 0) > 0 ? ROLE_STANDBY : ROLE_IDLE;
}

static enum role
role_of_replica(const struct member *m, const struct pg_row *row)
{
	if (pg_field_is_null(row, F_RECEIVER))
		return ROLE_UNKNOWN;
	if (!str_equal(pg_field(row, F_RECEIVER), "streaming"))
		return ROLE_RECOVERING;
	return m->subscriber ? ROLE_SUBSCRIBER : ROLE_STANDBY;
}

static void
read_role(const struct member *m, const struct pg_row *row, struct observation *draft)
{
	bool recovery = pg_field_fact(row, F_RECOVERY) == FACT_YES;

	for (size_t i = 0; i < ARRAY_SIZE(details); i++)
		pg_detail_put(draft, details[i].key,
		    pg_field_is_null(row, details[i].field)
			? NULL
			: pg_field(row, details[i].field));
	if (settings_get(&draft->details, "schema_seen") != NULL &&
	    !settings_is(&draft->details, "schema_start", pg_field(row, F_START_TIME)))
		pg_cluster_forget(draft);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++) {
		enum fact f = pg_field_fact(row, facts[i].field);

		pg_detail_put(draft, facts[i].key,
		    f == FACT_UNKNOWN   ? NULL
			: f == FACT_YES ? "t"
					: "f");
	}
	pg_detail_put(draft, "log_file_bytes", "4294967296");
	draft->running = pg_release_of(pg_field_int(row, F_VERSION, 0));
	draft->role = recovery ? role_of_replica(m, row) : role_of_primary(row);
	draft->writable = !recovery && draft->role == ROLE_ACTIVE ? FACT_YES : FACT_NO;
	draft->bookmark.written = pg_field_lsn(row, recovery ? F_RECEIVE : F_INSERT);
	draft->bookmark.forced = pg_field_lsn(row, recovery ? F_REPLAY : F_FLUSH);
	if (!draft->bookmark.written.set)
		draft->bookmark.written = draft->bookmark.forced;
	if (draft->role == ROLE_UNKNOWN)
		observation_failed(draft,
		    "in recovery, and this account may not see from whom it "
		    "receives: grant it pg_monitor");
}

void
state_starting(const struct member *m, struct observation *draft)
{
	draft->role = ROLE_RECOVERING;
	for (int i = 0; i < pg_look_installations(m); i++)
		if (str_equal(pg_place_detail(draft, i, "recovering"), "t"))
			draft->writable = FACT_NO;
}

/* ---- peers ---- */

static const struct member *
member_of_slot(const struct pair *p, const char *slot)
{
	char name[PG_NAME_BYTES];

	for (size_t i = 0; slot[0] != '\0' && i < p->member_count; i++)
		if (str_equal(pg_slot(&p->members[i], name), slot))
			return &p->members[i];
	return NULL;
}

/* The only other member that is reached at this address. */
static const struct member *
member_at(const struct member *self, const char *address)
{
	const struct pair *p = self->pair;
	const struct member *found = NULL;
	struct pg_server s;

	for (size_t i = 0; address[0] != '\0' && i < p->member_count; i++) {
		pg_server(&p->members[i], -1, &s);
		if (!str_equal(s.host, address) && !str_equal(s.hostaddr, address))
			continue;
		if (found != NULL || &p->members[i] == self)
			return NULL;
		found = &p->members[i];
	}
	return found;
}

/* The slot that a walsender uses, "" none. */
static void
slot_of(const char *output, const char *pid, char *buf, size_t size)
{
	const char *cursor = output;
	struct pg_row row;

	buf[0] = '\0';
	while (pg_row_next(&cursor, &row))
		if (str_equal(pg_field(&row, 0), "slot") &&
		    str_equal(pg_field(&row, S_PID), pid))
			str_copy(buf, size, pg_field(&row, S_NAME));
}

static void
read_peer(const struct member *m, const char *output, const struct pg_row *row,
    struct observation *draft)
{
	struct peer_seen *p = observation_peer_add(draft);
	const char *name = pg_field(row, P_NAME);
	const struct member *who = pair_member(m->pair, name);
	char slot[PG_NAME_BYTES];

	if (who == NULL) {
		slot_of(output, pg_field(row, P_PID), slot, sizeof(slot));
		who = member_of_slot(m->pair, slot);
	}
	if (who == NULL && str_equal(name, "walreceiver"))
		who = member_at(m, pg_field(row, P_ADDRESS));
	str_copy(p->store, sizeof(p->store), who != NULL ? who->name : name);
	str_copy(p->host, sizeof(p->host), pg_field(row, P_ADDRESS));
	str_copy(p->state, sizeof(p->state), pg_field(row, P_STATE));
	p->held = pg_field_lsn(row, P_REPLAY);
	if (!p->held.set)
		p->held = pg_field_lsn(row, P_FLUSH);
}

/* A slot that waits for its member. */
static void
read_unused(const struct member *m, const struct pg_row *row, struct observation *draft)
{
	const struct member *who = member_of_slot(m->pair, pg_field(row, S_NAME));
	struct peer_seen *p;

	if (who == NULL || who == m || pg_field_fact(row, S_ACTIVE) != FACT_NO ||
	    observation_peer(draft, who->name) != NULL)
		return;
	p = observation_peer_add(draft);
	str_copy(p->store, sizeof(p->store), who->name);
	str_copy(p->state, sizeof(p->state),
	    str_equal(pg_field(row, S_STATUS), "lost") ? "lost" : "unused");
	p->held = pg_field_lsn(row, S_RESTART);
}

static void
add_line(struct buf *b, const struct pg_row *row)
{
	for (int i = 1; i < row->count && i < 11; i++)
		buf_addf(b, "%s%s", i > 1 ? "\t" : "", pg_field(row, i));
	buf_adds(b, "\n");
}

/* Walsenders come before slots. */
static void
read_peers(const struct member *m, const char *output, struct observation *draft)
{
	struct buf slots = { 0 }, senders = { 0 };
	const char *cursor = output;
	struct pg_row row;
	bool hidden = false;

	while (pg_row_next(&cursor, &row)) {
		const char *kind = pg_field(&row, 0);

		if (str_equal(kind, "peer")) {
			hidden = hidden || pg_field_is_null(&row, P_STATE);
			read_peer(m, output, &row, draft);
			add_line(&senders, &row);
		} else if (str_equal(kind, "slot")) {
			read_unused(m, &row, draft);
			add_line(&slots, &row);
		}
	}
	draft->peers_seen = hidden  ? FACT_UNKNOWN
	    : draft->peer_count > 0 ? FACT_YES
				    : FACT_NO;
	pg_detail_put(draft, "pg.slots", buf_text(&slots));
	pg_detail_put(draft, "pg.senders", hidden ? NULL : buf_text(&senders));
	buf_done(&slots);
	buf_done(&senders);
}

/* What a primary keeps for others; a standby's slots keep its own log. */
static void
read_held(const char *output, struct observation *draft)
{
	const char *cursor = output;
	struct pg_row row;

	while (pg_row_next(&cursor, &row)) {
		struct position at;

		if (!str_equal(pg_field(&row, 0), "slot"))
			continue;
		at = pg_field_lsn(&row, S_RESTART);
		if (at.set &&
		    (!draft->bookmark.held.set ||
			position_compare(&at, &draft->bookmark.held) < 0))
			draft->bookmark.held = at;
	}
}

/* ---- the whole answer ---- */

static bool
find_row(const char *output, const char *kind, struct pg_row *ret)
{
	const char *cursor = output;

	while (pg_row_next(&cursor, ret))
		if (str_equal(pg_field(ret, 0), kind))
			return true;
	return false;
}

static enum state_answer
refused(const struct outcome *o, struct observation *draft)
{
	struct pg_said said;

	if (!pg_said_find(o->output, &said))
		str_printf(said.text, sizeof(said.text), "session %s",
		    ending_name(o->ending));
	if (o->ending == ENDING_TIMED_OUT)
		str_copy(said.text, sizeof(said.text), "the server does not answer");
	if (str_equal(said.state, "26000"))
		return STATE_NOT_PREPARED;
	if (str_equal(said.state, "42P05"))
		return STATE_PREPARED;
	observation_failed(draft, "%s", said.text);
	if (str_equal(said.state, "42703") || str_equal(said.state, "42883"))
		return STATE_TOO_OLD;
	return STATE_FAILED;
}

/* The marker comes last: without its table, or the right to it, all else was answered. */
static void
read_marker(const struct outcome *o, struct observation *draft, unsigned *seen)
{
	struct pg_said said = { 0 };
	struct pg_row row;

	draft->marker[0] = '\0';
	if (o->status == 0) {
		if (find_row(o->output, "marker", &row))
			str_copy(draft->marker, sizeof(draft->marker),
			    pg_field(&row, 1));
		return;
	}
	(void)pg_said_find(o->output, &said);
	if (str_equal(said.state, "42P01") || str_equal(said.state, "3F000"))
		return; /* seen to be none */
	observation_failed(draft, "marker: %s", said.text);
	*seen &= ~(unsigned)LOOK_MARKER;
}

static bool
only_marker_failed(const struct question *q, const struct outcome *o)
{
	struct pg_row row;

	if ((q->looks & LOOK_MARKER) == 0 || o->ending != ENDING_EXITED)
		return false;
	return (q->looks & (LOOK_ROLE | LOOK_PEERS)) == 0 ||
	    find_row(o->output, "role", &row);
}

enum state_answer
state_read(const struct member *m, const struct question *q, const struct outcome *o,
    struct observation *draft, unsigned *seen)
{
	bool good = o->ending == ENDING_EXITED && o->status == 0;
	struct pg_row row;

	if (!good && !only_marker_failed(q, o)) {
		enum state_answer how = refused(o, draft);

		/* What is asked again, and what the shell may tell, is not lost yet. */
		if (how == STATE_TOO_OLD)
			*seen = 0;
		else if (how == STATE_FAILED)
			*seen &= LOOK_ROLE;
		if (how == STATE_TOO_OLD || how == STATE_FAILED)
			state_forget(draft);
		return how;
	}
	draft->reachable = FACT_YES;
	if (q->looks & LOOK_ROLE) {
		draft->bookmark = (struct bookmark){ 0 };
		if (!find_row(o->output, "role", &row)) {
			state_forget(draft);
			observation_failed(draft, "the server told no role");
			*seen &= ~(unsigned)LOOK_ROLE;
			return STATE_READ;
		}
		read_role(m, &row, draft);
		read_held(o->output, draft);
		if (draft->role == ROLE_UNKNOWN)
			*seen &= ~(unsigned)LOOK_ROLE;
	}
	if (q->looks & LOOK_PEERS) {
		observation_peers_clear(draft);
		read_peers(m, o->output, draft);
	}
	if (q->looks & LOOK_MARKER)
		read_marker(o, draft, seen);
	return STATE_READ;
}
