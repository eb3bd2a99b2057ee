#!/bin/sh
# ADMIN for the time of an upgrade: granted to PUBLIC in a database that comes from before access
# control, or to the user of the duplicate who has it not, and taken back by the end and by an
# abort; status reminds of it meanwhile. The user himself is created where none came along, with a
# password that stands on no command line.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for VARIANT in public user alone; do
		VARIANT=$VARIANT sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

MEMBERS='master1host:master1 master2host:master2 sub1host:subscriber1'

sql() { # HOST INSTANCE DSN STATEMENT
	tt "$1" "$2" ttIsql -v1 -e "$4; exit" "$3"
}

admins() { # HOST DSN [INSTANCE]
	sql "$1" "${3:-$NEW}" "$2" "select RTRIM(GRANTEE) from SYS.DBA_SYS_PRIVS where PRIVILEGE = 'ADMIN'"
}

reminds() {
	ctl_now status sales | grep -q "ADMIN is granted to $1 for the time"
}

# One database without a pair: for its applications alone.
alone() {
	FROM=7.0.5.1.0 WANTED=11.2.1.9.0 single_scene 128-admin-alone offline-migrate --gates none
	single_start --option grant_admin=public --gates every-step
	walk_to 5 60
	reminds PUBLIC || fail "status does not remind: $(ctl_now status sales)"
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	single_is_as_before 'at 5'
	! reminds PUBLIC || fail "status reminds of what is gone"
	single_start --option grant_admin=public --gates before-finish
	await 'upgrade_is gated attention' 90
	upgrade_is gated || fail "$(attention)"
	admins master1host master1 | grep -q PUBLIC || fail "not granted"
	reminds PUBLIC || fail "status does not remind at the end"
	steer advance sales
	await 'upgrade_is completed attention' 60
	upgrade_is completed || fail "$(attention)"
	! admins master1host master1 | grep -q PUBLIC || fail "it was not taken back"
	! reminds PUBLIC || fail "status reminds of what was taken back"
	prove_single --expect "$COPY"
	say "alone: granted, reminded of, taken back"
}

nobody_has() { # NAME
	for m in $MEMBERS; do
		! admins "${m%:*}" "${m#*:}" | grep -qi "$1" || fail "$1 has ADMIN in ${m#*:} still"
	done
}


case $VARIANT in
alone)
	alone
	exit
	;;
public)
	OLD_RELEASE=7.0.5.1.0 NEW_RELEASE=11.2.1.9.0 WHOM=PUBLIC
	;;
user) WHOM=pat ;;
esac
CREATE="--old $OLD_RELEASE --new $NEW_RELEASE"
scene "128-admin-$VARIANT" --gates none
[ "$VARIANT" = public ] || for m in $MEMBERS sub2host:subscriber2; do
	sql "${m%:*}" "$OLD" "${m#*:}" 'revoke admin from pat' >/dev/null || fail "revoke in $m"
done

start --option grant_admin="$VARIANT" --gates before-swap
await 'upgrade_is gated attention' 90
upgrade_is gated || fail "$(attention)"
admins master2host master2 | grep -qi "$WHOM" || fail "not granted: $(admins master2host master2)"
reminds "$WHOM" || fail "status does not remind: $(ctl_now status sales)"
steer abort sales --yes
await 'upgrade_is aborted attention' 120
upgrade_is aborted || fail "$(attention)"
! reminds "$WHOM" || fail "status reminds of what was taken back"
[ "$VARIANT" = public ] || for m in $MEMBERS; do
	! admins "${m%:*}" "${m#*:}" "$OLD" | grep -qi pat || fail "pat has ADMIN in $m after the abort"
done

start --option grant_admin="$VARIANT" --gates before-swap
await 'upgrade_is gated attention' 90
# As one leaves it who was killed between the two statements: a user who is there cannot be created.
[ "$VARIANT" = user ] || {
	echo "create user pat identified by $PASSWORD; exit" >"$T/user.sql"
	for again in '' 15154; do
		tt master2host "$NEW" ttIsql -v1 -f "$T/user.sql" master2 >"$T/user.out" 2>&1
	done
	grep -q "$again" "$T/user.out" || fail "the user was not created: $(cat "$T/user.out")"
}
steer advance sales
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "$(attention)"
nobody_has "$WHOM"
! reminds "$WHOM" || fail "status reminds of what was taken back"
[ "$VARIANT" = user ] || admins master2host master2 | grep -qi pat || fail "no user for duplicates"
[ "$(saw_count '.event == "secret_seen"')" -eq 0 ] || fail "a password stood on a command line"
! grep -rq "$PASSWORD" "$T"/run/state "$T"/*.log || fail "the password stands in $(grep -rl "$PASSWORD" "$T"/run/state "$T"/*.log)"
prove
say "$VARIANT: granted, reminded of, taken back"
