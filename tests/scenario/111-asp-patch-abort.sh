#!/bin/sh
# P5 abort-serves, for a patch that replaces the release in its place: from whichever step
# abort is asked, it ends with the old active serving, the standby and the subscribers following
# it, and the release of before installed again everywhere. Agents have the policy always, which
# keeps them from being stopped: it is taken away for that, and there again at the end.
#
#	SOAK=1  from every step, else from a choice;  STEPS='S2a R2'  from these
#	OPTIONS='--option swap_back=yes'  of the start: then steps of the way back, up to W4, too
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

NEW_RELEASE=11.2.2.8.60

scene 111-asp-patch-abort --gates none --limit write_pause=20s --in-place
: "${STEPS:=S2a R2/2 A5! A7d}"
if [ "$SOAK" = 1 ]; then
	STEPS=$(ctl_now --json plan sales --to "$NEW_RELEASE" |
		jq -r '.steps[] | select(.command != null) | .number' | tr '\n' ' ')
fi

each_member() { # COMMAND: with HOST INSTANCE DSN
	for of in master1host:master1 master2host:master2 sub1host:subscriber1 sub2host:subscriber2; do
		"$@" "${of%:*}" "$OLD" "${of#*:}"
	done
}

set_always() { # HOST INSTANCE DSN
	set_policies "$1" "$3" inUse always
}

are_always() { # HOST INSTANCE DSN
	policies_must_be "$1" "$2" "$3" inuse always
}

releases_are() { # RELEASE
	[ "$(pair_json '[.members[].release] | unique | join(" ")')" = "$1" ]
}

# Abort when this step is in hand. NUMBER!: the step is in the swap, and is made slow.
abort_from() { # NUMBER
	# shellcheck disable=SC2086
	case $1 in
	A1* | A2 | A3 | A4* | A5 | A6 | A6.1 | A5!)
		sandbox_knob role_delay 2000
		start --gates none ${OPTIONS:-}
		await 'step_is A5' 90
		;;
	*)
		start --gates every-step ${OPTIONS:-}
		walk_to "$1" 120
		steer advance sales
		;;
	esac
	abort_here "$1" 180
	sandbox_knob role_delay 200
	await serves_as_before 30
	await "releases_are $OLD_RELEASE" 30
	load_goes_on 50
	each_member are_always
	say "aborted at $at (wanted $1): serves as before"
}

each_member set_always
rounds=0
for step in $STEPS; do
	abort_from "$step"
	rounds=$((rounds + 1))
done
[ "$(saw_count '.event == "destroy" or .event == "duplicate_begun"')" -eq 0 ] ||
	fail "a database was destroyed or copied"
prove
say "$rounds aborts, each back to a serving pair in $OLD_RELEASE"
