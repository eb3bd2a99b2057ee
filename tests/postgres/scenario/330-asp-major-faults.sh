#!/bin/sh
# What can go wrong on the way to a major release, one after another in one upgrade: each is
# said in a sentence with its object, nothing is swapped meanwhile, and once the cause is gone
# the upgrade completes.
#
#	VARIANT=abort  the way back from the second of them
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 330-asp-major-faults
pg_releases 13 15
PG_CONF='max_prepared_transactions = 5'
UP=--no-subscriber

# pg_upgrade with a pg_restore that can be made to fail.
bin=$T/bin
mkdir "$bin"
ln -s "$NEW_BIN"/* "$bin/"
rm "$bin/pg_restore"
cat >"$bin/pg_restore" <<-END
	#!/bin/sh
	[ ! -e $T/no-restore ] || case "\$*" in *-V* | *--version*) ;; *)
		echo 'pg_restore: error: no restoring today' >&2
		exit 1 ;;
	esac
	exec $NEW_BIN/pg_restore "\$@"
END
chmod 755 "$bin" "$bin/pg_restore"
NEW_BIN=$bin
scene 330-asp-major-faults --gates before-standby,before-swap --limit drain=5m --limit redundancy_gap=5m

# In `upgradectl status`, and with a way out.
status_says() { # PATTERN of grep -E
	ctl_now status "$PAIR" >"$T/status" 2>&1
	grep -Eq "$1" "$T/status" && grep -q 'what to do' "$T/status"
}

needs_attention_for() { # PATTERN
	await 'upgrade_is attention' "${2:-120}"
	status_says "$1" || fail "status does not say '$1': $(cat "$T/status")"
	[ "$(role_holder active)" = a ] || fail "active: $(role_holder active)"
}

# Only a transaction of more than five seconds is named.
its_age_is() { # AT LEAST, SECONDS
	[ "$("$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d shop -c "SELECT extract(epoch
		FROM clock_timestamp() - xact_start)::int FROM pg_stat_activity WHERE pid = $(cat "$T/talk.log")")" -ge "$1" ]
}

start
await 'upgrade_is gated attention' 120
say 'a long transaction'
mkfifo "$T/talk"
"$PSQL" -XAtq -h "$PGROOT/run" -p "$(pg_port a)" -U postgres -d shop <"$T/talk" >"$T/talk.log" 2>&1 &
exec 7>"$T/talk"
echo 'BEGIN; UPDATE app.accounts SET total = total WHERE worker = 255; SELECT pg_backend_pid();' >&7
await '[ -s "$T/talk.log" ]'
await 'its_age_is 6'
steer advance "$PAIR"
await "status_says 'process $(cat "$T/talk.log") of postgres in shop has a transaction open'" 60
pg_role_is b standby || fail 'the standby was stopped for nothing'
: >"$T/no-restore"
exec 7>&- # what it waited for ends, and it goes on by itself

say 'pg_upgrade fails half-way'
needs_attention_for 'pg_upgrade' 240
[ "$(pair_json .upgrade.step.number)" = 3 ] || fail "$(attention)"
if [ "${VARIANT:-}" = abort ]; then
	steer abort "$PAIR" --yes
	await 'upgrade_is aborted attention' 300
	upgrade_is aborted || fail "$(attention)"
	await serves_as_before 60
	prove
	exit 0
fi
rm "$T/no-restore"
steer retry "$PAIR"
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"

say 'a row that was written on the new side, and a new table'
pg_sql b shop "INSERT INTO app.accounts VALUES (300, 0, 0)"
pg_sql a shop "INSERT INTO app.accounts VALUES (300, 0, 0)"
steer advance "$PAIR"
needs_attention_for 'b stopped: duplicate key value.*accounts_pkey'
pg_sql a shop 'CREATE TABLE app.added (a integer PRIMARY KEY)'
pg_sql b shop "DELETE FROM app.accounts WHERE worker = 300"
steer retry "$PAIR"
needs_attention_for 'app.added in shop is not there'
pg_sql a shop 'DROP TABLE app.added' 'ALTER TABLE app.customers ADD COLUMN added integer'
steer retry "$PAIR"
needs_attention_for 'app.customers in shop has other columns'
pg_sql a shop 'ALTER TABLE app.customers DROP COLUMN added'

say 'a prepared transaction'
pg_sql a crm 'BEGIN' "UPDATE app.accounts SET total = total WHERE worker = 254" "PREPARE TRANSACTION 'somebody'"
steer retry "$PAIR"
needs_attention_for 'somebody is prepared'
pg_sql a crm "COMMIT PREPARED 'somebody'"
steer retry "$PAIR"
await 'upgrade_is completed attention' 300
upgrade_is completed || fail "$(attention)"
[ "$(pg_actives)" = b ] || fail "active: $(pg_actives)"
prove
