#!/bin/sh
# P4 resume, for the procedures besides asp-major and asp-patch: the daemon is killed again and
# again, at writes of its journal and in the middle of its jobs. Each completes without a person;
# nothing is lost.
#
#	SEED=n   another sequence;  VARIANT=NAME  this procedure
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in in-place offline-migrate offline-backup asp-ports; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

name=140-resume-$VARIANT judged=prove_single expect=master1
case $VARIANT in
in-place)
	NEW_RELEASE=11.2.2.8.60
	scene_single "$name" --gates none --in-place
	;;
offline-migrate)
	SINGLE=--new-path
	scene_single "$name" --gates none
	;;
offline-backup)
	NEW_RELEASE=11.2.2.8.60
	SINGLE="--new-path --new $NEW_RELEASE"
	scene_single "$name" --gates none
	;;
asp-ports)
	NEW_RELEASE=$OLD_RELEASE judged=prove expect=master2
	scenario "$name"
	needs_daemon
	early_knob time_scale "$PACE"
	sandbox_up --auto-ports
	pair_config --gates none --limit redundancy_gap=20m
	load_start --rate 200
	daemon_start
	await pair_is_seen 30
	;;
esac
sandbox_knob migrate_rate 4000
sandbox_knob duplicate_rate 4000
start --procedure "$VARIANT"
kill_until completed attention
ended_as completed || fail "it needs a person: $(attention)"
$judged --expect $expect
nothing_twice
say "$VARIANT: killed $LIVES times; completed; nothing lost, nothing done twice"
