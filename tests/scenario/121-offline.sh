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
# shellcheck source=more.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/more.sh"

moves='' copy=master1 to=$NEW_RELEASE SINGLE=--new-path
case $VARIANT in
offline-backup)
	to=11.2.2.8.60
	SINGLE="--new-path --new $to"
	;;
change-bits)
	to=$OLD_RELEASE
	SINGLE="--new-path --new $to --new-bits 32"
	;;
convert-charset)
	to=$OLD_RELEASE
	SINGLE="--new-path --new $to --charset TIMESTEN8"
	;;
convert-types)
	to=11.2.1.9.0 OLD_RELEASE=6.0.17
	SINGLE="--new-path --old $OLD_RELEASE --new $to"
	;;
move-directory | resize)
	to=$OLD_RELEASE
	moves=--moves copy=master1_new
	APPS='--rate 200 --member master1_new@master1host'
	;;
esac

begin() { # OPTION...
	ctl start sales --to $to --procedure "$VARIANT" "$@" >/dev/null ||
		fail "the upgrade was refused: $(cat "$T/ctl.out")"
}

# shellcheck disable=SC2086
scene_single "121-offline-$VARIANT" --gates none $moves

for step in 2b 4b 5; do
	begin --gates every-step
	walk_to $step 60
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	upgrade_is aborted || fail "abort at $step: $(attention)"
	load_goes_on 50
	[ ! -e "$ROOT/hosts/master1host/data-new/$copy.ds0" ] || fail "abort at $step left the copy"
	[ -z "$(ls "$T"/run/backup/master1host)" ] || fail "abort at $step left a file"
done

begin --gates before-destroy
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
[ "$(pair_json '.members[0].release')" = $to ] || fail "it is not in release $to"
prove_single --expect $copy
say "$VARIANT completed, two aborts; nothing lost"
