# single.sh: more.sh, and one database in the scene that a procedure wants.
# shellcheck shell=sh

: "${abs_top_srcdir:=$(cd "${srcdir:-.}" && pwd)}"
# shellcheck source=more.sh
. "$abs_top_srcdir/tests/scenario/more.sh"

# Sets $PROCEDURE, $TO (the release), $COPY (the store it ends in; judge --expect), and the
# load. move-host:stream: with transfer=stream.
# FROM, WANTED: other releases than the usual ones. CACHED: rows of cached tables.
single_scene() { # NAME PROCEDURE [OPTION... of pairconf.sh]
	scene_name=$1 PROCEDURE=$2
	shift 2
	COPY=master1 TRANSFER=''
	case $PROCEDURE in
	move-host*)
		TRANSFER=files
		[ "$PROCEDURE" = move-host ] || TRANSFER=${PROCEDURE#*:}
		PROCEDURE=move-host
		;;
	esac
	case $PROCEDURE in
	in-place | offline-backup) TO=11.2.2.8.60 ;;
	change-bits | convert-charset | move-directory | move-host | resize) TO=$OLD_RELEASE ;;
	convert-types) TO=11.2.1.9.0 OLD_RELEASE=6.0.17 ;;
	*) TO=$NEW_RELEASE ;;
	esac
	[ -z "${FROM:-}" ] || OLD_RELEASE=$FROM
	TO=${WANTED:-$TO}
	SINGLE="--new-path --old $OLD_RELEASE --new $TO"
	case $PROCEDURE in
	in-place)
		SINGLE="--old $OLD_RELEASE"
		set -- --in-place "$@"
		;;
	change-bits) SINGLE="$SINGLE --new-bits 32" ;;
	convert-charset) SINGLE="$SINGLE --charset TIMESTEN8" ;;
	move-directory | resize)
		COPY=master1_new
		APPS="${APPS:---rate 200} --member master1_new@master1host"
		set -- --moves "$@"
		;;
	client-server)
		SINGLE="$SINGLE --start-new"
		;;
	move-host)
		COPY=master2 SINGLE="--second-host --old $OLD_RELEASE"
		APPS="${APPS:---rate 200} --member master2@master2host"
		set -- --second-host "$@"
		;;
	esac
	SINGLE="$SINGLE ${CACHED:+--cached $CACHED}"
	scene_single "$scene_name" "$@"
	[ "$PROCEDURE" != client-server ] || one_server_port
}

# The new server is configured for the port of the old one, and is not started.
one_server_port() {
	tt master1host "$NEW" ttDaemonAdmin -stopserver >/dev/null
	port=$(tt master1host "$OLD" ttStatus | sed -n 's/^TimesTen server pid .* port //p' | head -1)
	echo "server_port = $port" >>"$ROOT/hosts/master1host/opt/$NEW/conf/instance.conf"
}

single_start() { # OPTION... of upgradectl start
	ctl start "$PAIR" --to "$TO" --procedure "$PROCEDURE" \
		${TRANSFER:+--option "transfer=$TRANSFER"} "$@" >/dev/null ||
		fail "the upgrade was refused: $(cat "$T/ctl.out")"
}

# Numbers of its steps that have a gate, in order; those until the point of no return, it too.
single_steps() {
	single_plan | jq -r '.steps[] | select(.gate != null).number'
}
single_steps_with_abort() {
	single_plan | jq -r '(.steps | map(.no_return // false) | index(true)) as $n
		| .steps[0:(($n // (.steps | length - 1)) + 1)][] | select(.gate != null).number'
}
single_plan() {
	ctl_now --json plan "$PAIR" --to "$TO" --procedure "$PROCEDURE" \
		${TRANSFER:+--option "transfer=$TRANSFER"}
}

the_copy_is_there() {
	case $PROCEDURE in
	in-place) return 1 ;;
	move-host) [ -e "$ROOT/hosts/master2host/data/$COPY.ds0" ] ;;
	*) [ -e "$ROOT/hosts/master1host/data-new/$COPY.ds0" ] ;;
	esac
}

no_file_is_left() {
	! find "$T/run/backup" -mindepth 2 | grep . >"$T/left"
}

# After an abort: it serves as before, and nothing of the attempt is left.
single_is_as_before() { # WHEN
	upgrade_is aborted || fail "abort $1: $(attention)"
	load_goes_on 20
	[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "abort $1: no database"
	! the_copy_is_there || fail "abort $1 left the copy"
	no_file_is_left || fail "abort $1 left a file"
	tt master1host "$OLD" ttAdmin -query master1 >"$T/policies"
	grep -i 'RAM Residence Policy.*inUse' "$T/policies" >/dev/null ||
		fail "abort $1 left another policy: $(cat "$T/policies")"
}

# Aborted before its copy is made, with it half made, and before applications come ($ABORTS: the
# steps), each time as before; then completed: the old database stays whole until the copy serves.
single_story() { # OPTION... of upgradectl start
	for step in ${ABORTS:-2b 4b 5}; do
		single_start --gates every-step "$@"
		walk_to $step 60
		steer abort sales --yes
		await 'upgrade_is aborted attention' 60
		single_is_as_before "at $step"
		outage_is_told
	done
	single_start --gates before-destroy "$@"
	await 'upgrade_is gated attention' 90
	upgrade_is gated || fail "$(attention)"
	load_goes_on 50
	[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is gone already"
	the_copy_is_on_its_own
	ctl_gives 3 abort sales --yes # applications wrote to the copy
	steer advance sales
	await 'upgrade_is completed attention' 60
	upgrade_is completed || fail "$(attention)"
	[ ! -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is there still"
	! find "$T/run/backup" -type f | grep . || fail "a file was left"
	outage_is_told
}

# A gate may wait for days, and the host of the copy be restarted.
the_copy_is_on_its_own() {
	case $PROCEDURE in
	move-host) tt master2host "$OLD" ttAdmin -query "$COPY" >"$T/policies" ;;
	move-directory | resize) tt master1host "$OLD" ttAdmin -query "$COPY" >"$T/policies" ;;
	*) tt master1host "$NEW" ttAdmin -query "$COPY" >"$T/policies" ;;
	esac
	grep -i 'RAM Residence Policy.*inUse' "$T/policies" >/dev/null ||
		fail "applications are at a copy with another policy: $(cat "$T/policies")"
}

# The upgrade says for how long nobody was served: from the end of the pause hook to the start
# of the resume hook, so not longer than the applications stood still by their own account.
outage_is_told() {
	told=$(last_upgrade .write_pause_ms)
	stood=$(awk '$1 == "pause" { since = $2 } $1 == "resume" { ms = ($2 - since) / 1000 }
		END { print int(ms) + 1 }' "$T/ledger")
	[ "$told" != null ] && [ "$told" -gt 0 ] && [ "$told" -le $((stood + 20)) ] ||
		fail "nobody was served for $told ms, and applications stood still for $stood ms"
}
