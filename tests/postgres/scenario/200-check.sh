#!/bin/sh
# A pair with every trouble that a major upgrade can have: check finds all of them at once, by
# name and with a remedy, and changes nothing; a minor upgrade of the same pair is told only
# what matters to it.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 200-check
pg_releases 15 17
needs_daemon
PG_CONF='max_prepared_transactions = 5'
export PG_CONF
pg_up
pg_pair_config
{
	echo "advisories = \"$T/run/advisories.conf\""
	cat "$CONF"
} >"$CONF.new" && mv "$CONF.new" "$CONF"
cat >"$T/run/advisories.conf" <<EOF
advisory "bad-target" { engine = "postgres"  to = { "$NEW_RELEASE" }  severity = "block"
  text = "this release must not be taken"  act = "take another"  source = "a test" }
advisory "another-way" { engine = "postgres"  to = { "99.." }  severity = "block"
  text = "of another way"  act = "nothing"  source = "a test" }
advisory "brin" { engine = "postgres"  severity = "act"
  detect = { "SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid",
             "JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'brin'" }
  text = "BRIN indexes"  act = "REINDEX them"  source = "a test" }
advisory "no-such-table" { engine = "postgres"  severity = "act"  detect = { "SELECT x FROM nowhere" }
  text = "of a table"  act = "nothing"  source = "a test" }
EOF

# Findings of a check that saw everything it asks for, as "severity rule": on a busy machine the
# first may come too late.
check() { # OPTION... of upgradectl check
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" "$@" >"$T/check.json" || :
	jq -e '[.findings[] | select(.rule == "pg.seen") | select(.finding | contains("what check asks"))] == []' \
		"$T/check.json" >/dev/null || return 1
	jq -r '.findings[] | .severity + " " + .rule' "$T/check.json" | sort -u >"$T/check"
}

text_of() { # RULE
	jq -r --arg rule "$1" '.findings[] | select(.rule == $rule) | .finding' "$T/check.json"
}

finds() { # SEVERITY RULE [WORDS]
	grep -qx "$1 $2" "$T/check" || fail "no $1 of $2: $(tr '\n' ';' <"$T/check")"
	text_of "$2" | grep -q -F -e "${3:-}" || fail "$2 does not say '${3:-}': $(text_of "$2")"
}

finds_none() { # RULE
	! grep -q " $1\$" "$T/check" || fail "$1 is found: $(text_of "$1")"
}

daemon_start
await pair_is_seen 30
say 'a pair without trouble of its own'
await check 60
for rule in pg.failover-tool pg.account pg.hba pg.slots-free pg.settings pg.replica-identity pg.large-objects \
	pg.extensions pg.places pg.identity pg.wal-level; do
	finds_none "$rule"
done

say 'every trouble at once'
pg_sql a shop 'CREATE TABLE app.nokey (a integer)' \
	'CREATE TABLE app.whole (a integer)' 'ALTER TABLE app.whole REPLICA IDENTITY FULL' \
	'CREATE DOMAIN app.place AS point' 'CREATE TYPE app.pair AS (a json[], b integer)' \
	'CREATE TABLE app.typed (a varchar(3), b app.place[], c jsonb, d app.pair, e int4range, f cidr, g name[])' \
	'ALTER TABLE app.typed REPLICA IDENTITY FULL' \
	'CREATE UNLOGGED TABLE app.unlogged (a integer PRIMARY KEY)' \
	'SELECT lo_create(0)' \
	'CREATE MATERIALIZED VIEW app.view AS SELECT 1 AS a' \
	'CREATE TABLE app.numbers (id integer PRIMARY KEY, p regproc)' \
	'CREATE INDEX brin_of_numbers ON app.numbers USING brin (id)' \
	"CREATE FUNCTION app.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'" \
	'CREATE TRIGGER always BEFORE INSERT ON app.numbers FOR EACH ROW EXECUTE FUNCTION app.nothing()' \
	'ALTER TABLE app.numbers ENABLE ALWAYS TRIGGER always' \
	'CREATE PUBLICATION theirs FOR TABLE app.numbers' >/dev/null
pg_sql a postgres 'CREATE DATABASE attic' 'ALTER DATABASE attic ALLOW_CONNECTIONS false' \
	"SELECT pg_create_logical_replication_slot('theirs', 'test_decoding')" \
	'ALTER SYSTEM SET max_connections = 77' 'SELECT pg_reload_conf()' >/dev/null
# Last: a slot is not made while a prepared transaction is open.
pg_sql a crm 'CREATE TABLE app.held (a integer PRIMARY KEY)' 'BEGIN' \
	'INSERT INTO app.held VALUES (1)' "PREPARE TRANSACTION 'somebody'"
await pg_is_quiet 30
everything() {
	check && grep -q pg.replica-identity "$T/check" && grep -q pg.pending "$T/check"
}
await everything 60
finds blocker pg.replica-identity 'shop: app.nokey'
finds blocker pg.large-objects shop
finds blocker pg.prepared somebody
finds blocker pg.databases attic
finds blocker pg.types app.numbers.p
finds blocker pg.advice bad-target
finds warning pg.advice app.brin_of_numbers
finds warning pg.identity-full app.whole
finds blocker pg.identity-types 'shop: app.typed.b, app.typed.d'
! text_of pg.identity-types | grep 'typed.[acefg]' || fail 'a type that knows equality is told'
finds warning pg.unlogged app.unlogged
finds warning pg.triggers always
finds warning pg.logical-slots theirs
finds warning pg.pending max_connections
finds warning pg.seen 'no-such-table of a'
finds note pg.matviews app.view
finds note pg.sequences
finds note pg.publications theirs
finds note pg.ddl
! text_of pg.advice | grep another-way || fail 'an advisory of another way is told'
jq -e '[.findings[] | select(.severity == "blocker" and .remedy == "")] == []' "$T/check.json" >/dev/null ||
	fail 'a blocker has no remedy'
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"
[ "$(pg_sql a shop 'SELECT count(*) FROM pg_publication')" = 1 ] || fail 'check made a publication'

say 'what is overridden by name is a warning'
await 'check --option override=bad-target,pg.large-objects' 30
finds warning pg.advice 'overridden: bad-target'
finds warning pg.large-objects overridden
finds blocker pg.replica-identity
