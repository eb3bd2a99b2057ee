#!/bin/sh
# A database without a standby goes to another major release behind PgBouncer: its clients wait and
# meet no error, also when it is aborted half-way; how long nobody was served is told.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 506-offline-pooler
pg_releases 13 15
pg_up --alone --pooler
pg_pair_config --gates none
load_start --rate 200
daemon_start
await pair_is_seen 90

outage_is_told() {
	ctl_now --json status "$PAIR" >"$T/status.json" &&
		jq -e '.upgrade.write_pause_ms > 100' "$T/status.json" >/dev/null
}

say 'aborted before the new cluster serves'
start --procedure offline-migrate --gates every-step
walk_to 2i 180
ctl abort "$PAIR" --yes >/dev/null || fail 'abort was refused'
await 'upgrade_is aborted' 120
load_goes_on 50

say 'and all the way'
await pair_is_seen 60
start --procedure offline-migrate
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "attention: $(attention)"
await outage_is_told 20
[ "$(pg_release_of a)" = "$NEW_RELEASE" ] || fail 'a is of the old release'
load_goes_on 50
[ "$(load_number failed)" = 0 ] || fail "clients met errors: $(load_number failed)"
load_stop
verdict_must_pass
