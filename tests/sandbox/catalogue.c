/*
 * The catalogue as applications query it: SYS.* and TTREP.* as temporary views over the
 * files of the database, so that any SELECT works on them. Name columns are blank-padded to
 * 31 as TT_CHAR(31) is; binary columns are shown as two hexadecimal digits.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tests/sandbox/knob.h"
#include "tests/sandbox/need.h"
#include "tests/sandbox/sql.h"

#define PAD(x) "printf('%%-31s'," x ")"
#define LOCAL  "(lower(st.name)=lower(%Q) AND lower(st.host)=lower(%Q))"
#define META(k) "(SELECT v FROM self.meta WHERE k='" k "')"
#define RNAME                                                                         \
	PAD("upper(coalesce(" META("scheme_name") ",'_ACTIVESTANDBY'))")              \
	" REPLICATION_NAME," PAD("upper(coalesce(" META("scheme_owner") ",'TTREP'))") \
	    " REPLICATION_OWNER"

/* %1 is the store's name, %2 the host's, where a view asks for them. */
static const char *const views[] = {
	"\"SYS.DUAL\" AS SELECT 'X' DUMMY",
	"\"TTREP.REPLICATIONS\" AS SELECT " RNAME
	", 'N' RET_WHEN_STOPPED FROM self.meta WHERE k='scheme' AND v<>''",
	"\"TTREP.TTSTORES\" AS SELECT st.id TT_STORE_ID, upper(st.host) HOST_NAME,"
	" upper(st.name) TT_STORE_NAME, printf('%%02d', " LOCAL ") IS_LOCAL_STORE,"
	" 0 MAJOR_RELEASE, 0 MINOR_RELEASE, 41 REP_SCHEMA_VERSION, st.port REP_PORT_NUMBER,"
	" 'N' RRPOLICY, 0 RRTRIGGER, 0 RRRESUME_LATENCY, '00' RRDURABLE,"
	" 'N' RET_LOCAL_ACTION, 10 RET_WAIT_TIME, '00' RET_WHEN_STOPPED,"
	" st.threshold FAIL_THRESHOLD, st.timeout TIMEOUT FROM self.store st",
	"\"TTREP.REPSTORES\" AS SELECT " RNAME ", st.id TT_STORE_ID, 0 PEER_TIMEOUT,"
	" st.threshold FAIL_THRESHOLD FROM self.store st",
	"\"TTREP.REPPEERS\" AS SELECT " RNAME
	", (SELECT st.id FROM self.store st WHERE " LOCAL ") TT_STORE_ID,"
	" p.id SUBSCRIBER_ID, 0 COMMIT_TIMESTAMP, p.acked COMMIT_SEQNUM,"
	" sim_lfn(sim_position(p.acked)) SENDLSNHIGH, sim_lfo(sim_position(p.acked)) SENDLSNLOW,"
	" -1 REPTABLESLSNHIGH, -1 REPTABLESLSNLOW, p.state STATE,"
	" p.sent_ms/1000 TIMESEND, p.heard_ms/1000 TIMERECV, 41 PROTOCOL, 0.0 LATENCY, 0 TPS,"
	" 0 RECSPERCOMMIT FROM self.peer p",
	"\"TTREP.REPELEMENTS\" AS SELECT " RNAME ", " PAD(
	    "'_' || e.tbl") " ELEMENT_NAME, 'T' ELEMENT_TYPE, '00' OWNED_BY_SYSTEM, st.id MASTER_ID,"
			    " 0 OLD_MASTER_ID, '00' IS_PROPAGATOR, " PAD("substr(e.tbl, instr(e.tbl,'.')+1)") " DS_OBJ_NAME, " PAD(
				"substr(e.tbl, 1, instr(e.tbl,'.')-1)") " DS_OBJ_OWNER, 0 DS_OBJ_ID"
									" FROM self.element e, self.store st WHERE st.kind='M'",
	"\"TTREP.REPTABLES\" AS SELECT " RNAME
	", " PAD("substr(e.tbl, instr(e.tbl,'.')+1)") " TBLNAME, " PAD(
	    "substr(e.tbl, 1, instr(e.tbl,'.')-1)") " TBLOWNER FROM self.element e",
	"\"TTREP.REPSUBSCRIPTIONS\" AS SELECT " RNAME ", " PAD(
	    "'_' || e.tbl") " ELEMENT_NAME, st.id SUBSCRIBER_ID, CASE WHEN st.kind='M' THEN st.returns ELSE 'C' END"
			    " RETURN_SERVICE, '00' RETURN_BY_REQUEST, ' ' PRIVILEGES"
			    " FROM self.element e, self.store st",
	"\"SYS.TABLES\" AS SELECT " PAD("substr(m.name, instr(m.name,'.')+1)") " TBLNAME, " PAD(
	    "substr(m.name, 1, instr(m.name,'.')-1)") " TBLOWNER,"
						      " (SELECT count(*) FROM pragma_table_info(m.name)) NUMCOLS, 0 NUMVARY, 0 NUMNULL,"
						      " 0 NUMCOMPRESS, 0 NUMLOB, m.rootpage TBLID, sim_count(m.name) NUMTUPS, 0 MAXTUPS,"
						      " (SELECT count(*) FROM pragma_table_info(m.name) WHERE pk>0)  PRIMCNT, coalesce((SELECT g.rowid FROM self.cachegroup g WHERE g.tbl=m.name), 0) CACHEGROUP,"
						      " 0 MVID FROM main.sqlite_master m WHERE m.type='table' AND m.name LIKE '%%.%%'",
	"\"SYS.COLUMNS\" AS SELECT m.rootpage ID, i.cid+1 COLNUM, " PAD(
	    "upper(i.name)") " COLNAME, sim_coltype(m.name, i.name, i.type) COLTYPE, i.\"notnull\" NOTNULL, i.pk ISPRIMARY FROM main.sqlite_master m,"
			     " pragma_table_info(m.name) i WHERE m.type='table' AND m.name LIKE '%%.%%'",
	"\"SYS.ALL_TAB_COLUMNS\" AS SELECT substr(m.name, 1, instr(m.name,'.')-1) OWNER,"
	" substr(m.name, instr(m.name,'.')+1) TABLE_NAME, upper(i.name) COLUMN_NAME,"
	" i.type DATA_TYPE, CASE WHEN i.\"notnull\" OR i.pk THEN 'N' ELSE 'Y' END NULLABLE,"
	" i.cid+1 COLUMN_ID FROM main.sqlite_master m, pragma_table_info(m.name) i"
	" WHERE m.type='table' AND m.name LIKE '%%.%%'",
	"\"SYS.INDEXES\" AS SELECT " PAD("substr(m.name, instr(m.name,'.')+1)") " IXNAME, " PAD(
	    "substr(m.name, 1, instr(m.name,'.')-1)") " IXOWNER, m.rootpage TBLID,"
						      " '01' ISUNIQUE, '01' ISPRIMARY,"
						      " (SELECT count(*) FROM pragma_table_info(m.name) WHERE pk>0) KEYCNT"
						      " FROM main.sqlite_master m WHERE m.type='table' AND m.name LIKE '%%.%%' AND EXISTS"
						      " (SELECT 1 FROM pragma_table_info(m.name) WHERE pk>0)",
	"\"SYS.CACHE_GROUP\" AS SELECT " PAD("name") " CGNAME, " PAD(
	    "owner") " CGOWNER,"
		     " rowid CGID, 0 ROOT, 'ORACLE  ' SOURCE, 1 TBLCNT, mode REFRESH_MODE,"
		     " state REFRESH_STATE, interval REFRESH_INTERVAL, '00000005' CGATTRIBUTES"
		     " FROM self.cachegroup",
	"\"SYS.USERS\" AS SELECT name USERNAME FROM self.user",
	"\"SYS.ALL_USERS\" AS SELECT name USERNAME FROM self.user",
	"\"SYS.DBA_SYS_PRIVS\" AS SELECT name GRANTEE, trim(privs) PRIVILEGE FROM self.user"
	" UNION ALL SELECT 'PUBLIC', 'ADMIN' FROM self.meta WHERE k='public_admin' AND CAST(v AS INTEGER)<>0",
	"\"SYS.MONITOR\" AS SELECT '2026-01-01 00:00:00.000000' TIME_OF_1ST_CONNECT,"
	" (SELECT v FROM self.meta WHERE k='perm_mb')*1024 PERM_ALLOCATED_SIZE,"
	" sim_used() PERM_IN_USE_SIZE, sim_used() PERM_IN_USE_HIGH_WATER,"
	" 32768 TEMP_ALLOCATED_SIZE, 9100 TEMP_IN_USE_SIZE, 9200 TEMP_IN_USE_HIGH_WATER,"
	" sim_lfn((SELECT min(pos) FROM main.sim_log)) FIRST_LOG_FILE,"
	" sim_lfn((SELECT max(pos) FROM main.sim_log)) LAST_LOG_FILE,"
	" coalesce((SELECT sim_lfn(sim_position(min(acked))) FROM self.peer WHERE state IN (0,1)"
	" AND held), -1) REPHOLD_LOG_FILE,"
	" coalesce((SELECT sim_lfo(sim_position(min(acked))) FROM self.peer WHERE state IN (0,1)"
	" AND held), -1) REPHOLD_LOG_OFF,"
	" 0 XACT_ROLLBACKS, (SELECT max(gcn) FROM main.sim_log) XACT_COMMITS",
	"\"SYS.SIM_ROLE\" AS SELECT v ROLE FROM self.meta WHERE k='role'",
	"\"SYS.V$MONITOR\" AS SELECT * FROM \"SYS.MONITOR\"",
	"\"SYS.V$BOOKMARK\" AS SELECT sim_lfn((SELECT max(pos) FROM main.sim_log)) WRITELFN,"
	" sim_lfo((SELECT max(pos) FROM main.sim_log)) WRITELFO,"
	" sim_lfn((SELECT max(pos) FROM main.sim_log)) FORCELFN,"
	" sim_lfo((SELECT max(pos) FROM main.sim_log)) FORCELFO,"
	" REPHOLD_LOG_FILE HOLDLFN, REPHOLD_LOG_OFF HOLDLFO FROM \"SYS.MONITOR\"",
};

