#!/bin/sh
# Two masters that replicate to each other go to another patch release, each in its place, one
# after the other, while applications commit 300 transactions a second on the one that is not
# worked on, at first on both. Aborted when the first side is in the new release and applications
# are there already; then completed, with a daemon that is killed in the middle of the first side.
# Nothing is lost, no database is destroyed or copied, applications move over once.
#
#  SOAK=1        aborted from every step, killed in every step, and back down at last; and
#  VARIANT=given-up  what is kept for a side is given up while it is away: an abort makes it anew
#  STEPS='7 B7'  aborted from these;  KILLS='7 B7'  killed in these
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

[ "$SOAK" != 1 ] || [ -n "${VARIANT:-}" ] || {
	variants walk given-up
	exit 0
}
PATCH=11.2.2.8.60
NEW_RELEASE=$PATCH
APPS='--rate 300 --spread'

are() { # ROLE OF master1, OF master2, RELEASE
	[ "$(pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")')" = \
		"master1=$1=$3 master2=$2=$3" ]
}

policy_is_back() { # HOST DSN
	tt "$1" $OLD ttAdmin -query "$2" >"$T/policy"
	grep -i 'RAM Residence Policy.*always' "$T/policy" >/dev/null &&
		grep -i 'Replication Agent Policy.*always' "$T/policy" >/dev/null
}

# When the step has just been begun; near the end at its gate, else it would be completed.
abort_from() { # STEP
	start
	walk_to "$1" 120
	case $1 in 13*) ;; *) steer advance sales ;; esac
	at=$(pair_json '.upgrade.step.number // "-"')
	steer abort sales --yes
	AWAITING="abort from $1, asked at $at"
	await 'upgrade_is aborted attention completed' 120
	upgrade_is aborted || fail "abort from $1: $(pair_json .upgrade.state) $(attention)"
	# Before 1 applications are at both; those that were sent over at 1b, and back, are all at one.
	await "are active standby $OLD_RELEASE || are active active $OLD_RELEASE ||
		are standby active $OLD_RELEASE" 30
	policy_is_back master2host master2 || fail "abort from $1: $(cat "$T/policy")"
	load_goes_on 50
	say "aborted at $at (wanted $1): as before"
}

# The step has just been begun, or is about to end.
die_in() { # STEP
	walk_to "$1" 120
	steer advance sales
	roll 300
	sleep "0.$(printf %03d "$DICE")"
	daemon_kill9
	daemon_start
}

# Somebody lets the sender keep nothing for the side that is away: rows are missing there for ever.
give_up() { # STEP THAT GOES ON, SENDER, THE OTHER
	start
	walk_to "$1" 120
	tt "$2host" $OLD ttRepAdmin -connStr "DSN=$2" -receiver -name "$3" -state stop
	load_goes_on 50
	steer advance sales
	await 'attention_says "gave up"' 60
	steer abort sales --yes
	await 'upgrade_is aborted attention' 120
	upgrade_is aborted || fail "abort at $1: $(attention)"
	await "are active standby $OLD_RELEASE" 30
	[ "$(saw_count '.event == "duplicate_ended" and .host == "'"$3host"'"')" -eq 1 ] ||
		fail "$3 was not made anew"
	load_goes_on 50
}

scene_classic 126-in-place-bidirectional --gates every-step --limit write_pause=10s --in-place
tt master2host $OLD ttAdmin -ramPolicy always master2 >/dev/null
tt master2host $OLD ttAdmin -repPolicy always master2 >/dev/null
ctl plan sales --to $PATCH >/dev/null || fail "no plan"
grep -q in-place-bidirectional "$T/ctl.out" || fail "the plan is of another procedure"
gates=$(ctl_now --json plan sales --to $PATCH | jq -r '.steps[] | select(.gate != null).number' | tr '\n' ' ')
[ "$(echo "$gates" | wc -w)" -gt 40 ] || fail "steps: $gates"
if [ "${VARIANT:-walk}" = given-up ]; then
	give_up 10a master1 master2
	give_up B10a master2 master1
	prove_classic
	say "given up for either side: it became a copy; nothing lost"
	exit 0
fi
: "${STEPS:=B0}" "${KILLS:=7}"
if [ "$SOAK" = 1 ]; then
	STEPS=$gates KILLS=$gates
fi

for step in $STEPS; do
	abort_from "$step"
done

# An abort leaves applications where they were sent to: the next upgrade begins with the other side.
moved_to=$(ctl_now --json plan sales --to $PATCH | jq -r '.steps[] | select(.number == "13").member')
case $moved_to in
master2) before='active standby' after='standby active' ;;
master1) before='standby active' after='active standby' ;;
*) fail "applications move to \"$moved_to\"" ;;
esac
start
for step in $KILLS; do
	die_in "$step"
done
[ "$KILLS" = "$gates" ] || steer advance sales --all # behind the last gate none is left
await 'upgrade_is completed attention' 150
upgrade_is completed || fail "$(attention)"
await "are $after $PATCH" 30
pause_ms=$(last_upgrade .write_pause_ms)
[ "$pause_ms" -gt 0 ] && [ "$pause_ms" -lt 10000 ] || fail "write pause $pause_ms ms"
policy_is_back master2host master2 || fail "the policies were not set back: $(cat "$T/policy")"
if [ "$SOAK" = 1 ]; then
	NEW_RELEASE=$OLD_RELEASE start --gates none
	await 'upgrade_is completed attention' 150
	upgrade_is completed || fail "the way down: $(attention)"
	await "are $before $OLD_RELEASE" 30
fi
[ "$(saw_count '.event == "destroy" or .event == "duplicate_begun"')" -eq 0 ] ||
	fail "a database was destroyed or copied"
prove_classic --pause-limit-ms 11000
say "aborted from: $STEPS; killed in: $KILLS; completed; nothing lost, write pause $pause_ms ms"
