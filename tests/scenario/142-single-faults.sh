#!/bin/sh
# Faults in the procedures of a single database. Tools that lie, die or refuse, a full disk, a
# connection that nobody knows of, agents that do not stop, main daemons that die while and after
# the database is saved, a hook that hangs: the old database stays whole, the upgrade completes by
# itself, or it says what is wrong with a remedy and completes by retry when that was mended.
# Nothing is lost, and no file is left.
#
#	SOAK=1  every fault in every procedure;  VARIANT=FAULT:PROCEDURE  this one
set -eu

faults='lies lies-fail dies full place stranger destroy agent daemon export hook'
[ -n "${VARIANT:-}" ] || {
	set -- lies:offline-backup lies-fail:client-server dies:move-directory \
		full:change-bits stranger:convert-types destroy:resize \
		agent:move-directory hook:offline-migrate
	[ "${SOAK:-0}" != 1 ] || {
		set --
		for procedure in in-place offline-migrate offline-backup move-directory resize \
			change-bits convert-charset convert-types client-server move-host \
			move-host:stream; do
			for fault in $faults; do
				set -- "$@" "$fault:$procedure"
			done
		done
	}
	for VARIANT; do
		export VARIANT
		sh "$0"
	done
	exit
}
# shellcheck source=single.sh
. "${abs_top_srcdir:-${srcdir:-.}}/tests/scenario/single.sh"

# Each way that it may need a person; the words are what a person reads then.
attention_comes() { # PATTERN [LIMIT]
	await 'upgrade_is attention completed aborted' "${2:-60}"
	attention_says "$1" || fail "expected $1: $(pair_json .upgrade.state) $(attention)"
	remedy_is_given || fail "attention without a remedy"
	say "attention: $(attention)"
}

the_old_one_is_whole() {
	[ -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is gone"
	[ "$(saw_count '.event == "destroy" and (.path | endswith("/data/master1"))')" -eq 0 ] ||
		fail "the old database was destroyed"
}

mended() {
	steer retry sales
	retry_until_completed 120 3
}

in_place() {
	[ "$PROCEDURE" = in-place ]
}

by_backup() {
	case $PROCEDURE in
	offline-backup | move-directory) return 0 ;;
	esac
	return 1
}

saves() {
	! in_place
}

why_says() { # PATTERN of grep -E
	ctl_now why sales | grep -Eq "$1"
}

the_cache_agent_runs() {
	host=master1host
	[ "$PROCEDURE" != move-host ] || host=master2host
	tt $host "$THERE" ttStatus | grep -i 'cache agent' | grep -qiv policy
}

is_being_saved() {
	[ "$(saw_count '.event == "migrate_begun" and .way == "save" or .event == "backup_begun"')" -gt 0 ]
}

# A person sees to the main daemons, whatever the upgrade says.
daemons_run() {
	for instance in $OLD $THERE; do
		tt master1host "$instance" ttStatus >/dev/null 2>&1 ||
			sandbox start master1host "$instance" >/dev/null
	done
}

main_daemon_dies() { # INSTANCE
	sandbox kill-daemon master1host "$1" || :
}

FAULT=${VARIANT%%:*}
tries=0 hang='' starts=''
scenario "142-$FAULT-${VARIANT#*:}"
[ "$FAULT" != hook ] || {
	mkdir -p "$T/run"
	cat >"$T/hang" <<-X
		#!/bin/sh
		"$LOADCTL" --socket "$T/run/load.sock" pause-writes || exit 1
		[ ! -e "$T/hangs" ] || exec sleep 600
	X
	chmod +x "$T/hang"
	: >"$T/hangs"
	hang="--hook pause_writes=$T/hang"
}
[ "$FAULT" != agent ] || CACHED=40
# shellcheck disable=SC2086
single_scene "$SCENARIO" "${VARIANT#*:}" --gates none --limit agent_stop=6s --cache terry $hang
THERE=$NEW # the instance of the new place
case $PROCEDURE in move-directory | move-host | resize | in-place) THERE=$OLD ;; esac
case $FAULT in
lies | lies-fail)
	for u in ttAdmin-ramPolicy ttAdmin-ramLoad ttAdmin-ramUnload ttMigrate ttBackup ttRestore \
		ttDestroy ttDaemonAdmin; do
		sandbox_knob "exit_$(echo "$FAULT" | tr - _).$u" 1
	done
	single_start
	tries=6
	;;
