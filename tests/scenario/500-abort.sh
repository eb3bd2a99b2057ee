#!/bin/sh
# P5 abort-serves: from whichever step abort is asked, it ends with the old active serving,
# the standby of before following it, and applications that never stopped for long; past the
# point of no return it is refused with what is possible instead.
#
#	SOAK=1  from every step, else from a choice;  STEPS='2a 3f'  from these
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

scene 500-abort --gates none --limit write_pause=20s
: "${STEPS:=1 3f 4b 6! 7a! 8! 9b}"
if [ "$SOAK" = 1 ]; then
	# Those with a command: the others have no gate of their own.
	STEPS=$(ctl_now --json plan sales --to "$NEW_RELEASE" |
		jq -r '.steps[] | select(.command != null) | .number' | sed '/^10$/,$d' | tr '\n' ' ')
fi

# Abort when this step is in hand. NUMBER!: the step is in the swap, and is made slow.
abort_from() { # NUMBER
	case $1 in
	6 | 7 | 7[abc] | 8 | 8a | 6! | 7! | 7[abc]! | 8! | 8a!)
		gates=none
		sandbox_knob wait_01 1
		sandbox_knob role_delay 2000
		;;
	*) gates=every-step ;;
	esac
	step=${1%!}
	start --gates "$gates"
	if [ "$gates" = every-step ]; then
		walk_to "$step" 90
		steer advance sales
	else
		case $step in
		6) await 'step_is 6' 60 ;;
		7*) await 'step_is 6' 60 && sandbox_knob wait_01 0 ;;
		*) await 'step_is 8' 60 ;;
		esac
	fi
	abort_here "$1" 120
	sandbox_knob wait_01 0
	sandbox_knob role_delay 200
	await serves_as_before 30
	load_goes_on 50
	say "aborted at $at (wanted $1): serves as before"
}

rounds=0
for step in $STEPS; do
	abort_from "$step"
	rounds=$((rounds + 1))
done

start --gates every-step
walk_to 11a 120
code=0
ctl abort sales --yes >/dev/null || code=$?
[ "$code" -eq 3 ] || fail "abort past the point of no return gave $code"
grep -qi 'forward\|advance\|retry' "$T/ctl.out" || fail "the refusal does not say what is possible"
steer advance sales --all
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
prove
say "$rounds aborts, each back to a serving pair; refused past the point of no return"
