# servers.sh: servers of the scenarios, one by one: started, stopped, killed, asked. Part of lib.sh.
# shellcheck shell=sh disable=SC2034,SC2154 # names of lib.sh

# As the owner of the clusters, with nothing of our environment.
pg_as() { # PROGRAM ARG...
	if [ "$(id -u)" -eq 0 ]; then
		(cd "$PGROOT" && setpriv --reuid=postgres --regid=postgres --init-groups \
			env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$PGROOT" "$@")
	else
		(cd "$PGROOT" && env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME="$PGROOT" "$@")
	fi
}

# The same on the member's host.
pg_there() { # MEMBER PROGRAM ARG...
	pg_where=$1
	shift
	if ! hosts_apart; then
		pg_as "$@"
	else
		(cd "$PGROOT" && "$HOSTS_SH" run "$T/hosts" "$pg_where" setpriv --reuid=postgres \
			--regid=postgres --init-groups env -i PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
			HOME="$PGROOT" "$@")
	fi
}

pg_owner() {
	if [ "$(id -u)" -eq 0 ]; then echo postgres; else id -un; fi
}

pg_ip() { # MEMBER
	if ! hosts_apart; then echo "$IP"; else "$HOSTS_SH" address "$T/hosts" "$1"; fi
}

pg_port() { # MEMBER
	port=5500
	for port_of in $MEMBERS; do
		port=$((port + 1))
		[ "$port_of" != "$1" ] || break
	done
	echo "$port"
}

# Where it runs now, or would be started: its new folder once that was in use.
pg_data() { # MEMBER
	if [ -s "$PGROOT/$1.new/postmaster.opts" ] && ! pg_runs_in "$PGROOT/$1"; then
		echo "$PGROOT/$1.new"
	else
		echo "$PGROOT/$1"
	fi
}

pg_runs_in() { # DATA
	[ -s "$1/postmaster.pid" ] && read -r postmaster <"$1/postmaster.pid" &&
		grep -qs postgres "/proc/$postmaster/cmdline"
}

pg_pid() { # MEMBER
	head -n 1 "$(pg_data "$1")/postmaster.pid"
}

pg_children() { # PID
	grep -Esl "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | sed 's/[^0-9]//g'
}

# The programs it was last started with.
pg_bin() { # MEMBER
	sed -n 's|^\(.*\)/postgres .*|\1|p' "$(pg_data "$1")/postmaster.opts" 2>/dev/null |
		grep . || echo "$OLD_BIN"
}

pg_start() { # MEMBER [BIN]
	data=$(pg_data "$1")
	pg_there "$1" "${2:-$(pg_bin "$1")}/pg_ctl" -D "$data" -l "$PGROOT/log/$1.log" -w -t 120 start \
		>"$T/pg_ctl.log" 2>&1 || fail "$1 does not start"
}

pg_stop() { # MEMBER [fast|immediate|smart]
	pg_as "$(pg_bin "$1")/pg_ctl" -D "$(pg_data "$1")" -m "${2:-fast}" -w -t 120 stop \
		>"$T/pg_ctl.log" 2>&1 || fail "$1 does not stop"
}

# The machine is gone: nothing is written, nobody is told.
pg_kill9() { # MEMBER
	pid=$(pg_pid "$1")
	# shellcheck disable=SC2046
	kill -9 "$pid" $(pg_children "$pid")
	await "is_gone $pid" 20
}

pg_freeze() { # MEMBER
	kill -STOP "$(pg_pid "$1")"
}

pg_thaw() { # MEMBER
	kill -CONT "$(pg_pid "$1")"
}

# As the superuser through the socket, also where sessions are read only by default.
pg_sql() { # MEMBER DATABASE SQL...
	sql_member=$1 sql_database=$2
	shift 2
	for statement; do
		set -- "$@" -c "$statement"
		shift
	done
	PGOPTIONS='-c default_transaction_read_only=off' PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10} \
		"$PSQL" -XAtq -v ON_ERROR_STOP=1 -h "$PGROOT/run" -p "$(pg_port "$sql_member")" \
		-U postgres -d "$sql_database" "$@"
}

# active, standby, or down; the server's own word.
pg_role() { # MEMBER
	case $(PGCONNECT_TIMEOUT=2 pg_sql "$1" postgres 'SELECT pg_is_in_recovery()' 2>/dev/null) in
	t) echo standby ;;
	f) echo active ;;
	*) echo down ;;
	esac
}

pg_role_is() { # MEMBER ROLE
	[ "$(pg_role "$1")" = "$2" ]
}

pg_release_of() { # MEMBER
	pg_sql "$1" postgres 'SHOW server_version' 2>/dev/null | sed 's/ .*//'
}

# Who has this role in the daemon's eyes: a new side that only follows is no active.
role_holder() { # ROLE
	pair_json "[.members[] | select(.role == \"$1\") | .name] | join(\" \")"
}

# Every member that is active by its own word; one, where all is well.
pg_actives() {
	for each in $MEMBERS; do
		[ "$(pg_role "$each")" != active ] || echo "$each"
	done
}

pg_streams() { # FROM TO
	[ "$(pg_sql "$1" postgres "SELECT count(*) FROM pg_stat_replication
		WHERE application_name = '$2' AND state = 'streaming'" 2>/dev/null)" = 1 ]
}

# All that is committed is replayed everywhere. Down members do not count.
pg_is_quiet() {
	active=$(pg_actives)
	[ "$(echo "$active" | wc -w)" = 1 ] || return 1
	lsn=$(pg_sql "$active" postgres 'SELECT pg_current_wal_flush_lsn()')
	for each in $MEMBERS; do
		[ "$(pg_role "$each")" = standby ] || continue
		[ "$(pg_sql "$each" postgres "SELECT pg_last_wal_replay_lsn() >= '$lsn'")" = t ] ||
			return 1
	done
}
