#!/bin/sh
# A single database moves to another host, by files of ttBackup and in one stream: aborted three
# times, then completed; with SOAK=1 also with a daemon that is killed. The old database stays whole
# until the copy serves, and no application ever reaches both.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in files stream ${SOAK:+killed}; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

PROCEDURE=move-host TO=$OLD_RELEASE SINGLE=--second-host
APPS='--rate 200 --member master2@master2host'
scene_single "125-move-host-$VARIANT" --second-host --gates none

single_is_as_before() { # WHEN
	upgrade_is aborted || fail "abort $1: $(attention)"
	load_goes_on 20
	[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "abort $1: no database"
	[ ! -e "$ROOT/hosts/master2host/data/master2.ds0" ] || fail "abort $1 left the copy"
	[ -z "$(ls "$T"/run/backup/*host)" ] || [ -z "$(ls "$T"/run/backup/*/*)" ] ||
		fail "abort $1 left a file"
	tt master1host "$OLD" ttAdmin -query master1 | grep -qi 'RAM Residence Policy.*inUse' ||
		fail "abort $1 left another policy"
}

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

single_story --option "transfer=$VARIANT"
role=$(pair_json '[.members[] | .name + "=" + (.role // "none")] | join(" ")')
case $role in
*master2=active*) ;;
*) fail "roles are $role" ;;
esac
[ "$(pair_json .state)" = serving ] || fail "the pair is $(pair_json .state)"
prove_single --expect master2
say "$VARIANT: moved, three aborts; nothing lost"
