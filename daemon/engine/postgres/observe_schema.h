/*
 * The heavy looks: what check wants to know, and counts of rows.
 *
 * LOOK_SCHEMA asks the cluster, then the host's shell, then every database of a server that
 * is not in recovery (a copy would say the same), and there the advisories that begin at its
 * release. What one of them refuses is a gap; the rest counts. The details:
 *
 *	schema_seen		"t": the cluster answered; schema_start: it runs since then
 *	pg.set.NAME		a setting, of those that check reads
 *	pg.pending		settings that wait for a restart
 *	pg.databases		those that can be connected to, a line each
 *	pg.closed		those that cannot, but template0
 *	pg.size			bytes of all databases
 *	pg.prepared_xacts, pg.subscriptions, pg.tablespaces, pg.managers, pg.background,
 *	pg.mismatched		"COUNT\tNAMES": prepared transactions; subscriptions; tablespaces;
 *				sessions of failover tools, by application_name; workers of
 *				extensions; databases whose collation is another version's
 *	pg.ordered_libc, pg.ordered_icu	the same: databases whose text these order, not bytes
 *	pg.oldest_xact		"SECONDS\tWHO": the transaction with an id that runs longest
 *	pg.archiver		"ok", "failing", "off"
 *	pg.account		"NAME"; pg.account.super, .replication, .monitor, .settings:
 *				"t", "f"; .lacks: rights that steps of a swap need
 *	pg.hba			rules of pg_hba.conf that admit the replication user; absent:
 *				the account may not see them
 *	pg.host.manager		failover tool that is in charge of the data directory
 *	pg.host.process		failover tools that run on the host, separated by blanks
 *	pg.host.free_kib	room where the new data directory is to be
 *	pg.host.available	extensions of the new release, separated by blanks
 *	pg.host.config		"f": the data directory has no postgresql.conf
 *	pg.host.login		"ok": psql of the owner of the cluster gets in; else what it said
 *	pg.host.libc		version of glibc
 *	pg.host.icu_old, .icu_new	that the programs of either release are linked to
 *	in.TOPIC.DB		"COUNT\tNAMES" of the topics in observe_topics.c
 *	fingerprint.DB		of tables and their columns
 *	advice.ID.DB		"COUNT\tNAMES" of what an advisory is about
 *	gap.DB			why a database did not answer; "cluster", "host" likewise
 *
 * NAMES are the first few, separated by ", ".
 */
#ifndef UD_ENGINE_POSTGRES_OBSERVE_SCHEMA_H
#define UD_ENGINE_POSTGRES_OBSERVE_SCHEMA_H

#include "daemon/engine/postgres/observe_parts.h"

/* ---- observe_cluster.c ---- */

char *pg_cluster_statements(const struct observation *draft);
bool pg_cluster_read(const struct outcome *o,
    struct observation *draft); /* false: a gap */

/* All of the above: what is known of a server is not known of the next one that runs there. */
void pg_cluster_forget(struct observation *draft);
char *pg_survey_statements(const struct member *m);
void pg_survey_read(const struct outcome *o, struct observation *draft);

/* The n-th name of pg.databases; false: no more. */
bool pg_cluster_database(const struct observation *draft, int n,
    char buf[PG_DETAIL_BYTES]);

/* ---- observe_topics.c: one database ---- */

char *pg_topics_statements(const char *database);
void pg_topics_read(const char *database, const struct outcome *o,
    struct observation *draft);

/* Advisories from the n-th on that begin at the server's release; NULL: none is left. */
char *pg_advice_statements(const struct member *m, const struct observation *draft,
    const char *database, int n);

/* Returns the one to go on with, behind one that was refused; -1: all were answered. */
int pg_advice_read(const struct member *m, const char *database,
    const struct outcome *o, struct observation *draft);

/* ---- observe_rows.c ---- */

char *pg_rows_statements(const char *database);
bool pg_rows_read(const char *database, const struct outcome *o,
    struct observation *draft);

#endif
