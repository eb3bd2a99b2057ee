#!/bin/sh
# Every procedure from every release that it may start from, 6.0 to 26.1, to one that it may lead
# to, with tools that print what those releases print: the plan is made, it completes, nothing is
# lost, the database is in the release that was asked for. +cache: with cache groups.
#
#	SOAK=1  all of the table, else the lines without a dash;  VARIANT=PROCEDURE:FROM:TO  this one
set -eu

table() {
	cat <<'END'
in-place             6.0.9        6.0.17
- in-place           7.0.5.1.0    7.0.6.0.0
- in-place           11.2.1.7.0   11.2.1.9.0
- in-place           11.2.2.8.0   11.2.2.8.35
- in-place           18.1.4.1.0   18.1.4.54.0
- in-place           22.1.1.27.0  22.1.1.18.0
- in-place           26.1.1.1.0   26.1.1.2.0
- offline-migrate    6.0.17       7.0.5.1.0
- offline-migrate    6.0.17       11.2.1.9.0
- offline-migrate    7.0.5.1.0    11.2.2.8.35
- offline-migrate    11.2.1.9.0   11.2.2.8.35
- offline-migrate    11.2.2.8.35  18.1.4.54.0
- offline-migrate    18.1.4.54.0  22.1.1.36.0
- offline-migrate    22.1.1.36.0  26.1.1.1.0
- offline-migrate+cache  7.0.5.1.0    11.2.1.9.0
- offline-migrate+cache  11.2.1.9.0   18.1.4.54.0
- offline-migrate+cache  22.1.1.36.0  26.1.1.1.0
- offline-backup     6.0.9        6.0.17
- offline-backup     7.0.5.1.0    7.0.6.0.0
- offline-backup     11.2.1.7.0   11.2.1.9.0
- offline-backup     18.1.4.1.0   18.1.4.54.0
- offline-backup     22.1.1.18.0  22.1.1.27.0
- offline-backup     26.1.1.1.0   26.1.1.2.0
- move-directory     6.0.17       6.0.17
- move-directory     7.0.5.1.0    7.0.5.1.0
- move-directory     11.2.1.9.0   11.2.1.9.0
- move-directory     18.1.4.54.0  18.1.4.54.0
- move-directory     22.1.1.36.0  22.1.1.36.0
- move-directory     26.1.1.1.0   26.1.1.1.0
- move-host          6.0.17       6.0.17
- move-host          7.0.5.1.0    7.0.5.1.0
- move-host          11.2.1.9.0   11.2.1.9.0
- move-host          18.1.4.54.0  18.1.4.54.0
- move-host          22.1.1.36.0  22.1.1.36.0
- move-host          26.1.1.1.0   26.1.1.1.0
- resize             6.0.17       6.0.17
- resize             7.0.5.1.0    7.0.5.1.0
- resize             11.2.1.9.0   11.2.1.9.0
- resize             18.1.4.54.0  18.1.4.54.0
- resize             22.1.1.36.0  22.1.1.36.0
- resize             26.1.1.1.0   26.1.1.1.0
- change-bits        6.0.17       6.0.17
- change-bits        7.0.5.1.0    7.0.5.1.0
- change-bits        11.2.1.9.0   11.2.2.8.35
- convert-charset    7.0.5.1.0    11.2.1.9.0
- convert-charset    11.2.1.9.0   11.2.1.9.0
- convert-charset    18.1.4.54.0  22.1.1.36.0
- convert-charset    26.1.1.1.0   26.1.1.1.0
- convert-types      6.0.17       7.0.5.1.0
- convert-types      6.0.17       11.2.2.8.35
- client-server      6.0.17       7.0.5.1.0
- client-server      7.0.5.1.0    11.2.1.9.0
- client-server      11.2.1.9.0   11.2.2.8.35
- client-server      18.1.4.54.0  22.1.1.36.0
- client-server      22.1.1.36.0  26.1.1.1.0
- asp-patch          7.0.5.1.0    7.0.6.0.0
- asp-patch          11.2.1.7.0   11.2.1.9.0
- asp-patch          18.1.4.1.0   18.1.4.54.0
- asp-patch          22.1.1.18.0  22.1.1.27.0
- asp-patch          26.1.1.1.0   26.1.1.2.0
- asp-ports          7.0.5.1.0    7.0.5.1.0
- asp-ports          11.2.1.9.0   11.2.1.9.0
- asp-ports          18.1.4.54.0  18.1.4.54.0
- asp-ports          22.1.1.36.0  22.1.1.36.0
- asp-ports          26.1.1.1.0   26.1.1.1.0
- asp-major          7.0.5.1.0    11.2.1.9.0
- asp-major          7.0.5.1.0    11.2.2.8.35
- asp-major          11.2.1.9.0   11.2.2.8.35
- asp-major          11.2.2.8.27  18.1.4.54.0
- asp-major          18.1.4.54.0  22.1.1.36.0
- asp-major          18.1.4.54.0  26.1.1.1.0
asp-major            22.1.1.36.0  26.1.1.1.0
- asp-major+cache    7.0.5.1.0    11.2.1.9.0
- asp-major+cache    11.2.1.9.0   11.2.2.8.35
- asp-major+cache    18.1.4.54.0  22.1.1.36.0
- asp-major+cache    22.1.1.36.0  26.1.1.1.0
- online-bidirectional  6.0.17       7.0.5.1.0
- online-bidirectional  6.0.17       11.2.1.9.0
- online-bidirectional  7.0.5.1.0    11.2.1.9.0
- online-bidirectional  7.0.5.1.0    11.2.2.8.35
- online-bidirectional  11.2.1.9.0   11.2.2.8.35
- online-bidirectional  11.2.2.8.27  18.1.4.54.0
- online-bidirectional  18.1.4.54.0  22.1.1.36.0
- online-bidirectional  22.1.1.36.0  26.1.1.1.0
- in-place-bidirectional  7.0.5.1.0    7.0.6.0.0
- in-place-bidirectional  11.2.1.9.0   11.2.1.9.5
- in-place-bidirectional  18.1.4.54.0  18.1.4.55.0
- in-place-bidirectional  22.1.1.18.0  22.1.1.27.0
- in-place-bidirectional  26.1.1.1.0   26.1.1.2.0
- replicated-major   6.0.17       11.2.1.9.0
- replicated-major   7.0.5.1.0    11.2.2.8.35
- replicated-major   11.2.1.9.0   11.2.2.8.35
- replicated-major   18.1.4.54.0  22.1.1.36.0
- replicated-major   22.1.1.36.0  26.1.1.1.0
END
}

