#!/bin/sh
# A person promotes the standby inside of the write pause. While applications are held and nothing
# is fenced; when the active is fenced and the standby has not replayed its last commit; and when
# the daemon is about to promote it itself. It is never a loss, and never do both take writes for
# applications: the swap is taken back and it is said who takes writes, too, or it goes on.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 146-promoted-in-the-pause
pg_releases 13.16 13.23
UP='--no-subscriber --pooler'
scene 146-promoted-in-the-pause --gates before-swap --limit write_pause=12s

promote_by_hand() {
	pg_as "$(pg_bin b)/pg_ctl" -D "$(pg_data b)" promote -W >/dev/null || fail 'pg_ctl promote'
}

# Applications write to a, b is named, and no other than a person may decide about it.
taken_back() {
	await 'upgrade_is attention' 90
	say "attention: $(attention)"
	remedy_is_given || fail 'nothing is said of what to do'
	pg_role_is a active || fail 'a does not serve'
	attention | grep -q 'somebody made b active: stop it' || fail 'it does not say which'
	await 'ctl_now status "$PAIR" | grep -q "two members of the pair are active"' 20
	[ "$(pair_json .upgrade.write_pause_ms)" -lt 11000 ] || fail 'a was held until its guard let it go'
	load_goes_on 50
	[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
}

# Step 4a lasts as long as an application that forgot to commit.
begin_and_wait() {
	rm -f "$T/open" "$T/open.out"
	mkfifo "$T/open"
	PGPASSFILE=$PGROOT/pgpass "$PSQL" -XAtq -h "$(pooler_ip)" -p $POOLER_PORT -U app -d shop \
		<"$T/open" >"$T/open.out" 2>&1 &
	exec 8>"$T/open"
	echo 'BEGIN; SELECT pg_backend_pid();' >&8
	await '[ -s "$T/open.out" ]' 20
	if upgrade_is gated; then steer advance "$PAIR" --all; else steer retry "$PAIR"; fi
	await 'step_is 4a' 60
}

commit() {
	echo 'COMMIT;' >&8
	exec 8>&-
}

start
await 'gate_is before-swap' 90

say 'nothing is fenced'
begin_and_wait
promote_by_hand
await 'pg_role_is b active' 20
commit
taken_back
pg_make_standby_again b a "$NEW_BIN"

say 'fenced, and the last commit is not there'
begin_and_wait
sender=$(pg_sql a postgres "SELECT pid FROM pg_stat_replication WHERE application_name = 'b'")
kill -STOP "$sender"
commit
await 'step_is 6' 60
promote_by_hand
taken_back
kill -CONT "$sender" || : # with the connection it may be gone
pg_make_standby_again b a "$NEW_BIN"

say 'when it is about to be promoted'
begin_and_wait
startup=$(pg_sql b postgres "SELECT pid FROM pg_stat_activity WHERE backend_type = 'startup'")
postmaster=$(pg_pid b)
kill -STOP "$startup"
commit
await 'step_is 6' 60
kill -STOP "$postmaster"
kill -CONT "$startup"
await 'step_is 8' 30
promote_by_hand
kill -CONT "$postmaster"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
[ "$(load_number failed)" = 0 ] || fail "clients saw errors: $(loadctl status)"
prove
