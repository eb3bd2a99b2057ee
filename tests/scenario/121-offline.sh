#!/bin/sh
# A single database while nobody is served: another major release through ttMigrate, another
# patch release through ttBackup, another directory, another size; with the variants of 122-convert.sh
# converted on the way. Each is aborted with its copy
# half made, then completed; the old database stays whole until the copy is verified, and no
# application ever reaches both.
set -eu

if [ -z "${VARIANT:-}" ]; then
	for variant in offline-migrate offline-backup move-directory resize; do
		VARIANT=$variant sh "$0"
	done
	exit
fi
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

single_scene "121-offline-$VARIANT" "$VARIANT" --gates none

for step in 2b 4b 5; do
	single_start --gates every-step
	walk_to $step 60
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	single_is_as_before "at $step"
	outage_is_told
done

single_start --gates before-destroy
await 'upgrade_is gated attention' 90
upgrade_is gated || fail "$(attention)"
load_goes_on 50
[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is gone already"
ctl_gives 3 abort sales --yes # applications wrote to the copy
steer advance sales
await 'upgrade_is completed attention' 60
upgrade_is completed || fail "$(attention)"
[ ! -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is there still"
[ -z "$(ls "$T"/run/backup/master1host)" ] || fail "a file was left"
[ "$(pair_json '.members[0].release')" = "$TO" ] || fail "it is not in release $TO"
outage_is_told
prove_single --expect "$COPY"
say "$VARIANT completed, two aborts; nothing lost"