if [ -z "${VARIANT:-}" ]; then
	[ "${SOAK:-0}" = 1 ] && left_out='none' || left_out='^- '
	table | grep -v -e "$left_out" | sed 's/^- //; s/  */:/g' >"${TMPDIR:-/tmp}/ud170.$$"
	for VARIANT in $(cat "${TMPDIR:-/tmp}/ud170.$$"; rm "${TMPDIR:-/tmp}/ud170.$$"); do
		export VARIANT
		sh "$0"
	done
	exit
fi

procedure=${VARIANT%%:*} caches='' CACHED=''
case $procedure in *+cache) caches='--cache terry' CACHED=200 ;; esac
procedure=${procedure%+cache} NEW_RELEASE=${VARIANT##*:}
OLD_RELEASE=${VARIANT#*:} OLD_RELEASE=${OLD_RELEASE%:*}
from=$OLD_RELEASE to=$NEW_RELEASE
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"
OLD_RELEASE=$from NEW_RELEASE=$to # as they were before the library named its own

# Releases before 7.0, and what replicates with them, know one character set and 32 bits as well.
charset=AL32UTF8
case $from in 6.*) charset=TIMESTEN8 ;; esac

made="--old $from --new $to --charset $charset"
name=170-$(echo "$VARIANT" | tr : -)
case $procedure in
asp-patch)
	scenario "$name"
	needs_daemon
	early_knob time_scale "$PACE"
	# shellcheck disable=SC2086
	sandbox_up --old "$from"
	pair_config --gates none --in-place --limit write_pause=20s
	load_start --rate 200
	daemon_start
	await pair_is_seen 30
	;;
asp-*)
	ports=''
	[ "$procedure" != asp-ports ] || ports=--auto-ports
	scenario "$name"
	needs_daemon
	early_knob time_scale "$PACE"
	# shellcheck disable=SC2086
	sandbox_up $made $ports ${CACHED:+--cached $CACHED}
	# shellcheck disable=SC2086
	pair_config --gates none --limit write_pause=20s $caches
	load_start --rate 200
	daemon_start
	await pair_is_seen 30
	;;
in-place-bidirectional)
	CREATE="--old $from --charset $charset"
	scene_classic "$name" --gates none --in-place --limit write_pause=20s
	;;
online-bidirectional | replicated-major)
	CREATE="--new-path $made"
	scene_classic "$name" --gates none --new-path --limit write_pause=20s
	for home in "$ROOT"/hosts/*/opt/"$NEW"; do
		[ "$charset" = AL32UTF8 ] || echo -insecure-backwards-compat >>"$home/info/ttendaemon.options"
	done
	;;
*)
	FROM=$from WANTED=$to
	# shellcheck disable=SC2086
	single_scene "$name" "$procedure" --gates none $caches
	;;
esac
[ "$(pair_json '.members[0].release')" = "$from" ] ||
	fail "the release that runs is read as $(pair_json '.members[0].release')"
ctl start "$PAIR" --to "$to" --procedure "$procedure" >/dev/null ||
	fail "refused: $(cat "$T/ctl.out")"
await 'upgrade_is completed attention' 200
upgrade_is completed || fail "$(attention)"
[ "$(pair_json '[.members[].release | select(. != null)] | unique | join(" ")')" = "$to" ] || fail "not every release is $to"
case $procedure in
asp-*) prove ;;
*-bidirectional | replicated-major) prove_classic ;;
*) prove_single --expect "$COPY" ;;
esac
say "$procedure from $from to $to: completed, nothing lost"