static void
lfn_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);

	(void)argc;
	sqlite3_result_int64(c,
	    sqlite3_value_int64(argv[0]) / store_log_file_bytes(&s->s));
}

static void
lfo_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);

	(void)argc;
	sqlite3_result_int64(c,
	    sqlite3_value_int64(argv[0]) % store_log_file_bytes(&s->s));
}

static void
position_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);

	(void)argc;
	if (sqlite3_value_type(argv[0]) != SQLITE_NULL)
		sqlite3_result_int64(c,
		    store_position_of(&s->s, sqlite3_value_int64(argv[0])));
}

static void
count_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);

	(void)argc;
	sqlite3_result_int64(c,
	    store_int(s->s.data, "SELECT count(*) FROM \"%w\"",
		sqlite3_value_text(argv[0])));
}

/* The number of a type as SYS.COLUMNS has it, of those that applications use here. Long
 * VARCHAR2 are stored out of line, and those that the knob names. */
static void
coltype_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);
	const char *type = (const char *)sqlite3_value_text(argv[2]);
	char *wanted = knob_text(&s->w, s->s.name, "not_inline");
	char *name = need_format("%s.%s", (const char *)sqlite3_value_text(argv[0]),
	    (const char *)sqlite3_value_text(argv[1]));
	const char *length;

	(void)argc;
	if (type == NULL || strncasecmp(type, "VARCHAR2", 8) != 0) {
		sqlite3_result_int(c, type != NULL && strncasecmp(type, "CHAR", 4) == 0 ? 26 : 25);
	} else {
		length = strchr(type, '(');
		sqlite3_result_int(c,
		    (length != NULL && strtol(length + 1, NULL, 10) > 128) ||
			    (wanted != NULL && strcasecmp(wanted, name) == 0)
			? 27
			: 32);
	}
	free(wanted);
	free(name);
}

