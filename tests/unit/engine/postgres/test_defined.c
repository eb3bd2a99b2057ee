/*
 * Definitions of a database as asp-major compares them, asked of a server: what was changed is told by
 * its name, and what is no difference is not told.
 */
#include "daemon/engine/postgres/steps/major.h"

#include <stdlib.h>
#include <string.h>

#include "common/mem.h"
#include "daemon/engine/postgres/sql/session.h"
#include "tests/unit/engine/postgres/check_session.h"
#include "tests/unit/engine/postgres/pg_pair.h"
#include "tests/unit/engine/postgres/server.h"
#include "tests/unit/runner/stage.h"

#define LIMIT_MS 60000

static struct pg_pair w;
static struct session *session;

static void
setup(void)
{
	session = server_session(&w);
}

static void
teardown(void)
{
	server_session_done(&w, session);
}

/* One of each. */
static const char world[] =
    "CREATE ROLE ann LOGIN; CREATE ROLE bob; CREATE SCHEMA s; SET search_path = s;"
    "CREATE TYPE mood AS ENUM ('bad', 'good'); CREATE DOMAIN short AS varchar(9);"
    "CREATE TYPE spot AS (x int, y int);"
    "CREATE TABLE a (id int PRIMARY KEY, word text, CONSTRAINT long CHECK (id > 0));"
    "CREATE TABLE b (id int, name varchar(9)); GRANT SELECT ON b TO ann; CREATE SEQUENCE q; CREATE VIEW v AS SELECT id FROM a;"
    "CREATE INDEX i ON a (word);"
    "CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n';"
    "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
    "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION g();"
    "CREATE RULE r AS ON DELETE TO b DO INSTEAD NOTHING;"
    "CREATE POLICY p ON a FOR SELECT USING (true);"
    "CREATE TABLE parted (id int) PARTITION BY RANGE (id);"
    "CREATE TABLE part PARTITION OF parted FOR VALUES FROM (0) TO (9);";

