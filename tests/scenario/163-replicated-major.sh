#!/bin/sh
# Two masters that replicate to each other go to another major release offline: one through
# ttMigrate, the other as its copy, with applications that come back in between. Before that,
# aborts on the way lead back. Nothing is lost.
#
#  SOAK=1  aborts from every step up to the point of no return, else from a choice; KILLS=1  the
#          daemon is killed again and again
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

CREATE=--new-path
scene_classic 163-replicated-major --gates none --new-path
: "${STEPS:=6a}"
major() { # OPTION... of start
	start --procedure replicated-major "$@"
}
if [ "$SOAK" = 1 ]; then
	STEPS=$(ctl_now --json plan sales --to "$NEW_RELEASE" --procedure replicated-major |
		jq -r '.steps[] | select(.command != null) | .number' | sed '/^6c$/,$d' | tr '\n' ' ')
fi
as_before() {
	[ "$(pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")')" = \
		"master1=active=$OLD_RELEASE master2=standby=$OLD_RELEASE" ]
}
for step in $STEPS; do
	major --gates every-step
	walk_to "$step" 120
	steer advance sales
	abort_here "$step" 120
	await as_before 30
	load_goes_on 50
	say "aborted at $at: as before"
done

major
if [ "${KILLS:-0}" = 1 ]; then
	sandbox_knob migrate_rate 4000
	sandbox_knob duplicate_rate 4000
	kill_until completed attention
	say "killed $LIVES times"
fi
await 'ended_as completed || upgrade_is attention' 150
ended_as completed || fail "$(attention)"
[ "$(pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")')" = \
	"master1=active=$NEW_RELEASE master2=standby=$NEW_RELEASE" ] || fail "not as it should be"
prove_classic
nothing_twice
pause_ms=$(last_upgrade .write_pause_ms)
say "completed, nothing lost, nobody was served for $pause_ms ms"