static void
used_function(sqlite3_context *c, int argc, sqlite3_value **argv)
{
	struct session *s = sqlite3_user_data(c);
	int64_t pages = store_int(s->s.data, "PRAGMA page_count");
	int64_t floor_kb = 9000;

	(void)argc;
	(void)argv;
	sqlite3_result_int64(c, floor_kb + pages * 4);
}

void
catalogue_attach(struct session *c)
{
	static const struct {
		const char *name;
		int args;
		void (*fn)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "sim_lfn", 1, lfn_function },
		{ "sim_lfo", 1, lfo_function },
		{ "sim_position", 1, position_function },
		{ "sim_count", 1, count_function },
		{ "sim_coltype", 3, coltype_function },
		{ "sim_used", 0, used_function },
	};
	bool tells = knob_is(&c->w, c->s.name, "cachegroup_column", "yes", "yes");
	char *format, *column;

	for (size_t i = 0; i < ARRAY_SIZE(functions); i++)
		sqlite3_create_function(c->s.data, functions[i].name, functions[i].args,
		    SQLITE_UTF8 | SQLITE_INNOCUOUS, c, functions[i].fn, NULL, NULL);
	store_run(c->s.data, "ATTACH '%q.ds1' AS self", c->s.path);
	for (size_t i = 0; i < ARRAY_SIZE(views); i++) {
		format = need_format("CREATE TEMP VIEW %s", views[i]);
		column = strstr(format, " CACHEGROUP,");
		if (!tells && column != NULL)
			column[1] = 'X';
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		store_run(c->s.data, format, c->s.name, c->w.host);
#pragma GCC diagnostic pop
		free(format);
	}
}
