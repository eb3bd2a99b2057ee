#!/bin/sh
# swap_back=yes: the roles end as they began, by a second swap, and nothing is left behind.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 110-asp-patch-swap-back
pg_releases 13.16 13.23
scene 110-asp-patch-swap-back

start --option swap_back=yes
await 'upgrade_is completed attention' 240
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = a ] || fail "the active is $(pg_actives)"
for member in a b r1; do
	[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] || fail "$member runs $(pg_release_of "$member")"
done
pg_streams a b || fail "b does not follow a"
pg_streams b r1 || fail "r1 does not follow b"
left=$(for member in a b r1; do
	pg_sql "$member" postgres "SELECT '$member:' || slot_name FROM pg_replication_slots WHERE NOT active"
done)
[ -z "$left" ] || fail "slots are left that nobody reads: $left"
for member in a b; do
	[ "$(pg_sql "$member" postgres 'SHOW wal_retrieve_retry_interval')" = 5s ] ||
		fail "a setting of $member is not what it was"
done
prove
