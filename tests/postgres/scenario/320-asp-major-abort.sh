#!/bin/sh
# P5 abort-serves: from whichever step of the major upgrade abort is asked, also after the
# swap, it ends with the old active serving on the old release, its standby and subscriber
# following it as before, and nothing lost.
#
#	SOAK=1  from every step, else from a choice;  STEPS='1n 2e 3b 5d 6b 6u'  from these
#	POOLED=1  with a pooler, and no subscriber
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

: "${NAME:=320-asp-major-abort}"
scenario "$NAME"
pg_releases 13 15
[ -z "${POOLED:-}" ] || UP='--no-subscriber --pooler'
scene "$NAME"
GATES=none
[ -z "${STEPS:-}" ] || GATES=every-step
: "${STEPS:=3 6k}"
if [ "$SOAK" = 1 ]; then
	GATES=every-step
	STEPS=$(ctl_now --json plan orders --to "$NEW_RELEASE" |
		jq -r '.steps[] | select(.command != null) | .number' | sed '/^7$/,$d' |
		grep -v / | grep -v '^5[i-n]' | tr '\n' ' ')
fi

serves_as_before() {
	pg_role_is a active && pg_role_is b standby && [ "$(pg_release_of b)" = "$OLD_RELEASE" ] &&
		pg_streams a b || return 1
	if [ -z "${POOLED:-}" ]; then
		pg_role_is r1 standby && [ "$(pg_release_of r1)" = "$OLD_RELEASE" ] && pg_streams b r1
	else
		[ "$(load_number failed)" -eq 0 ] || fail "$(load_number failed) transactions failed"
		! grep -v "port=$(pg_port a) " "$PGROOT/pooler/databases.ini" | grep -q port= &&
			[ "$(find "$PGROOT/pooler" -name '*upgraded*' | wc -l)" -eq 0 ]
	fi
}

# Neither in the databases, nor beside the data, nor as a process that waits.
nothing_is_left() {
	for member in $MEMBERS; do
		[ "$(pg_sql "$member" postgres "SELECT count(*) FROM pg_replication_slots
			WHERE slot_name LIKE 'upgraded%' OR slot_type = 'logical'")" = 0 ] || return 1
		[ ! -e "$PGROOT/$member.new" ] && [ ! -e "$PGROOT/.$member.upgraded" ] || return 1
		[ ! -s "$PGROOT/$member/.upgraded/fenced" ] && [ ! -e "$PGROOT/$member/.upgraded/held" ] || return 1
		! grep -lsE "upgraded-guard" /proc/[0-9]*/cmdline | while read -r process; do
			[ "${process%/cmdline}/cwd" -ef "$PGROOT/$member/.upgraded" ] && echo "$process"
		done | grep -q . || return 1
	done
	for database in shop crm postgres; do
		[ "$(pg_sql a "$database" "SELECT (SELECT count(*) FROM pg_publication)
			+ (SELECT count(*) FROM pg_subscription)
			+ (SELECT count(*) FROM pg_replication_origin)
			+ (SELECT count(*) FROM pg_event_trigger WHERE evtname LIKE 'upgraded%')
			+ (SELECT count(*) FROM pg_namespace WHERE nspname = 'upgraded')
			+ (SELECT count(*) FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = 0)")" = 0 ] ||
			return 1
	done
}

abort_from() { # NUMBER
	start --gates "$GATES"
	if [ "$GATES" = none ]; then
		await "step_is $1 || upgrade_is attention completed" 300
	else
		walk_to "$1" 600
		steer advance orders
	fi
	abort_here "$1" 300
	await serves_as_before 60
	await nothing_is_left 30
	load_goes_on 50
	say "aborted at $at (wanted $1): serves as before"
}

rounds=0
for step in $STEPS; do
	abort_from "$step"
	rounds=$((rounds + 1))
done
load_stop
verdict_must_pass
say "$rounds aborts, each back to a serving pair"
