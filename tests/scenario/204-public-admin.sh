#!/bin/sh
# ADMIN for PUBLIC is a temporary measure: check warns of it, status reminds of it until it is
# revoked and looked at again.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 204-public-admin

sql() { # STATEMENT
	tt master1host $OLD ttIsql -v1 -e "$1; exit" master1 >/dev/null
}

reminds() {
	ctl_now status sales | grep -q 'ADMIN is granted to PUBLIC'
}

look() {
	ctl_now check sales --to "$NEW_RELEASE" >"$T/check" || :
}

look
! grep -q access.public "$T/check" || fail "warned of nothing"
! reminds || fail "reminded of nothing"
sql 'grant admin to public'
look
grep -q 'warning.*access.public' "$T/check" || fail "check does not warn: $(cat "$T/check")"
reminds || fail "status does not remind: $(ctl_now status sales)"
sql 'revoke admin from public'
look
! grep -q access.public "$T/check" || fail "check warns of what was revoked"
! reminds || fail "status reminds of what was revoked"
load_stop
say "warned, reminded, revoked"
