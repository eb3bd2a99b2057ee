#!/bin/sh
# A table is made after definitions were compared and before the freeze: the last commit is
# refused, the swap is taken back, and the next try compares again. Then the upgrade completes.
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

start --gates every-step
walk_to 5g 300
pg_sql a shop 'CREATE TABLE app.late (a integer PRIMARY KEY)'
walk_until attention completed
upgrade_is attention || fail 'it swapped'
attention | grep -q 'were made or dropped since they were compared' || fail "$(attention)"
remedy_is_given || fail 'nothing is said of what to do'
[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
load_goes_on 50

say 'retry compares again, and names it'
steer retry "$PAIR"
walk_until attention completed
attention | grep -q 'app.late in shop is not there' || fail "$(attention)"
pg_sql a shop 'DROP TABLE app.late'
steer retry "$PAIR"
walk_until attention completed
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
prove
