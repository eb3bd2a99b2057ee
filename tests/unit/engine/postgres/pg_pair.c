#include "tests/unit/engine/postgres/pg_pair.h"

#include <string.h>

static char n_a[] = "a", n_b[] = "b", n_r1[] = "r1", n_pair[] = "orders";
static char h_1[] = "db1", h_2[] = "db2", h_3[] = "db3";
static char n_old[] = "old", n_new[] = "new", n_engine[] = "postgres";
static char bin_old[] = "/usr/lib/postgresql/15/bin";
static char bin_new[] = "/usr/lib/postgresql/17/bin";
static char topology[] = "active-standby", file[] = "orders.conf";

static void
member_init(struct pg_pair *w, int index, char *name, char *host)
{
	static const char *const addresses[] = { "10.0.0.11", "10.0.0.12",
		"10.0.0.13" };
	struct member *m = &w->members[index];
	char text[200];

	w->hosts[index] = (struct host){ .name = host,
		.installations = w->installations,
		.installation_count = 2 };
	*m = (struct member){ .name = name,
		.host = &w->hosts[index],
		.pair = &w->pair,
		.index = index,
		.subscriber = index == PAIR_R1 };
	str_printf(text, sizeof(text), "/var/lib/postgresql/15/%s", name);
	settings_set(&m->settings, "data", text);
	str_printf(text, sizeof(text), "/var/lib/postgresql/17/%s", name);
	settings_set(&m->settings, "data_new", text);
	str_printf(text, sizeof(text),
	    "host=%s port=5433 user=upgraded dbname=postgres passfile=/etc/pgpass",
	    addresses[index]);
	settings_set(&m->settings, "conninfo", text);
}

void
pg_pair_init(struct pg_pair *w)
{
	struct settings *s = &w->pair.settings;

	*w = (struct pg_pair){ .engine = { .name = "postgres" } };
	w->installations[PAIR_OLD] =
	    (struct installation){ .name = n_old, .engine = n_engine, .bin = bin_old };
	w->installations[PAIR_NEW] =
	    (struct installation){ .name = n_new, .engine = n_engine, .bin = bin_new };
	w->pair = (struct pair){ .name = n_pair,
		.engine = &w->engine,
		.topology = topology,
		.members = w->members,
		.member_count = PAIR_MEMBERS,
		.file = file };
	member_init(w, PAIR_A, n_a, h_1);
	member_init(w, PAIR_B, n_b, h_2);
	member_init(w, PAIR_R1, n_r1, h_3);
	settings_set(&w->members[PAIR_R1].settings, "upstream", "b");
	settings_set(s, "replication.user", "replicator");
	settings_set(s, "replication.passfile", "/etc/replpass");
	settings_set(s, "pooler.p1.conninfo",
	    "host=/run/pgbouncer port=6432 dbname=pgbouncer");
	settings_set(s, "pooler.p1.host", "db1");
	settings_set(s, "pooler.p.two.conninfo",
	    "host=10.0.0.9 port=6432 dbname=pgbouncer");
}

void
pg_pair_done(struct pg_pair *w)
{
	settings_done(&w->pair.settings);
	for (int i = 0; i < PAIR_MEMBERS; i++)
		settings_done(&w->members[i].settings);
}
