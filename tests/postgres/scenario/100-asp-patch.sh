#!/bin/sh
# A pair with a cascading subscriber goes to another minor release under load, with clients that
# reconnect over a list of servers: nothing is lost, and the pause is short.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 100-asp-patch
pg_releases 13.16 13.23
scene 100-asp-patch

loadctl window >/dev/null
start
await 'upgrade_is completed' 180
say "outage $(load_number gap_ms) ms, of one worker $(load_number worker_gap_ms) ms"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
for member in a b r1; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member runs $(pg_release_of "$member")"
done
pg_streams b a || fail "a does not follow b"
pg_streams b r1 || fail "r1 does not follow b"
prove
