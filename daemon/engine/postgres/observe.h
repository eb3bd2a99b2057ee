/*
 * What is asked of a member, and how the answers become facts.
 *
 * A look goes: `postgres -V` of each installation (RELEASE); the host's shell about every
 * data directory (INSTANCE); the server itself (ROLE, PEERS, MARKER), in one request; what
 * check wants (SCHEMA), once for the cluster and once for each database; counts (ROWS),
 * once for each database.
 *
 * ROLE is asked of the server. The shell is asked instead when no session may be opened,
 * or when the member was seen last with no server that can be spoken to; and it is asked
 * as well, right after, when the server does not answer. Its word is taken where it is the
 * whole truth: a server that is stopped, or frozen with nobody left in it, or that only we
 * can reach. So a frozen server costs no time-out.
 *
 *	active		not in recovery; or frozen, and without standby.signal
 *	standby		a master in recovery that streams; or a master that is not, is closed
 *			to new sessions' writes, and applies a subscription
 *	subscriber	the same of a subscriber
 *	recovering	in recovery, not streaming; or starting up
 *	idle		stopped; reachable by us only; or out of recovery, closed, and
 *			applying nothing
 *	unknown		not seen. An account without pg_monitor does not see the receiver
 *
 * Two masters that are not in recovery and take writes are two actives, whoever made them
 * so. Being failed is nothing that a server knows of itself: a slot that was lost is in the
 * details of its source, and the receiver is recovering.
 *
 * writable: YES for an active that new sessions may write to, NO in recovery and in all
 * cases that the shell concluded. A server that is closed only by the default of new
 * sessions (ALTER ROLE ALL SET default_transaction_read_only = on) counts as NO: that is the
 * gate before an activation, not a fence; no procedure relies on it where somebody wrote.
 *
 * bookmark.written is the end of the log that was inserted, of a receiver the end of what
 * it received; forced what is flushed, of a receiver replayed; held the oldest that a slot
 * keeps. Positions are LSNs: 16/B374D848 is file 0x16, offset 0xB374D848.
 *
 * peers: walsenders by their application_name, which is the member's name; else the member
 * that its slot, or its address alone, stands for. Slots of members that nobody uses are
 * peers with the state "unused" or "lost". held is what the peer has applied.
 *
 * home: the installation whose data directory runs. Of two that run, the one whose release
 * answers. When both have one directory, the one whose release on disk answers, else "old".
 *
 * The details, "t" or "f" where they are facts; a name that is absent was not seen:
 *
 *	LOOK_ROLE
 *	log_file_bytes		4294967296: a "file" of a position
 *	pg.version		150018
 *	pg.sysid, pg.timeline
 *	pg.recovery		in recovery
 *	pg.insert, pg.flush	LSNs out of recovery
 *	pg.receive, pg.replay	LSNs in recovery
 *	pg.paused		replay is paused
 *	pg.read_only		the default of new sessions, by ALTER ROLE ALL
 *	pg.start_time		of the postmaster, ms since 1970
 *	pg.receiver		streaming, catchup, ...; "none"
 *	pg.source		host:port that the receiver is connected to
 *	pg.source_slot		the slot that it uses there
 *	pg.data			data_directory
 *	pg.workers		processes of subscriptions
 *	LOOK_PEERS
 *	pg.slots		a slot a line, read by pg_seen_slot()
 *	pg.senders		a walsender a line, read by pg_seen_sender()
 *	LOOK_INSTANCE, of installation I; those of LOOK_ROLE marked *
 *	pg.I.up *		a postmaster runs there; without it the next five are absent
 *	pg.I.pid *
 *	pg.I.frozen *		it is stopped by a signal
 *	pg.I.foreign *		its processes that could commit for somebody else
 *	pg.I.private *		it listens in DATA/.upgraded only
 *	pg.I.recovering *	standby.signal or recovery.signal is there
 *	pg.I.major		PG_VERSION; "": no data directory
 *	pg.I.state		"in production", "shut down", ...; this and the rest are of
 *				pg_controldata
 *	pg.I.checkpoint, pg.I.redo, pg.I.timeline, pg.I.sysid, pg.I.minimum,
 *	pg.I.wal_level, pg.I.wal_log_hints, pg.I.checksums
 *	LOOK_SCHEMA		see observe_schema.h
 *	LOOK_ROWS
 *	rows.DB.SCHEMA.TABLE	count(*)
 *	rows_total
 *
 * Releases before 13 are not served: what is asked does not exist there, and the error says
 * so. Source: PostgreSQL documentation, "The Cumulative Statistics System", "System
 * Administration Functions", release notes of 10 to 18.
 */
#ifndef UD_ENGINE_POSTGRES_OBSERVE_H
#define UD_ENGINE_POSTGRES_OBSERVE_H

#include "daemon/model/engine.h"

/* engine.ask and engine.answer: model/engine.h. */
bool pg_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret);
void pg_answer(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);

#endif
