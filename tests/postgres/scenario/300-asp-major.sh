#!/bin/sh
# The pair goes to another major release while applications commit in two databases, over a
# connection string with two hosts. Nothing is lost, nobody but the new active takes writes,
# and nothing of the old release is left.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 300-asp-major
pg_releases 13 15
APPS='--rate 300'
scene 300-asp-major
start
await 'upgrade_is completed attention' 600
upgrade_is completed || fail "$(attention)"
load_stop
verdict_must_pass
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
for member in a b r1; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member runs $(pg_release_of "$member")"
	[ ! -e "$PGROOT/$member" ] || fail "the old data directory of $member is left"
done
say "write pause $(last_upgrade .write_pause_ms) ms"
