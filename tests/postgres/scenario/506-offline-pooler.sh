#!/bin/sh
# A database without a standby goes to another major release behind two PgBouncers: clients wait and
# meet no error, also when it is aborted half-way; how long nobody was served is told. While one of
# them hangs nothing is stopped: it is named, the clients of the other one go on, and so do its own once
# it answers.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 506-offline-pooler
pg_releases 13 15
pg_up --alone --poolers 2
pg_pair_config --gates none
load_start --rate 200
daemon_start
await pair_is_seen 90

outage_is_told() {
	ctl_now --json status "$PAIR" >"$T/status.json" &&
		jq -e '.upgrade.write_pause_ms > 100' "$T/status.json" >/dev/null
}

is_paused() { # POOLER: any of its databases
	pooler_admin 'SHOW DATABASES' "$1" | awk -F '|' '$(NF - 1) == 1 { found = 1 } END { exit !found }'
}

say 'a pooler that hangs'
start --procedure offline-migrate --gates every-step
walk_to 2p 180
kill -STOP "$(pooler_pid p2)"
steer advance "$PAIR"
await 'step_is 2p && ctl_now why "$PAIR" | grep -q "see to pooler p2"' 60
await '! is_paused p1' 60
load_goes_on 50
kill -CONT "$(pooler_pid p2)"
await 'upgrade_is attention' 90
attention_says 'pooler p2 did not pause within .* clients of all go on.*see to pooler p2.*then retry' ||
	fail "$(attention)"
! is_paused p1 && ! is_paused p2 || fail 'clients are held'
pg_role_is a active || fail 'a was stopped'

say 'aborted before the new cluster serves'
steer retry "$PAIR"
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
