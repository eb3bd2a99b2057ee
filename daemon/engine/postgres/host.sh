# The shell of a member: one that stays, runs as the owner of the cluster, and knows these
# functions. It is fed by host.c: lines of commands, then a line `#MARK`; they are run
# together, in this very shell (serve.sh), and `MARK STATUS` is printed behind what they print.
#
# A command costs no process as long as only builtins are used. What is on the way of the
# write pause uses nothing else: `read` from /proc, `kill`, `[`. POSIX sh, and -ef of test.
#
# Functions print lines `key=value`, complain on standard error, and leave what they found
# in variables of their own name for other functions.

# pg_may_look DATA: fails, with a complaint, when it cannot be seen what is in there. A folder
# that is absent can be seen to be so from the nearest one above it.
pg_may_look() {
	pg_above=$1
	while [ -n "$pg_above" ] && ! [ -e "$pg_above" ]; do
		pg_above=${pg_above%/*}
	done
	[ -x "${pg_above:-/}" ] && { [ "$pg_above" != "$1" ] || [ -r "$1" ]; } && return 0
	echo "$pg_above: permission denied" >&2
	return 1
}

# pg_here CONNINFO: sets pg_conninfo, without a passfile that cannot be read here: the default
# one of the owner of the cluster counts then. The daemon's own may be out of his reach.
pg_here() {
	pg_conninfo=$1
	case $1 in
	*passfile=\'*) ;;
	*) return 0 ;;
	esac
	pg_file=${1#*passfile=\'} pg_after=${1#*passfile=\'*\'}
	pg_file=${pg_file%%\'*}
	case $pg_file in
	*\\*) ;;
	*) [ -r "$pg_file" ] || pg_conninfo="${1%%passfile=\'*}$pg_after" ;;
	esac
}

# pg_find_postmaster DATA: sets pg_pid to the pid of the server that runs on DATA, "" when
# there is none. A pid file that was left behind names nobody, or somebody else. Fails when that
# cannot be seen.
pg_find_postmaster() {
	pg_pid=
	pg_may_look "$1" || return 1
	[ -e "$1/postmaster.pid" ] || return 0
	read -r pg_pid <"$1/postmaster.pid" || :
	case $pg_pid in
	'' | *[!0-9]*) pg_pid= ;;
	*) [ "/proc/$pg_pid/cwd" -ef "$1" ] && pg_find_state "$pg_pid" && [ "$pg_state" != Z ] || pg_pid= ;;
	esac
}

# pg_find_state PID: sets pg_state to R, S, D, T, Z and pg_parent; fails when there is no such
# process.
pg_find_state() {
	pg_state=
	{ read -r pg_state <"/proc/$1/stat"; } 2>/dev/null || return 1
	pg_state=${pg_state##*) }
	pg_parent=${pg_state#? } pg_state=${pg_state%% *}
	pg_parent=${pg_parent%% *}
}

# pg_lives PID: of a process of this user, that it is there, and no zombie: two calls of the
# system, where reading its state takes hundreds.
pg_lives() {
	[ -e "/proc/$1/exe" ]
}

# pg_find_children DATA: sets pg_children to the processes that work in this folder. All of a
# server's do, and to ask for that costs least: not every kernel lists children.
pg_find_children() {
	pg_children=
	for pg_child in /proc/[0-9]*; do
		[ "$pg_child/cwd" -ef "$1" ] && pg_children="$pg_children ${pg_child#/proc/}"
	done
}

# pg_find_kind PID POSTMASTER: sets pg_kind of a process that works in the folder:
#	gone		it has ended, or is about to
#	server		the postmaster itself
#	stranger	none of the server's: a command that it runs, a person's shell
#	untitled	was just started: it may become anything
#	walsender
#	autovacuum	a worker: it writes, but nothing of an application
#	auxiliary	of the server itself
#	client		whatever else: sessions, and workers of extensions, queries, subscriptions;
#			also of a server that died before
pg_find_kind() {
	pg_title=
	{ IFS= read -r pg_title <"/proc/$1/cmdline"; } 2>/dev/null || :
	case $pg_title in
	'') pg_kind=gone ;;
	'postgres: '*)
		pg_title=${pg_title#postgres: }
		# With a cluster_name it stands before the rest.
		case ${pg_title##*: } in
		checkpointer | 'checkpointer ' | 'background writer' | 'background writer ' | \
			walwriter | 'walwriter ' | logger | 'logger ' | walsummarizer | \
			'walsummarizer ' | 'stats collector' | 'stats collector ' | \
			'autovacuum launcher' | 'autovacuum launcher ' | \
			'logical replication launcher' | 'logical replication launcher ' | \
			'slotsync worker' | 'slotsync worker ' | 'io worker '* | archiver | \
			'archiver '* | startup | 'startup '* | walreceiver | 'walreceiver '*)
			pg_kind=auxiliary
			;;
		'walsender '*) pg_kind=walsender ;;
		'autovacuum worker'*) pg_kind=autovacuum ;;
		*) pg_kind=client ;;
		esac
		;;
	*)
		pg_kind=stranger
		if [ "$1" = "$2" ]; then
			pg_kind=server
		elif pg_find_state "$1" && [ "$pg_parent" = "$2" ]; then
			pg_kind=untitled
		fi
		;;
	esac
}

# pg_count_foreign DATA POSTMASTER [PID...]: sets pg_foreign to the number of its processes
# that could commit something of an application, but for those that are named: ours.
pg_count_foreign() {
	pg_foreign=0
	pg_find_children "$1"
	pg_server=$2
	shift 2
	for pg_child in $pg_children; do
		case " $* " in
		*" $pg_child "*) continue ;;
		esac
		pg_find_kind "$pg_child" "$pg_server"
		case $pg_kind in
		client | untitled) pg_foreign=$((pg_foreign + 1)) ;;
		esac
	done
}

# pg_is_private DATA: the server listens where nobody looks for it (line 5 of its pid file).
pg_is_private() {
	{
		read -r pg_line && read -r pg_line && read -r pg_line && read -r pg_line &&
			IFS= read -r pg_line
	} <"$1/postmaster.pid" || return 1
	case $pg_line in
	"$1/.upgraded" | /tmp/.upgraded-*) return 0 ;;
	esac
	return 1
}

# pg_frozen DATA [PID...]: whether a server runs there, and can write: up, pid, frozen,
# private, recovering (it was started to), foreign (as pg_count_foreign). No process is
# started.
pg_frozen() {
	pg_find_postmaster "$1" || return 1
	if [ -z "$pg_pid" ]; then
		echo up=f
		return 0
	fi
	case $pg_state in
	T) pg_is_frozen=t ;;
	*) pg_is_frozen=f ;;
	esac
	if pg_is_private "$1"; then
		echo private=t
	else
		echo private=f
	fi
	if [ -e "$1/standby.signal" ] || [ -e "$1/recovery.signal" ]; then
		echo recovering=t
	else
		echo recovering=f
	fi
	pg_folder=$1
	shift
	if [ "$pg_is_frozen" = t ] && pg_was_fenced "$pg_folder"; then
		pg_foreign=0
	else
		pg_count_foreign "$pg_folder" "$pg_pid" "$@"
	fi
	printf 'up=t\npid=%s\nfrozen=%s\nforeign=%s\n' "$pg_pid" "$pg_is_frozen" "$pg_foreign"
}

# pg_flag NAME FILE: NAME=t when there is such a file.
pg_flag() {
	if [ -e "$2" ]; then
		echo "$1=t"
	else
		echo "$1=f"
	fi
}

# pg_control DATA BIN: the control file, by the keys that the functions of SQL have for it.
pg_control() {
	"$2/pg_controldata" -D "$1" | while IFS= read -r pg_line; do
		pg_value=${pg_line#*:}
		pg_value=${pg_value#"${pg_value%%[! ]*}"}
		case $pg_line in
		'Database system identifier:'*) echo "sysid=$pg_value" ;;
		'Database cluster state:'*) echo "state=$pg_value" ;;
		'Latest checkpoint location:'*) echo "checkpoint=$pg_value" ;;
		"Latest checkpoint's REDO location:"*) echo "redo=$pg_value" ;;
		"Latest checkpoint's TimeLineID:"*) echo "timeline=$pg_value" ;;
		'Minimum recovery ending location:'*) echo "minimum=$pg_value" ;;
		"Min recovery ending loc's timeline:"*) echo "minimum_timeline=$pg_value" ;;
		'wal_level setting:'*) echo "wal_level=$pg_value" ;;
		'wal_log_hints setting:'*) echo "wal_log_hints=$pg_value" ;;
		'Data page checksum version:'*) echo "checksums=$pg_value" ;;
		esac
	done
}

# pg_instance DATA BIN: what pg_frozen says, then what is in the folder: exists (it is a
# cluster), major, standby_signal, recovery_signal, and of the control file sysid, state,
# checkpoint, redo, timeline, minimum, minimum_timeline, wal_level, wal_log_hints, checksums.
pg_instance() {
	pg_frozen "$1" || return 1
	if ! [ -e "$1/PG_VERSION" ]; then
		echo exists=f
		return 0
	fi
	read -r pg_line <"$1/PG_VERSION" || :
	printf 'exists=t\nmajor=%s\n' "$pg_line"
	pg_flag standby_signal "$1/standby.signal"
	pg_flag recovery_signal "$1/recovery.signal"
	pg_control "$1" "$2"
}
