#!/bin/sh
# A failover tool that is there for these servers is refused, by its process or by its session; one
# that is there for others is nobody's business. One that comes after check, and before the swap, is
# seen before anybody waits: it is named, nothing is paused, and once it is gone retry completes.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 203-failover-tool
pg_releases 13.16 13.23
UP=--no-subscriber
scene 203-failover-tool --gates before-swap
stranger=''

# tool NAME ARG...: a process that goes by this name, as the owner of the clusters. It says what it is
# there for, so that scenarios beside this one are not refused.
tool() {
	name=$1
	shift
	cp "$(command -v sh)" "$PGROOT/$name"
	pg_as "$PGROOT/$name" -c 'read -r _ <"$0"' "$T/pg/never" "$@" &
	stranger=$!
}

# session NAME
session() {
	PGAPPNAME=$1 "$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d postgres \
		-c 'SELECT pg_sleep(600)' >/dev/null 2>&1 &
	stranger=$!
}

gone() {
	# shellcheck disable=SC2046
	kill "$stranger" $(pg_children "$stranger")
	pg_sql a postgres "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query ~ 'pg_sleep.600'
		AND pid <> pg_backend_pid()" >/dev/null
}

check() {
	ctl_now --json check "$PAIR" --to "$NEW_RELEASE" >"$T/check.json" || :
	jq -e '[.findings[] | select(.rule == "pg.seen") | select(.finding | contains("what check asks"))] == []' \
		"$T/check.json" >/dev/null
}

blocks() { # WORDS
	check && jq -e --arg words "$1" 'any(.findings[]; .severity == "blocker"
		and .rule == "pg.failover-tool" and (.finding | contains($words)) and .remedy != "")' "$T/check.json" >/dev/null
}

passes() {
	check && jq -e 'all(.findings[]; .rule != "pg.failover-tool")' "$T/check.json" >/dev/null
}

mkfifo "$PGROOT/never"
chown "$(pg_owner)" "$PGROOT/never"
mkdir "$T/other"
for place in "$PGROOT/a" "$T/other"; do
	{
		echo "node_id = 1"
		echo "data_directory='$place'"
	} >"$PGROOT/${place##*/}.conf"
	printf 'postgresql:\n  data_dir: "%s"\n' "$place" >"$PGROOT/${place##*/}.yml"
done

await passes 60
while read -r name args; do
	say "$name $args"
	# shellcheck disable=SC2086
	tool "$name" $args
	await "blocks '$name runs on host'" 60
	ctl_gives 8 start "$PAIR" --to "$NEW_RELEASE"
	gone
done <<EOF
repmgrd -f $PGROOT/a.conf
patroni $PGROOT/a.yml
pg_autoctl run --pgdata $PGROOT/a
EOF
for name in Patroni repmgr; do
	say "a session of $name"
	session $name
	await "blocks 'session of $name'" 60
	gone
done
await passes 60
while read -r name args; do
	say "of others: $name $args"
	# shellcheck disable=SC2086
	tool "$name" $args
	await 'grep -qsx "$name" "/proc/$(pg_children "$stranger")/comm"' 20
	await passes 60
	gone
done <<EOF
repmgrd --config-file=$PGROOT/other.conf
patroni $PGROOT/other.yml
pg_autoctl run --pgdata $T/other
EOF

say 'it comes right before the swap'
start
await 'upgrade_is gated' 120
session repmgr
steer advance "$PAIR"
await 'upgrade_is attention completed' 120
attention_says 'in charge of a: session of repmgr.*pause it' || fail "$(attention)"
[ "$(pg_actives)" = a ] || fail "the active is $(pg_actives)"
[ "$(event_count upgrade.step 'freeze a')" = 0 ] || fail 'it was frozen'
load_goes_on 50
gone
steer retry "$PAIR"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
