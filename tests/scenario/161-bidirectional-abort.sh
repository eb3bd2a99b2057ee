#!/bin/sh
# P5 abort-serves: from whichever step of online-bidirectional abort is asked, it ends with the
# applications where they were, both masters in the release of before and replicating both ways;
# past the point of no return it is refused with what is possible instead.
#
#  SOAK=1  from every step, else from a choice;  STEPS='2b 9'  from these
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ "$SOAK" != 1 ] || [ -n "${VARIANT:-}" ] || {
	variants apart in-place
	exit 0
}
places=--new-path
[ "${VARIANT:-apart}" = apart ] || places=''
CREATE=$places
# shellcheck disable=SC2086
scene_classic 161-bidirectional-abort --gates none --limit write_pause=20s $places
: "${STEPS:=9 B9}"
# Who has this policy is not unloaded: it is taken away for an abort, and given back.
tt master2host "$OLD" ttAdmin -ramPolicy always master2 >/dev/null
if [ "$SOAK" = 1 ]; then
	# Those with a command: the others have no gate of their own.
	STEPS=$(ctl_now --json plan sales --to "$NEW_RELEASE" |
		jq -r '.steps[] | select(.command != null) | .number' |
		sed '/^B11a$/,$d; /^13/d' | tr '\n' ' ')
	[ "$places" != '' ] || STEPS=$(echo " $STEPS" | sed 's/ B8 .*//')
fi

as_before() {
	[ "$(pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")')" = \
		"master1=active=$OLD_RELEASE master2=standby=$OLD_RELEASE" ]
}

# Abort at the gate before this step, or when it has just been begun.
abort_from() { # NUMBER
	start --gates every-step
	walk_to "$1" 120
	steer advance sales
	abort_here "$1" 120
	await as_before 30
	load_goes_on 50
	tt master2host "$OLD" ttAdmin -query master2 >"$T/policies"
	grep -i 'RAM Residence Policy.*always' "$T/policies" >/dev/null || fail "abort from $1: $(cat "$T/policies")"
	say "aborted at $at (wanted $1): as before"
}

rounds=0
for step in $STEPS; do
	abort_from "$step"
	rounds=$((rounds + 1))
done

start --gates before-finish
await 'gate_is before-finish' 120
code=0
ctl abort sales --yes >/dev/null || code=$?
[ "$code" -eq 3 ] || fail "abort past the point of no return gave $code"
steer advance sales --all
await 'upgrade_is completed attention' 120
upgrade_is completed || fail "$(attention)"
prove_classic
say "$rounds aborts, each back to two masters as before; refused past the point of no return"
