#!/bin/sh
# A single database while nobody is served: another major release through ttMigrate, another
# patch release through ttBackup, another directory, another size; with the variants of 122-convert.sh
# converted on the way. Each is aborted three times, then completed; the old database stays whole
# until the copy is verified, and no application ever reaches both.
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

single_story
[ "$(pair_json '.members[0].release')" = "$TO" ] || fail "it is not in release $TO"
prove_single --expect "$COPY"
say "$VARIANT completed, three aborts; nothing lost"
