#!/bin/sh
# Abort at each gate, under load: before anything, between subscribers and standby, before the
# swap, and behind it, where the roles are swapped back first. Every time the pair is what it was.
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

scenario 120-asp-patch-abort
pg_releases 13.16 13.23
scene 120-asp-patch-abort \
	--gates before-install,before-subscribers,before-standby,before-swap,before-finish

walk_to_gate() { # GATE
	until await 'upgrade_is gated attention completed' 120 && gate_is "$1"; do
		upgrade_is gated || fail "did not come to $1: $(attention)"
		ctl advance "$PAIR" >/dev/null
		await "! gate_is $(pair_json .upgrade.gate.id) || upgrade_is attention" 60
	done
}

for gate in before-subscribers before-standby before-swap before-finish; do
	start
	walk_to_gate $gate
	ctl abort "$PAIR" --yes >/dev/null || fail "abort was refused at $gate"
	await 'ended_as aborted || upgrade_is attention' 180
	ended_as aborted || fail "abort at $gate needs attention: $(attention)"
	await serves_as_before 30
	for member in a b r1; do
		[ "$(pg_release_of $member)" = "$OLD_RELEASE" ] ||
			fail "aborted at $gate: $member runs $(pg_release_of $member)"
	done
	await "pg_streams b r1" 30
	load_goes_on 50
	say "aborted at $gate"
done
# And then it goes through.
start --gates none
await 'upgrade_is completed attention' 180
upgrade_is completed || fail "it needs attention: $(attention)"
[ "$(pg_actives)" = b ] || fail "the active is $(pg_actives)"
prove
