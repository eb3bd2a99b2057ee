#!/bin/sh
# Procedures with utilities of another make (tests/sandbox/oddtool.c): words, order of lines, rows
# and errors over several lines, lines that nobody knows, streams, statuses, delays, a ttIsql that
# answers only when it ends. Each is completed, under load, with nothing lost. 610 has asp-major.
#
#	PROCEDURE:NAME	one of the procedures, one row of the table below
#	SOAK=1		every procedure with every row
set -eu

table() {
	cat <<'END'
words   banner v2 wide crlf blank database loose confirm exit1 more
order   order wrap noname upper swap zeros tight flood
held    held silent lower nonumber
flaky   flaky merge delay=200 brief
tied    tied
bare    no=ttLogHolds,ttXactAdmin,SYS.V$MONITOR nocounts noagent
END
}

SINGLE_ONES='in-place offline-migrate offline-backup move-directory'
PAIRS='asp-patch online-bidirectional in-place-bidirectional replicated-major'

# Two at a time: they mostly wait.
if [ -z "${VARIANT:-}" ]; then
	case ${SOAK:-0} in
	0) list='offline-migrate:order asp-patch:words' ;;
	*) list=$(for p in $SINGLE_ONES $PAIRS; do table | sed "s/ .*//; s/^/$p:/"; done) ;;
	esac
	out=$(mktemp -d "${TMPDIR:-/tmp}/ud611.XXXXXX")
	trap 'rm -rf "$out"' EXIT
	printf '%s\n' $list | xargs -P 2 -I{} sh -c \
		'VARIANT=$1 sh "$2" >"$3/$1" 2>&1 || { [ $? -eq 77 ] || touch "$3/failed"; }' - '{}' "$0" "$out"
	cat "$out"/*:*
	[ ! -e "$out/failed" ]
	exit $?
fi

# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"
# shellcheck source=pairs.sh
. "$abs_top_srcdir/tests/scenario/pairs.sh"

of=${VARIANT%:*} row=${VARIANT#*:}
ODD=$(table | sed -n "s/^$row  *//p")
[ -n "$ODD" ] || {
	echo "611: no row $row"
	exit 1
}
case " $SINGLE_ONES " in
*" $of "*)
	single_scene "611-$of-$row" "$of" --gates none --limit write_pause=60s
	await 'ctl_now check sales --to "$TO" --procedure "$of"' 60 # first calls may have failed
	single_start
	await 'upgrade_is completed attention' 240
	upgrade_is completed || fail "attention: $(attention)"
	case " $ODD " in
	*' held '*) load_goes_on 50 ;; # nobody stays connected behind the applications
	*) prove_single --expect "$COPY" ;;
	esac
	;;
*)
	pair_scene "611-$of-$row" "$of" --gates none
	await 'ctl_now check sales --to "$TO" --procedure "$of"' 60 # first calls may have failed
	begin
	await 'upgrade_is completed attention' 240
	upgrade_is completed || fail "attention: $(attention)"
	is_done
	;;
esac
say "$of with $row: completed, nothing lost"