dies) # half-way, twice; restores fail half-way besides
	sandbox_knob migrate_rate 400
	sandbox_knob kill_after_ms 150
	for u in ttMigrate ttBackup ttRestore ttAdmin-ramLoad ttDestroy; do
		sandbox_knob kill.$u 1
	done
	sandbox_knob migrate_fail 1
	single_start
	tries=6
	;;
full)
	saves && [ "$TRANSFER" != stream ] || exit 0
	sandbox_knob disk_full 4000
	single_start
	attention_comes 'No space|disk|full|exit|exited'
	the_old_one_is_whole
	sandbox_knob disk_full 0
	mended
	;;
place) # of move-host: no room on the other host, where its files or the database itself arrive
	[ "$PROCEDURE" = move-host ] || exit 0
	place=$T/run/backup/master2host
	[ "$TRANSFER" != stream ] || place=$ROOT/hosts/master2host/data
	small_disk "$place" 1
	fill_disk "$place"
	single_start
	attention_comes 'No space|full|exit|exited|Cannot create' 90
	the_old_one_is_whole
	make_room "$place"
	umount "$place"
	mended
	;;
stranger) # a session that no hook ends
	home=$ROOT/hosts/master1host/opt/$OLD
	mkfifo "$T/stranger"
	TIMESTEN_HOME=$home "$home/bin/ttIsql" -connStr DSN=master1 <"$T/stranger" >/dev/null 2>&1 &
	exec 9>"$T/stranger"
	single_start
	attention_comes 'connect|loaded'
	the_old_one_is_whole
	exec 9>&-
	mended
	;;
destroy) # it insists, and says what it waits for
	saves || exit 0
	sandbox_knob fail.ttDestroy 4
	single_start
	await 'why_says "it exists"' 60
	the_old_one_is_whole
	load_goes_on 50
	;;
agent) # the cache agent; the first stop is a lie, and the others are refused
	sandbox_knob exit_lies.ttAdmin-cacheStop 1
	sandbox_knob fail.ttAdmin-cacheStop -1
	single_start
	attention_comes 'cache'
	the_old_one_is_whole
	sandbox_knob fail.ttAdmin-cacheStop 0
	mended
	;;
daemon) # the main daemon dies when the database was unloaded
	single_start
	await '[ "$(saw_count '"'"'.event == "unload"'"'"')" -gt 0 ]' 60
	main_daemon_dies $OLD
	the_old_one_is_whole
	tries=4 starts=yes
	;;
export) # the main daemon dies while the database is saved; a person starts it, and loads
	saves || exit 0
	sandbox_knob migrate_rate 60
	single_start
	await 'is_being_saved' 60
	main_daemon_dies $OLD
	sandbox_knob migrate_rate 0
	await 'why_says "connect to (the TimesTen )?daemon|daemon not running" || upgrade_is attention' 60
	why_says 'start the daemon|ttDaemonAdmin -start|see to the host and its database daemon' || fail "no remedy: $(ctl_now why sales)"
	the_old_one_is_whole
	daemons_run
	attention_comes '707|loaded' 90
	tt master1host $OLD ttAdmin -ramLoad master1 >/dev/null
	mended
	;;
hook)
	single_start
	await 'grep -q "^pause " "$T/ledger"' 60
	upgrade_is running || fail "it went on without an end of the hook"
	steer abort sales --yes
	await 'upgrade_is aborted attention' 60
	single_is_as_before "while the hook hangs"
	rm "$T/hangs"
	single_start
	;;
esac
[ -z "$starts" ] || {
	await 'upgrade_is attention completed || why_says "daemon (does not run|not running)"' 120
	say "waits: $(ctl_now why sales | tr -s ' \n' ' ')"
	! why_says 'no other database' || fail 'it does not say that the daemon is down'
	daemons_run
}
retry_until_completed 120 $tries
in_place || [ ! -e "$ROOT/hosts/master1host/data/master1.ds0" ] || fail "the old database is there still"
no_file_is_left || fail "a file was left: $(cat "$T/left")"
[ -z "${CACHED:-}" ] || the_cache_agent_runs || fail "no cache agent behind it"
prove_single --expect "$COPY"
say "completed; nothing lost"