/* clang-format off */
static const struct { const char *change, *names; } cases[] = {
	{ "SELECT 1", "" },
	{ "CREATE TABLE c (id int)", "privileges on s.c; table s.c" },
	{ "ALTER TABLE a ADD COLUMN more int", "table s.a" },
	{ "ALTER TABLE b ALTER COLUMN id TYPE bigint", "table s.b" },
	{ "ALTER TABLE a ALTER COLUMN word SET NOT NULL", "table s.a" },
	{ "ALTER TABLE a ALTER COLUMN word TYPE varchar(7)", "table s.a" },
	{ "ALTER TABLE b ALTER COLUMN name TYPE varchar(8)", "table s.b" },
	{ "DROP VIEW v", "privileges on s.v; view s.v" },
	{ "CREATE MATERIALIZED VIEW m AS SELECT 1 AS one", "materialized view s.m; privileges on s.m" },
	{ "DROP SEQUENCE q", "privileges on s.q; sequence s.q" },
	{ "GRANT SELECT ON a TO ann", "privileges on s.a" },
	{ "GRANT SELECT ON a TO public", "privileges on s.a" },
	{ "GRANT SELECT ON b TO ann WITH GRANT OPTION", "privileges on s.b" },
	{ "GRANT USAGE ON SEQUENCE q TO ann", "privileges on s.q" },
	{ "ALTER TABLE a OWNER TO bob", "privileges on s.a" },
	{ "ALTER TABLE a ENABLE ROW LEVEL SECURITY", "privileges on s.a" },
	{ "ALTER TABLE a FORCE ROW LEVEL SECURITY", "privileges on s.a" },
	{ "DROP INDEX i", "index s.i" },
	{ "DROP INDEX i; CREATE UNIQUE INDEX i ON a (word)", "index s.i" },
	{ "DROP INDEX i; CREATE INDEX i ON a (word, id)", "index s.i" },
	{ "ALTER TABLE a DROP CONSTRAINT long", "constraint long of s.a" },
	{ "ALTER TABLE a DROP CONSTRAINT long; ALTER TABLE a ADD CONSTRAINT long UNIQUE (word)", "constraint long of s.a; index s.long" },
	{ "ALTER TABLE b ADD FOREIGN KEY (id) REFERENCES a", "constraint b_id_fkey of s.b" },
	{ "DROP TRIGGER t ON a", "trigger t of s.a" },
	{ "DROP RULE r ON b", "rule r of s.b" },
	{ "DROP POLICY p ON a", "policy p of s.a" },
	{ "DROP POLICY p ON a; CREATE POLICY p ON a FOR UPDATE USING (true)", "policy p of s.a" },
	{ "DROP POLICY p ON a; CREATE POLICY p ON a AS RESTRICTIVE FOR SELECT USING (true)", "policy p of s.a" },
	{ "CREATE OR REPLACE FUNCTION f(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1'", "function s.f(integer)" },
	{ "ALTER FUNCTION f SECURITY DEFINER", "function s.f(integer)" },
	{ "ALTER FUNCTION f IMMUTABLE", "function s.f(integer)" },
	{ "ALTER FUNCTION f STRICT", "function s.f(integer)" },
	{ "ALTER FUNCTION f SET work_mem = '1MB'", "function s.f(integer)" },
	{ "ALTER FUNCTION f OWNER TO bob", "function s.f(integer)" },
	{ "REVOKE EXECUTE ON FUNCTION f FROM public", "function s.f(integer)" },
	{ "DROP FUNCTION f; CREATE FUNCTION f(n int) RETURNS bigint LANGUAGE sql AS 'SELECT n'", "function s.f(integer)" },
	{ "CREATE FUNCTION f(n text) RETURNS int LANGUAGE sql AS 'SELECT 1'", "function s.f(text)" },
	{ "ALTER TYPE mood ADD VALUE 'best'", "type s.mood" },
	{ "ALTER TYPE mood RENAME VALUE 'bad' TO 'sad'", "type s.mood" },
	{ "ALTER DOMAIN short SET NOT NULL", "type s.short" },
	{ "DROP DOMAIN short; CREATE DOMAIN short AS varchar(8)", "type s.short" },
	{ "ALTER TYPE spot ADD ATTRIBUTE z int", "type s.spot" },
	{ "CREATE SCHEMA other", "schema other" },
	{ "GRANT USAGE ON SCHEMA s TO ann", "schema s" },
	{ "ALTER SCHEMA s OWNER TO bob", "schema s" },
	{ "CREATE ROLE eve", "role eve" },
	{ "ALTER ROLE ann NOLOGIN", "role ann" },
	{ "ALTER ROLE ann PASSWORD 'other'", "role ann" },
	{ "ALTER ROLE ann CONNECTION LIMIT 3", "role ann" },
	{ "ALTER ROLE ann VALID UNTIL '2030-01-01'", "role ann" },
	{ "ALTER ROLE ann SET work_mem = '1MB'", "role ann" },
	{ "GRANT bob TO ann", "role ann" },
	/* no differences */
	{ "ALTER ROLE ann SET default_transaction_read_only = on", "" },
	{ "CREATE SCHEMA upgraded; CREATE TABLE upgraded.x (id int)", "" },
	{ "CREATE TEMP TABLE mine (id int)", "" },
	{ "INSERT INTO a VALUES (1); SELECT nextval('q'); ANALYZE a", "" },
	{ "COMMENT ON TABLE a IS 'x'", "" },
	{ "ALTER SCHEMA public OWNER TO bob", "" },
};
/* clang-format on */

START_TEST(what_was_changed_is_told)
{
	char *script = mem_printf(
	    "BEGIN; %s CREATE TEMP TABLE was AS %s; %s;"
	    " SELECT 'told', string_agg(name, '; ' ORDER BY name COLLATE \"C\") FROM"
	    " (SELECT name FROM pg_temp.was FULL JOIN (%s) now USING (name)"
	    " WHERE was.definition IS DISTINCT FROM now.definition"
	    " AND name !~ ' pg_temp') d; ROLLBACK;",
	    world, major_defined, cases[_i].change, major_defined);
	char *wanted = cases[_i].names[0] == '\0'
	    ? mem_strdup("told\t\\N\n")
	    : mem_printf("told\t%s\n", cases[_i].names);
	struct ended e = { 0 };
	const char *told;

	session_ask(session, script, LIMIT_MS, ASK_LAST, on_done, &e);
	WAIT_FOR(e.calls == 1);
	ck_assert_msg(e.o.ending == ENDING_EXITED && e.o.status == 0, "%s: %s",
	    cases[_i].change, e.o.output);
	told = strstr(e.o.output, "told\t");
	ck_assert_msg(told != NULL && str_equal(told, wanted), "%s: %s",
	    cases[_i].change, e.o.output);
	outcome_done(&e.o);
	free(wanted);
	free(script);
}
END_TEST

TCase *
defined_tests(void)
{
	TCase *tc = tcase_create("defined");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, what_was_changed_is_told, 0, ARRAY_SIZE(cases));
	return tc;
}
