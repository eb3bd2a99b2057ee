# pairs.sh: more.sh, and a pair in the scene that a procedure wants.
# shellcheck shell=sh

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
# shellcheck source=more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"

# Sets $PROCEDURE, $TO (the release), $OPTIONS of start, $DONE (names, roles and releases at the
# end), and the load. VARIANT: PROCEDURE or PROCEDURE:HOW; asp-...:cache has cache groups.
pair_scene() { # NAME VARIANT [OPTION... of pairconf.sh]
	scene_name=$1 scene_of=$2
	shift 2
	PROCEDURE=${scene_of%%:*} TO=$NEW_RELEASE OPTIONS='' DONE='master1=standby=TO master2=active=TO'
	set -- --limit write_pause=60s --limit redundancy_gap=20m "$@"
	CREATE='' CACHED=no
	case $scene_of in
	*:cache)
		CACHED=yes CREATE='--cached 200'
		set -- --cache terry "$@"
		;;
	esac
	case $scene_of in
	asp-ports*)
		TO=$OLD_RELEASE DONE='master1=active=TO master2=standby=TO'
		scenario "$scene_name"
		needs_daemon
		early_knob time_scale "$PACE"
		# shellcheck disable=SC2086
		sandbox_up --auto-ports $CREATE
		pair_config "$@"
		load_start --rate 200
		daemon_start
		await pair_is_seen 30
		;;
	asp-patch | asp-patch:*)
		TO=11.2.2.8.60
		[ "$scene_of" != asp-patch:back ] || {
			OPTIONS='--option swap_back=yes'
			DONE='master1=active=TO master2=standby=TO'
		}
		scene "$scene_name" --in-place "$@"
		;;
	asp-major | asp-major:cache) scene "$scene_name" "$@" ;;
	online-bidirectional)
		CREATE='--new-path --auto-ports'
		scene_classic "$scene_name" --new-path "$@"
		;;
	in-place-bidirectional)
		TO=11.2.2.8.60
		scene_classic "$scene_name" --in-place "$@"
		;;
	online-bidirectional:in-place)
		scene_classic "$scene_name" "$@"
		;;
	online-bidirectional:server)
		CREATE='--new-path --start-new' OPTIONS='--option server=yes'
		scene_classic "$scene_name" --new-path "$@"
		for n in 1 2; do
			tt master${n}host $NEW ttDaemonAdmin -stopserver >/dev/null 2>&1 || :
		done
		await '! ctl check sales --to "$TO" --option server=yes | grep -q "runs already"' 20
		;;
	replicated-major)
		CREATE='--new-path --auto-ports' DONE='master1=active=TO master2=standby=TO'
		scene_classic "$scene_name" --new-path "$@"
		;;
	*) fail "no such variant: $scene_of" ;;
	esac
	[ "${CLASSIC:-no}" = yes ] || DONE="$DONE subscriber1=subscriber=TO subscriber2=subscriber=TO"
	DONE=$(echo "$DONE" | sed "s/TO/$TO/g")
	BEFORE=$(who_is_what)
	[ "$CACHED" = no ] || cached_scene
}

cached_scene() {
	tt master2host $OLD ttAdmin -cachePolicy always master2 >/dev/null
	CACHES=$(caches)
}

# Of each role whether its cache agent runs, and states of autorefresh; policies of each master.
caches() {
	for member in master1 master2; do
		instance=$OLD
		case $(pair_json ".members[] | select(.name == \"$member\").release") in
		"$NEW_RELEASE") instance=$NEW ;;
		esac
		agent=$(tt "${member}host" "$instance" ttStatus | grep -i 'cache agent' | grep -civ policy)
		echo "$(pair_json ".members[] | select(.name == \"$member\").role")" \
			"$([ "$agent" -gt 0 ] && echo runs)" \
			"$(tt "${member}host" "$instance" ttIsql -v1 -e \
				'select RTRIM(CGNAME), REFRESH_STATE from SYS.CACHE_GROUP; exit' \
				"DSN=$member;AutoCreate=0" | grep '^<' | sort | tr -d '\n')"
		tt "${member}host" "$instance" ttAdmin -query "$member" | sed -n "s/^Cache Agent Policy/$member/p"
	done | sort
}

caches_are_right() {
	[ "$CACHED" = no ] || await '[ "$(caches)" = "$CACHES" ]' 30
}

# Names, roles and releases, of all members.
who_is_what() {
	pair_json '[.members[] | .name + "=" + .role + "=" + .release] | join(" ")'
}

plan() { # JQ FILTER
	# shellcheck disable=SC2086
	ctl_now --json plan sales --to "$TO" --procedure "$PROCEDURE" $OPTIONS | jq -r "$1"
}

begin() {
	# shellcheck disable=SC2086
	ctl start sales --to "$TO" --procedure "$PROCEDURE" $OPTIONS >/dev/null ||
		fail "the upgrade was refused: $(cat "$T/ctl.out")"
}

no_file_is_left() { # WHEN
	[ -z "$(ls "$T"/run/backup/* | grep -E '\.(mig|bac|sta)')" ] || fail "$1: a file was left"
}

# Of two masters each has its own copy of the scheme.
ports_of() { # MEMBER
	tt "${1}host" "$OLD" ttIsql -v1 -e \
		'select RTRIM(TT_STORE_NAME), REP_PORT_NUMBER from TTREP.TTSTORES; exit' "$1" | sort
}

ports_are_even() { # WHEN
	[ "${CLASSIC:-no}" = yes ] || return 0
	ports_of master1 >"$T/ports-1"
	ports_of master2 >"$T/ports-2"
	grep -q . "$T/ports-1" || fail "$1: no ports are told"
	cmp -s "$T/ports-1" "$T/ports-2" ||
		fail "$1: ports differ: $(cat "$T/ports-1" "$T/ports-2")"
}

is_as_before() { # WHEN
	upgrade_is aborted || fail "abort $1: $(pair_json .upgrade.state) $(attention)"
	await '[ "$(who_is_what)" = "$BEFORE" ]' 60
	load_goes_on 30
	no_file_is_left "abort $1"
	ports_are_even "abort $1"
	caches_are_right
}

is_done() {
	await '[ "$(who_is_what)" = "$DONE" ]' 60
	no_file_is_left 'at the end'
	caches_are_right
	if [ "${CLASSIC:-no}" = yes ]; then
		prove_classic
	else
		prove
	fi
}
