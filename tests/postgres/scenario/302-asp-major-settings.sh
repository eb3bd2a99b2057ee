#!/bin/sh
# Settings of the old cluster are those of the new one. Commits wait for the standby: not for
# one that is away, and in the end for the one that is there, by its new name. What the new
# release does not take is named. An abort gives back what was.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 302-asp-major-settings
pg_releases 13 15
PG_CONF="work_mem = 5432kB
operator_precedence_warning = on
restore_command = 'false'
log_line_prefix = '%m it''s \\\\ '
include_if_exists = 'more.conf'"
UP=--no-subscriber
scene 302-asp-major-settings --gates before-swap,before-finish

setting() { # MEMBER NAME
	pg_sql "$1" postgres "SHOW $2"
}

names_are() { # MEMBER NAMES
	[ "$(setting "$1" synchronous_standby_names)" = "$2" ]
}

synchronous() { # FROM TO
	[ "$(pg_sql "$1" postgres "SELECT sync_state FROM pg_stat_replication
		WHERE application_name = '$2'")" = sync ]
}

echo 'deadlock_timeout = 4321ms' >"$PGROOT/a/more.conf"
chown "$(pg_owner)" "$PGROOT/a/more.conf"
cp -p "$PGROOT/a/more.conf" "$PGROOT/b/"
echo "synchronous_standby_names = 'FIRST 1 (b, elsewhere)'" >>"$PGROOT/a/postgresql.conf"
for member in a b; do
	pg_sql "$member" postgres "ALTER SYSTEM SET maintenance_work_mem = '54MB'" \
		'SELECT pg_reload_conf()' >/dev/null
done
pg_sql b postgres "ALTER SYSTEM SET synchronous_standby_names = 'a'" 'SELECT pg_reload_conf()' >/dev/null
await 'synchronous a b' 30

say 'an abort gives back what was'
start
await 'upgrade_is gated attention' 300
upgrade_is gated || fail "$(attention)"
names_are a '' || fail 'commits wait for a standby that is away'
steer abort "$PAIR" --yes
await 'upgrade_is aborted attention' 300
upgrade_is aborted || fail "$(attention)"
await 'synchronous a b' 30
names_are b a || fail "b lost its names: $(setting b synchronous_standby_names)"
! grep -q synchronous_standby_names "$PGROOT/a/postgresql.auto.conf" ||
	fail "the setting of postgresql.conf is overruled: $(cat "$PGROOT/a/postgresql.auto.conf")"

say 'and an upgrade carries it over'
start
await 'upgrade_is gated attention' 300
steer advance "$PAIR"
await 'step_is 7 || upgrade_is attention' 300
await 'upgrade_is gated attention' 30
upgrade_is gated || fail "$(attention)"
await 'synchronous b a' 10
names_are b 'FIRST 1 (a, elsewhere)' || fail "names: $(setting b synchronous_standby_names)"
names_are a 'FIRST 1 (b, elsewhere)' || fail "names of a: $(setting a synchronous_standby_names)"
for member in a b; do
	for pair in work_mem=5432kB maintenance_work_mem=54MB deadlock_timeout=4321ms \
		restore_command= "log_line_prefix=%m it's \\ "; do
		[ "$(setting "$member" "${pair%%=*}")" = "${pair#*=}" ] ||
			fail "$member: ${pair%%=*} is $(setting "$member" "${pair%%=*}"), not ${pair#*=}"
	done
	left=$(pair_json ".upgrade.notes[\"pg.left-out.$member\"]")
	for name in operator_precedence_warning restore_command; do
		case $left in
		*$name:*) ;;
		*) fail "nothing is said of $name of $member: $left" ;;
		esac
	done
done
steer advance "$PAIR"
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
prove
