#!/bin/sh
# A transaction that has changed a table is open when definitions are compared: it is waited for, by
# name, and then what it did is seen. A table is made, or a column dropped, after the comparison and before
# the freeze: the last commit is refused, the swap is taken back, and the next try compares again. What
# applications do with temporary tables is nobody's business. Then the upgrade completes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 333-asp-major-late
pg_releases 13 15
UP=--no-subscriber
scene 333-asp-major-late --limit redundancy_gap=20m

# Approves whatever is asked, until one of these states.
walk_until() { # STATE...
	limit=$(($(date +%s) + 300))
	until upgrade_is "$@"; do
		[ "$(date +%s)" -lt "$limit" ] || fail "does not come to: $*"
		! upgrade_is gated || ctl advance "$PAIR" >/dev/null || :
		sleep 0.02
	done
}

# Step 5c, behind the comparison, waits for this lock; then what is given is done on the active.
retry_and_do_late() { # SQL...
	rm -f "$T/lock" "$T/lock.out"
	mkfifo "$T/lock"
	"$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d shop <"$T/lock" >"$T/lock.out" 2>&1 &
	exec 7>"$T/lock"
	echo 'BEGIN; LOCK TABLE upgraded.sequence; SELECT 1;' >&7
	await '[ -s "$T/lock.out" ]' 20
	steer retry "$PAIR"
	await 'step_is 5c' 120
	pg_sql a shop "$@"
	echo 'COMMIT;' >&7
	exec 7>&-
}

# In a transaction that stays open until told to COMMIT.
begin_and() { # SQL
	rm -f "$T/open" "$T/open.out"
	mkfifo "$T/open"
	"$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d shop <"$T/open" >"$T/open.out" 2>&1 &
	exec 8>"$T/open"
	echo "BEGIN; $1; SELECT 1;" >&8
	await '[ -s "$T/open.out" ]' 20
}

told() { # PATTERN
	ctl_now why "$PAIR" | grep -q "$1"
}

pg_sql a shop 'CREATE TABLE app.early (a integer PRIMARY KEY)'
start --gates every-step
walk_to 5.1 300
say 'a change that is not committed when definitions are compared'
begin_and 'ALTER TABLE app.early ALTER COLUMN a TYPE bigint'
steer advance "$PAIR"
await 'told "in shop has locked app.early"' 60
load_goes_on 50
step_is 5.1 || fail "it went on: $(pair_json .upgrade.step.number)"
echo 'COMMIT;' >&8
exec 8>&-
walk_until attention completed
attention | grep -q 'app.early in shop has other columns' || fail "$(attention)"
pg_sql b shop 'ALTER TABLE app.early ALTER COLUMN a TYPE bigint'
steer retry "$PAIR"

walk_to 5g 300
say 'a table that is made behind the comparison'
pg_sql a shop 'CREATE TABLE app.late (a integer PRIMARY KEY)'
walk_until attention completed
upgrade_is attention || fail 'it swapped'
attention | grep -q 'app.late was made, changed or dropped since definitions were compared' || fail "$(attention)"
remedy_is_given || fail 'nothing is said of what to do'
[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
load_goes_on 50

say 'retry compares again, and names it'
steer retry "$PAIR"
walk_until attention completed
attention | grep -q 'app.late in shop is not there' || fail "$(attention)"
pg_sql a shop 'DROP TABLE app.late' 'ALTER TABLE app.customers ADD COLUMN late integer'
pg_sql b shop 'ALTER TABLE app.customers ADD COLUMN late integer'

say 'a column is dropped at the last instant'
retry_and_do_late 'ALTER TABLE app.customers DROP COLUMN late'
walk_until attention completed
attention | grep -q 'app.customers.* was made, changed or dropped since definitions were compared' || fail "$(attention)"
[ "$(pg_actives | head -n 1)" = a ] || fail "active: $(pg_actives)"
pg_sql b shop 'ALTER TABLE app.customers DROP COLUMN late'

say 'a function, an index, a role and a privilege that only one side has'
pg_sql a shop "CREATE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'" \
	'CREATE INDEX late ON app.customers (name)' "CREATE ROLE late PASSWORD 'late'" \
	'GRANT SELECT ON app.customers TO PUBLIC'
for each in 'role late is not there' 'function app.f(integer) in shop is not there, and 2 more' \
	'index app.late in shop is not there' 'privileges on app.customers in shop differ'; do
	steer retry "$PAIR"
	walk_until attention completed
	attention | grep -qF "$each" || fail "$(attention)"
	case $each in
	function*) pg_sql b shop "CREATE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1'" ;;
	index*) pg_sql b shop 'CREATE INDEX late ON app.customers (name)' ;;
	role*) pg_sql a shop 'DROP ROLE late' ;;
	*) pg_sql b shop 'GRANT SELECT ON app.customers TO PUBLIC' ;;
	esac
done

say 'the source of a function, at the last instant'
retry_and_do_late "CREATE OR REPLACE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2'"
walk_until attention completed
attention | grep -qF 'app.f(integer) was made, changed or dropped since definitions were compared' || fail "$(attention)"
steer retry "$PAIR"
walk_until attention completed
attention | grep -qF 'function app.f(integer) in shop differs' || fail "$(attention)"
pg_sql b shop "CREATE OR REPLACE FUNCTION app.f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 2'"

say 'temporary tables'
retry_and_do_late 'CREATE TEMPORARY TABLE t (a integer)' 'ALTER TABLE t ADD COLUMN b serial' \
	'ALTER TABLE t DROP COLUMN a' 'CREATE TEMPORARY TABLE u AS SELECT 1 AS a' 'DROP TABLE t'
walk_until attention completed
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
[ "$(pg_sql b shop 'SELECT count(*) FROM pg_event_trigger')" = 0 ] || fail 'an event trigger is left'
prove
