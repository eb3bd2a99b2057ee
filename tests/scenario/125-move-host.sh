#!/bin/sh
# A single database moves to another host, by files of ttBackup, aborted three times, and in one
# stream, aborted once; then completed; with SOAK=1 also with a daemon that is killed. The old
# database stays whole until the copy serves, and no application ever reaches both.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in files stream ${SOAK:+killed}; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

how=$VARIANT
[ "$VARIANT" != killed ] || how=files
single_scene "125-move-host-$VARIANT" "move-host:$how" --gates none

if [ "$VARIANT" = killed ]; then
	single_start --gates none
	kill_until completed attention
	tries=3
	while upgrade_is attention && [ $tries -gt 0 ]; do
		steer retry sales
		await 'upgrade_is completed attention' 90
		tries=$((tries - 1))
	done
	ended_as completed || fail "$(attention)"
	prove_single --expect master2
	say "moved in $LIVES lives; nothing lost"
	exit
fi

[ "$VARIANT" != stream ] || ABORTS=4b
single_story
role=$(pair_json '[.members[] | .name + "=" + (.role // "none")] | join(" ")')
case $role in
*master2=active*) ;;
*) fail "roles are $role" ;;
esac
[ "$(pair_json .state)" = serving ] || fail "the pair is $(pair_json .state)"
prove_single --expect master2
say "$VARIANT: moved; aborted before at ${ABORTS:-three steps}; nothing lost"
