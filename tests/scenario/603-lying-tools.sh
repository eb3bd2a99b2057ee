#!/bin/sh
# Utilities whose exit status lies: they say yes and did nothing, or did it and say no. Done is
# what is observed: the upgrade completes, or needs attention with a remedy and completes by
# retry. Nothing is lost.
#
#	SOAK=1  each utility alone, and its second call too
set -eu
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

all='ttAdmin-repStop ttAdmin-repStart ttMigrate ttDestroy ttRepAdmin ttDaemonAdmin
	ttRepStateSave ttRepStateSet ttRepDeactivate ttRepStop ttRepSubscriberWait'
[ -n "${VARIANT:-}" ] || {
	variants lies:1 lies_fail:1
	[ "$SOAK" != 1 ] || {
		variants lies:2 lies_fail:2
		for u in $all; do
			variants "lies:1:$u" "lies_fail:1:$u" "lies:2:$u" "lies_fail:2:$u"
		done
	}
	exit 0
}
how=${VARIANT%%:*} rest=${VARIANT#*:}
nth=${rest%%:*} only=''
case $rest in *:*) only=${rest#*:} ;; esac
scene "603-lying-tools-$how-$nth${only:+-$only}" --gates none --limit write_pause=20s
for u in ${only:-$all}; do
	sandbox_knob "exit_$how.$u" "$nth"
done
start
retry_until_completed 180 6
prove
say "exit_$how, call $nth of ${only:-each}: completed, nothing lost"
