#!/bin/sh
# Settings that want a restart come without one of the pair: asp-patch to the release that runs
# already. What would leave somebody unable to follow, or to start, is found before.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 103-asp-patch-setting
pg_releases 15.20 15.20
UP='--wal-level replica'
scene 103-asp-patch-setting --gates before-finish

finds() { # MEMBER RULE WORDS
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" --procedure asp-patch >"$T/check.json" || :
	jq -e --arg member "$1" --arg rule "$2" --arg words "$3" 'any(.findings[]; .severity == "blocker"
		and .member == $member and .rule == $rule and (.finding | contains($words)))' \
		"$T/check.json" >/dev/null
}

value() { # MEMBER SETTING
	pg_sql "$1" postgres "SHOW $2"
}

ctl_gives 2 start "$PAIR" --to "$NEW_RELEASE"
for member in a b r1; do
	pg_sql $member postgres "ALTER SYSTEM SET wal_level = logical" \
		"ALTER SYSTEM SET max_connections = 150"
done

say 'a standby that would not follow, and one that would not start'
pg_sql b postgres 'ALTER SYSTEM SET max_connections = 50'
await 'finds b pg.settings "max_connections of b will be 50 after its restart, of a it is 100"' 30
pg_sql b postgres 'ALTER SYSTEM SET max_connections = 300'
await 'finds a pg.settings "max_connections of a will be 150 after its restart, of b, the next active, 300"' 30
pg_sql b postgres 'ALTER SYSTEM SET max_connections = 150'
echo 'wrok_mem = 1' >>"$PGROOT/r1/postgresql.conf"
await 'finds r1 pg.files "wrok_mem ("' 30
ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE" --procedure asp-patch
sed -i '/wrok_mem/d' "$PGROOT/r1/postgresql.conf"
await '! finds r1 pg.files wrok_mem' 30

say 'all at once'
start --procedure asp-patch
await 'upgrade_is gated attention' 180
upgrade_is gated || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
for member in a b r1; do
	[ "$(value $member wal_level) $(value $member max_connections)" = 'logical 150' ] ||
		fail "$member has $(value $member wal_level), $(value $member max_connections)"
done

say 'the way back gives the role back, and leaves the settings'
ctl abort "$PAIR" --yes >/dev/null || fail 'abort was refused'
await 'ended_as aborted || upgrade_is attention' 180
ended_as aborted || fail "it needs attention: $(attention)"
await serves_as_before 30
[ "$(value a max_connections)" = 150 ] || fail "a has $(value a max_connections)"
prove
