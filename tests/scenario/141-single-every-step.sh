#!/bin/sh
# P4 resume and P5 abort for every procedure of a single database. The daemon is killed in the
# middle of steps and the upgrade completes in the end; before that it is aborted at the gate of
# steps, and in the middle of them, with its daemon killed on the way back as well. After each
# abort the database serves as before and nothing is left.
#
#	SOAK=1  each step of each procedure; else chance takes some
#	SEED=n  other ones;  VARIANT=PROCEDURE  this one
set -eu

if [ -z "${VARIANT:-}" ]; then
	: "${PROCEDURES:=in-place offline-migrate offline-backup move-directory resize change-bits
		convert-charset convert-types client-server move-host move-host:stream}"
	for VARIANT in $PROCEDURES; do
		export VARIANT
		sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

a_moment() {
	roll 300
	sleep "0.$(printf %03d "$DICE")"
}

daemon_dies() {
	daemon_kill9
	daemon_start
}

# Comes to the step's gate, approves it, and is in the middle of the step, or just behind it.
into() { # STEP
	walk_to "$1" 90
	ctl advance sales >/dev/null || fail "gate of $1: $(cat "$T/ctl.out")"
	a_moment
}

abort_is_over() { # WHEN
	await 'upgrade_is aborted attention' 120
	single_is_as_before "$1"
}

single_scene "141-$VARIANT" "$VARIANT" --gates every-step
sandbox_knob migrate_rate 2000
single_steps >"$T/steps"
single_steps_with_abort >"$T/steps-abort"
[ "$(wc -l <"$T/steps-abort")" -ge 10 ] || fail "steps: $(cat "$T/steps-abort")"
DICE_STATE=$(echo "$SEED $VARIANT" | cksum | cut -d' ' -f1)
# shellcheck disable=SC2046
some 2 $(cat "$T/steps")
kills="$SOME "
# shellcheck disable=SC2046
some 1 $(cat "$T/steps-abort")
aborts=$SOME
last=$(tail -n 1 "$T/steps-abort")

count=0
for step in $aborts; do
	single_start
	walk_to "$step" 90
	steer abort sales --yes
	abort_is_over "at the gate of $step"
	count=$((count + 1))
	[ "$step" != "$last" ] || continue # it may be over before the abort comes

	single_start
	into "$step"
	steer abort sales --yes
	a_moment
	daemon_dies
	abort_is_over "in step $step"
	count=$((count + 1))
done
say "$count aborts around steps$aborts"

single_start
killed=''
for step in $(cat "$T/steps"); do
	walk_to "$step" 90
	ctl advance sales >/dev/null || fail "gate of $step: $(cat "$T/ctl.out")"
	case $kills in *" $step "*) ;; *) continue ;; esac
	a_moment
	daemon_dies
	killed="$killed $step"
done
await 'ended_as completed || upgrade_is attention' 90
ended_as completed || fail "killed in$killed: $(attention)"
nothing_twice
prove_single --expect "$COPY"
say "$VARIANT: killed in$killed; completed, nothing lost, nothing done twice"
