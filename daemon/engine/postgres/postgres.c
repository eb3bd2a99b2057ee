/* The engine: its tables. */
#include "config.h"

#include "daemon/engine/postgres/postgres.h"

#include "daemon/engine/postgres/host.h"
#include "daemon/engine/postgres/observe.h"
#include "daemon/engine/postgres/procedures/procedures.h"
#include "daemon/engine/postgres/rules.h"
#include "daemon/engine/postgres/sql/session.h"
#include "daemon/engine/postgres/utilities/pg_error.h"
#include "daemon/engine/postgres/utilities/pg_release.h"
#include "daemon/engine/postgres/validate.h"

/* clang-format off */
static const struct config_key installation_keys[] = {
	{ NULL }
};

static const struct config_key member_keys[] = {
	{ "data",         KEY_PATH,   NULL, "an absolute path",    "its data directory", .required = true },
	{ "data_new",     KEY_PATH,   NULL, "an absolute path",    "the same in the installation \"new\", when it differs" },
	{ "conninfo",     KEY_STRING, NULL, "a connection string", "how its server is reached", .required = true },
	{ "conninfo_new", KEY_STRING, NULL, "a connection string", "the same in the installation \"new\", when it differs" },
	{ "upstream",     KEY_STRING, NULL, "the name of a member", "whom a subscriber receives from" },
	{ NULL }
};

static const struct config_key pair_keys[] = {
	{ "replication.user",        KEY_STRING, NULL, "the name of a role", "who replicates", .required = true },
	{ "replication.passfile",    KEY_PATH,   NULL, "an absolute path",   "its password, as libpq reads it" },
	{ "replication.options",     KEY_STRING, NULL, "options of a connection string", "more of what standbys connect with" },
	{ "pooler[].conninfo",       KEY_STRING, NULL, "a connection string", "its admin console", .required = true },
	{ "pooler[].host",           KEY_STRING, NULL, "the name of a host section", "where it runs", .required = true },
	{ "pooler[].databases_file", KEY_PATH,   NULL, "an absolute path",   "its file of databases", .required = true },
	{ "server.start",            KEY_LIST,   NULL, "a list { \"/program\", \"argument\" }", "how the site starts a server" },
	{ "server.stop",             KEY_LIST,   NULL, "a list { \"/program\", \"argument\" }", "how the site stops a server" },
	{ NULL }
};

static const struct procedure *const procedures[] = {
	&pg_asp_patch, &pg_asp_major, &pg_offline_migrate, &pg_offline_backup, &pg_move_directory,
	&pg_move_host, NULL
};

static const struct no_counterpart refused[] = {
	{ "online-bidirectional", "a server applies no updates of a peer that it sends its own to, without conflicts",
	  "asp-major upgrades an active standby pair online" },
	{ "asp-ports", "servers have no ports for replication apart from their own", "change port in postgresql.conf, primary_conninfo of those that follow, and restart" },
	{ "change-bits", "there are no releases of 32 and 64 bit that share a host's tools", "offline-migrate with --option method=dump, and bin of the other build" },
	{ "convert-charset", "the encoding belongs to each database and is chosen when it is created", "dump the database and restore it into one with ENCODING of your choice" },
	{ "convert-types", "there are no types of another vendor to convert", "ALTER TABLE changes types" },
	{ "resize", "data files grow and shrink by themselves", "VACUUM FULL, or offline-migrate with --option method=dump, gives room back" },
	{ NULL }
};
/* clang-format on */

static const char *const shown[] = { "pg.timeline", "pg.insert", "pg.flush", "pg.receive",
	"pg.replay", "pg.paused", "pg.receiver", "pg.source", "pg.source_slot", "pg.start_time",
	"pg.sysid", NULL };

const struct engine postgres = {
	.name = "postgres",
	.alias = "postgresql",
	.title = "PostgreSQL",
	.installation_keys = installation_keys,
	.member_keys = member_keys,
	.pair_keys = pair_keys,
	.procedures = procedures,
	.refused = refused,
	.connector = &pg_connector,
	.shell = &pg_shell,
	.shown = shown,
	.validate = pg_validate,
	.clash = pg_clash,
	.ask = pg_ask,
	.answer = pg_answer,
	.judge = pg_judge,
	.grows = pg_grows,
	.check = pg_check,
	.own_marker = true,
	.check_looks = LOOK_BASIC | LOOK_RELEASE | LOOK_SCHEMA,
	.same_major = pg_same_major,
	.release_parse = pg_release_parse,
};
