/*
 * What is asked of a member, and how the answers become facts.
 *
 * A round asks: ttStatus of each installation of the host (INSTANCE), ttVersion of each
 * (RELEASE), date (CLOCK), ttAdmin -query of each that has the store (POLICY), and ONE
 * question to the session for ROLE, PEERS, MARKER and SCHEMA together, plus one for schemes that
 * ttMigrate kept, where there are some, and one for ROWS.
 * The session is used only when ttStatus has shown the database loaded, in this round or
 * an earlier one (draft->inst, draft->home): a question never loads, and never creates, a
 * database. Cheap looks alone are one question and no process.
 *
 * An aspect of several questions is in `looks` of the last of them only, but POLICY is in
 * that of the last ttStatus as well: where no store exists it is seen by that. `looks` of
 * tt_ask() must be the same in all rounds of one look. draft->error keeps the first
 * reason: empty it before a look.
 *
 * LOOK_MARKER is never seen where no marker_table is configured. A database that is not
 * loaded has its role, bookmark, peers and marker unknown, LOOK_ROLE, LOOK_PEERS and
 * LOOK_MARKER not seen, error "not loaded", and writable NO when that holds in every
 * installation. An installation whose tools are absent counts as daemon down, no store.
 *
 * In a bidirectional pair both masters take writes, and have no state of their own: the role of
 * one to which applications are connected is active, of the other standby.
 *
 * What the tool refuses as unknown to it (a procedure, a system table) was looked at, and
 * stays unknown: peers_seen UNKNOWN, positions not set, a gap of the schema. What it
 * refuses for the moment was not seen.
 *
 * The details; a name that is absent was not asked or could not be
 * read (releases differ in their system tables), it never means "none":
 *
 *   LOOK_SCHEMA
 *   schema_seen              "yes": the question was answered, with or without gaps
 *   schema_asked             "yes": it was answered, or every part of it was refused
 *   charset                  DatabaseCharacterSet, as printed
 *   type_mode                TypeMode: "0" Oracle, "1" TimesTen
 *   data_store               path without ".ds0"
 *   log_dir                  LogDir
 *   log_file_bytes           LogFileSize in bytes
 *   perm_size_mib            PermSize
 *   temporary                "yes", "no"
 *   grace_s                  grace period of the policy inUse, by ttRamPolicyGet
 *   cache_grid               CacheGridEnable: "0", "1"
 *   parallelism              ReplicationParallelism
 *   apply_ordering           ReplicationApplyOrdering
 *   ddl_level                DDLReplicationLevel
 *   perm_allocated_kib, perm_in_use_kib, first_log_file, last_log_file
 *   scheme                   "_ACTIVESTANDBY", another name, "none", "several"
 *   scheme_owner
 *   stores                   number of stores in TTREP.TTSTORES
 *   store.<NAME>.host        NAME in upper case; the host as the scheme has it
 *   store.<NAME>.port        0: automatic
 *   store.<NAME>.local       "yes": this database
 *   store.<NAME>.fail_threshold   log files; 0 none
 *   store.<NAME>.peer_state  start, pause, stop, failed (TTREP.REPPEERS)
 *   store.<NAME>.sent        position acknowledged by that peer, "file/offset"
 *   stores_alike             "yes": two hosts have stores of one name (then the names
 *                            above stand for the last of them)
 *   fail_threshold           the largest of them
 *   return_service           the strongest: "none", "commit", "receipt", "twosafe"
 *   tables                   number of user tables
 *   table.<OWNER.NAME>.key   "yes": has a primary key or a unique index; "no"; "unknown":
 *                            no primary key, and the indexes could not be read
 *   table.<OWNER.NAME>.primary  numbers of the columns of its primary key, hexadecimal, as
 *                            PRIMCOLS has them; "none"
 *   table.<OWNER.NAME>.unique   columns of its unique indexes: "ID NO+YEAR CODE?", a '?' where
 *                            one of them may be null; "" none
 *   table.<OWNER.NAME>.cached   "yes": part of a cache group
 *   tables_without_key       names, separated by blanks; "" none
 *   history_schemes          owners TTREP_SCHEMA_VERSION_nnn, separated by blanks
 *   history.<OWNER>.tables   names of the tables of each of them
 *   history.<OWNER>.scheme, .stores, .members, .returns   what they say of the scheme, as words:
 *                            OWNER.NAME, STORE@HOST:PORT, tables, STORE:SERVICE; of the scheme
 *                            of today OWNER is TTREP. Only where history_schemes names some
 *   cache_groups             number
 *   cachegroups_written      those that are not READONLY, OWNER.NAME, separated by blanks
 *   cachegroup.<OWNER.NAME>.autorefresh   "on", "off", "paused"
 *   admins                   who has ADMIN, separated by blanks; "": nobody
 *   public_admin             "yes": ADMIN is granted to PUBLIC; absent: not, or not told
 *   reminder, reminder_remedy  what people are reminded of in status (model/observation.h)
 *   users                    number of rows of SYS.ALL_USERS
 *   schema_fingerprint       16 hex digits over tables of users and the names and order of
 *                            their columns: equal across releases
 *   not_inline               number of columns that are stored out of line, and 16 hex digits
 *                            over their names: "2 0123456789abcdef"
 *   not_inline.columns       the first of them, OWNER.TABLE.COLUMN, separated by blanks
 *   gaps                     parts that were refused, separated by blanks: "monitor", ...
 *   LOOK_ROWS
 *   rows.<OWNER.NAME>        count(*)
 *   rows_total
 *   LOOK_RELEASE
 *   bits                     32 or 64: of the tools at home, else of the first that said it
 *   bits.<installation>      by index
 *   LOOK_POLICY
 *   open                     "yes", "no": for user connections, 18.1 and later
 *   ram_grace_s, manually_loaded, replication_started, cache_started ("yes", "no")
 *   LOOK_INSTANCE
 *   closed, closed.<installation>   "yes": ttStatus says closed to user connections; "no"
 *   home                     installation by index, where it was seen last
 *   skipped                  parts of the question to the database on which the session
 *                            ended, separated by blanks: they are not asked again there
 *   LOOK_PEERS
 *   holds_seen               "yes": ttLogHolds answered
 *   LOOK_ROLE
 *   applications             bidirectional pairs: how many are connected, our session not counted
 *   says_active              "yes": configured as subscriber, but says that it is active
 *   LOOK_CLOCK
 *   clock_offset_ms          the host's clock minus ours, half of the round trip taken off
 *   clock_round_trip_ms      uncertainty of that
 *   platform                 "Linux x86_64": of the host, by uname
 *   clusterware              "no", or the file by which Oracle Clusterware manages the DSN
 *   free.export_kib, free.log_kib, free.place_kib   room in the folder of exports, in that of the
 *                            log, and in the one of path_new
 *   compat.<installation>    "yes", "no": its main daemon is started with
 *                            -insecure-backwards-compat, as the file of its options says
 *   dsn.<installation>       "yes": the member's DSN was found in a file of DSNs
 *   dsn.<installation>.<attribute>   databasecharacterset, typemode, cachegridenable, temporary
 *                            of that DSN, where it says them
 *   transactions             number of open ones of applications, on an active
 *   xact.<ID>                "PID SINCE PROGRAM" of each of them, at most 16: SINCE when it
 *                            was seen first, ms of wall time
 */
#ifndef UD_ENGINE_TIMESTEN_OBSERVE_H
#define UD_ENGINE_TIMESTEN_OBSERVE_H

#include "daemon/model/engine.h"

/* engine.ask and engine.answer: model/engine.h. */
bool tt_ask(const struct member *m, unsigned looks, const struct observation *draft,
    int round, bool sessions, struct question *ret);
void tt_answer(const struct member *m, const struct question *q,
    const struct outcome *o, struct observation *draft, unsigned *seen);

/* engine.dialect: ttIsql with its commands on standard input. */
extern const struct dialect tt_dialect;

#endif
