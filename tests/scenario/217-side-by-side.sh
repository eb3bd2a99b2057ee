#!/bin/sh
# Three subscribers, two of them at once (parallel_subscribers=2): the copies of two overlap in
# time, the third one has its turn when one of them is done, status shows both steps, and a
# kill -9 between two copies under way ends neither of them nor begins one twice. Then the same
# in a patch, with the daemon killed again and again, and an abort with two subscribers in hand.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for what in major patch abort; do
		VARIANT=$what sh "$0"
	done
	exit
fi

MORE_HOSTS=sub3host
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

# Its host as that of the second one.
add_third() {
	conf=$T/run/pairs.d/sales.conf
	awk '/^host "sub2host"/ { on = 1 } on { print } on && /^}/ { exit }' "$conf" |
		sed 's/sub2host/sub3host/g' >"$T/third"
	sed -i -e '/member "subscriber2"/a \  member "subscriber3" { host = "sub3host"  dsn = "subscriber3"  subscriber = true  port = 30004 }' \
		"$conf"
	cat "$T/third" "$conf" >"$conf.new"
	mv "$conf.new" "$conf"
	mkdir -p "$T/run/jobs/sub3host"
}

# How many copies were under way at once, at most.
copies_at_once() {
	jq -r 'select(.event == "duplicate_begun" or .event == "duplicate_ended"
			or .event == "duplicate_failed")
		| select(.store | startswith("subscriber")) | .event' "$ROOT/log.jsonl" |
		awk '/begun/ { if (++n > most) most = n } !/begun/ { n-- } END { print most + 0 }'
}


# Those of subscribers are made by the agent of the standby.
slow_copies() { # ROWS A SECOND
	sandbox_knob master1host/master1.duplicate_rate "$1"
}

two_copies() {
	[ "$(pair_json '[.upgrade.steps_in_hand[] | select(.id == "duplicate" and .state == "running")] | length')" -eq 2 ]
}

two_in_hand() {
	[ "$(pair_json '[.upgrade.steps_in_hand[] | select(.number | startswith("R"))] | length')" -eq 2 ]
}

releases_are() { # RELEASE
	[ "$(pair_json '[.members[].release] | unique | join(" ")')" = "$1" ]
}

all_are_seen() {
	[ "$(pair_json '[.members[].role] | map(select(. == "unknown" or . == null)) | length')" -eq 0 ]
}

scene_of_three() { # OPTION... of pairconf.sh
	scenario "217-side-by-side-$VARIANT"
	needs_daemon
	early_knob time_scale "$PACE"
	sandbox_up --subscribers 3
	pair_config --gates none "$@"
	add_third
	load_start --rate 200
	daemon_start
	await all_are_seen
}

case $VARIANT in
major)
	scene_of_three
	ctl_gives 2 start sales --to "$NEW_RELEASE" --option parallel_subscribers=0 ||
		fail "none at once was accepted"
	slow_copies 200
	start --option parallel_subscribers=2
	await two_copies 120
	[ "$(ctl_now status sales | grep -c 'make subscriber. anew as a copy.*: running')" -eq 2 ] ||
		fail "status does not show both copies"
	daemon_kill9
	daemon_start
	await two_copies 20
	slow_copies 0
	retry_until_completed 180 0
	[ "$(copies_at_once)" -eq 2 ] || fail "$(copies_at_once) copies at once"
	await 'releases_are "$NEW_RELEASE"' 30
	;;
patch)
	NEW_RELEASE=11.2.2.8.60
	scene_of_three --in-place --limit write_pause=60s --limit redundancy_gap=20m
	start --option parallel_subscribers=3
	kill_until completed attention
	ended_as completed || fail "it needs a person: $(attention)"
	await 'releases_are "$NEW_RELEASE"' 30
	say "killed $LIVES times"
	;;
abort)
	NEW_RELEASE=11.2.2.8.60
	scene_of_three --in-place --limit write_pause=20s
	start --option parallel_subscribers=2 --option subscribers=subscriber3
	await two_in_hand 120
	steer abort sales --yes
	await 'upgrade_is aborted attention completed' 180
	upgrade_is aborted || fail "abort ended in: $(pair_json .upgrade.state) $(attention)"
	await serves_as_before 30
	await "releases_are $OLD_RELEASE" 30
	;;
esac
nothing_twice
prove --expect master1 --expect master2 --expect subscriber1 --expect subscriber2 --expect subscriber3
