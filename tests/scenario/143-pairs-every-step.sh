#!/bin/sh
# P4 resume and P5 abort for the procedures of pairs. Aborted at the gate of steps and in the
# middle of them, its daemon killed on the way back as well, the pair serves as before each
# time; then it completes with a daemon that is killed in the middle of steps. Steps of a swap
# have no gates: drains and roles are made slow, and aborts and kills come after its first step.
#
#	SOAK=1  each step, eight to a sandbox, whose rows become more all the time; else chance takes some
#	SEED=n  other ones;  VARIANT=NAME  this procedure;  STEPS='2a 9'  aborts from these, KILLS='..'
set -eu

if [ -z "${VARIANT:-}" ]; then
	for VARIANT in ${VARIANTS:-replicated-major}; do
		export VARIANT
		sh "$0"
	done
	exit
fi
if [ "${SOAK:-0}" = 1 ] && [ -z "${STEPS:-}" ]; then
	list=$(mktemp "${TMPDIR:-/tmp}/ud143.XXXXXX")
	trap 'rm -f "$list"' EXIT
	STEPS=none STEPS_TO=$list sh "$0" || exit
	xargs -n 8 <"$list" | while read -r steps; do
		STEPS=$steps KILLS=none sh "$0" </dev/null || exit
	done
	exit
fi
# shellcheck source=pairs.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/pairs.sh"

: "${WALK:=120}" # seconds from gate to gate, on the machine that it is run on

a_moment() {
	roll 400
	sleep "0.$(printf %03d "$DICE")"
}

daemon_dies() {
	daemon_kill9
	daemon_start
}

# Comes to the step's gate, approves it, and is in the middle of the step, or just behind it.
into() { # STEP
	walk_to "$1" "$WALK"
	sandbox_knob wait_01 1
	ctl advance sales >/dev/null || fail "gate of $1: $(cat "$T/ctl.out")"
	a_moment
}

abort_is_over() { # WHEN
	AWAITING="abort $1"
	await 'upgrade_is aborted attention completed' 180
	is_as_before "$1"
}

pair_scene "143-$VARIANT" "$VARIANT" --gates every-step
sandbox_knob migrate_rate 3000
sandbox_knob duplicate_rate 3000
sandbox_knob role_delay 1500
plan '.steps[] | select(.gate != null).number' >"$T/steps"
plan '(.steps | map(.no_return // false) | index(true)) as $n
	| .steps[0:($n // length)][] | select(.gate != null).number' >"$T/steps-abort"
[ "$(wc -l <"$T/steps-abort")" -ge 8 ] || fail "steps: $(cat "$T/steps-abort")"
DICE_STATE=$(echo "$SEED $VARIANT" | cksum | cut -d' ' -f1)
# shellcheck disable=SC2046
some 3 $(cat "$T/steps")
kills="${KILLS:-$SOME} "
# shellcheck disable=SC2046
some 1 $(cat "$T/steps-abort")
aborts=${STEPS:-$SOME}
[ "$aborts" != none ] || aborts=''
[ -z "${STEPS_TO:-}" ] || cat "$T/steps-abort" >"$STEPS_TO"

count=0
for step in $aborts; do
	begin
	walk_to "$step" "$WALK"
	steer abort sales --yes
	abort_is_over "at the gate of $step"

	begin
	into "$step"
	at=$(pair_json '.upgrade.step.number // "-"')
	steer abort sales --yes
	a_moment
	daemon_dies
	abort_is_over "in step $step, at $at"
	count=$((count + 2))
done
say "$count aborts around steps$aborts"

begin
killed=''
for step in $(cat "$T/steps"); do
	walk_to "$step" "$WALK"
	case " $kills" in *" $step "* | *' all '*) sandbox_knob wait_01 1 ;; esac
	ctl advance sales >/dev/null || fail "gate of $step: $(cat "$T/ctl.out")"
	case " $kills" in *" $step "* | *' all '*) ;; *) continue ;; esac
	a_moment
	daemon_dies
	killed="$killed $step"
done
await 'ended_as completed || upgrade_is attention' 150
ended_as completed || fail "killed in$killed: $(attention)"
nothing_twice
is_done
say "$VARIANT: killed in$killed; completed, nothing lost, nothing done twice"
