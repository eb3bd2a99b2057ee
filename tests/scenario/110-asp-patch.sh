#!/bin/sh
# An active standby pair with two subscribers goes to another patch release in the place of
# the former one, while applications commit 300 transactions a second: nothing is lost, no
# database is destroyed or copied, every release is the new one. Then back down, as a patch
# release may go, with the roles as they were at the end of the first. A table that the former
# active got at the gate before the swap is missed: it is gone on with when the other has it.
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

PATCH=11.2.2.8.60
NEW_RELEASE=$PATCH
APPS='--rate 300'

releases_are() { # RELEASE
	[ "$(pair_json '[.members[].release] | unique | join(" ")')" = "$1" ]
}

roles_are() { # ROLE OF master1, OF master2
	[ "$(pair_json '[.members[] | .name + "=" + .role] | join(" ")')" = \
		"master1=$1 master2=$2 subscriber1=subscriber subscriber2=subscriber" ]
}

scene 110-asp-patch --gates none --limit write_pause=5s --in-place
ctl plan sales --to $PATCH >/dev/null || fail "no plan"
grep -q asp-patch "$T/ctl.out" || fail "the plan is of another procedure"
start
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
releases_are $PATCH || fail "not every release is $PATCH"
roles_are standby active || fail "roles are wrong"
pause_ms=$(last_upgrade .write_pause_ms)
[ "$pause_ms" -gt 0 ] && [ "$pause_ms" -lt 5000 ] || fail "write pause $pause_ms ms"
[ "$(saw_count '.event == "destroy" or .event == "duplicate_begun"')" -eq 0 ] ||
	fail "a database was destroyed or copied"

table() { # HOST STORE
	tt "$1" "$OLD" ttIsql -v1 "DSN=$2;AutoCreate=0" -e \
		'create table app.late (id number not null primary key); exit' >/dev/null
}
ctl start sales --to $OLD_RELEASE --option swap_back=yes --gates before-swap >/dev/null ||
	fail "the way down was refused"
await 'upgrade_is gated' 120
table master2host master2
steer advance sales
await 'upgrade_is attention' 120
[ "$(pair_json .upgrade.step.number)" = A6b ] || fail "it stands at $(attention)"
attention_says "tables or columns of master2 were changed since" || fail "$(attention)"
table master1host master1
steer retry sales
await 'upgrade_is gated' 120
steer advance sales
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
releases_are $OLD_RELEASE || fail "not every release is $OLD_RELEASE"
roles_are standby active || fail "swap_back did not swap back"
prove --pause-limit-ms 6000
say "patched to $PATCH with a write pause of $pause_ms ms, and back; nothing lost"
