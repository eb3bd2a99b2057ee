#!/bin/sh
# Two subscribers of one standby at once (parallel_subscribers=2): in a patch they are restarted
# together, while the daemon is killed once with both in hand; to another major release both base
# backups run at the same time.
if [ -z "${VARIANT:-}" ]; then
	for what in patch major; do
		VARIANT=$what sh "$0" || exit
	done
	exit
fi
. "${abs_top_srcdir:-${srcdir:-.}}/tests/postgres/lib.sh"

UP=--two-subscribers

# Two steps of subscribers were in hand at once: both had begun before one ended.
beside() { # NUMBER
	ctl_now --json show "$(upgrade_id)" | jq -e --arg a "$1" --arg b "$1/2" '
		[.steps[] | select(.number == $a or .number == $b)] |
		length == 2 and (.[0].started_at < .[1].ended_at) and (.[1].started_at < .[0].ended_at)'
}

both_in_hand() {
	[ "$(pair_json '[.upgrade.steps_in_hand[]? | select(.member | startswith("r"))] | length')" -eq 2 ]
}

all_are_new() {
	for member in a b r1 r2; do
		[ "$(pg_release_of "$member")" = "$NEW_RELEASE" ] ||
			fail "$member runs $(pg_release_of "$member")"
	done
}

case $VARIANT in
patch)
	scenario 304-side-by-side-patch
	pg_releases 13.16 13.23
	scene 304-side-by-side-patch
	start --option parallel_subscribers=2
	await both_in_hand 60
	daemon_kill9
	daemon_start
	at=1
	;;
major)
	scenario 304-side-by-side-major
	pg_releases 13 15
	scene 304-side-by-side-major
	start --option parallel_subscribers=2
	at=6p
	;;
esac
await 'upgrade_is completed attention' 600
upgrade_is completed || fail "$(attention)"
beside "$at" >/dev/null || fail "steps $at were one after the other"
all_are_new
prove
