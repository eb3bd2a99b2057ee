#!/bin/sh
# What runs on this host runs on one that is reached by ssh, as the owner of the clusters: a
# patch of a pair under load.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 150-over-ssh
pg_releases 13.16 13.23
TRANSPORT=ssh
scene 150-over-ssh
grep -q 'event=ssh.up' "$T/upgraded.log" || fail 'not over ssh'
loadctl window >/dev/null
start
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "attention: $(attention)"
say "outage $(load_number gap_ms) ms, of one worker $(load_number worker_gap_ms) ms"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
