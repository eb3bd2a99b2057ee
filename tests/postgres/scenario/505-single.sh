#!/bin/sh
# A database without a standby goes to another major release by the procedure that is chosen, with
# hooks that stop its applications: they wait, and meet no error.
. "${srcdir:-.}/tests/postgres/lib.sh"

scenario 505-single
pg_releases 13 15
pg_up --alone
pg_pair_config --gates none --hooks
load_start --rate 300
daemon_start
await pair_is_seen 90
start
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "attention: $(attention)"
await "[ \"\$(pg_release_of a)\" = $NEW_RELEASE ]" 30
[ ! -e "$PGROOT/a" ] || fail "the old place is left"
load_goes_on 50
load_stop
verdict_must_pass
say "one database, another major release, nothing lost"
