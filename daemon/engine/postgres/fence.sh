# An exact fence for a server that takes writes: the postmaster is stopped by a signal, so that
# nobody can log in any more, then every process of it is stopped, or ends, that could commit
# something for somebody else. New connections wait in the kernel's queue and do not see an error; when the
# postmaster is killed they are refused, and a client goes on to the next host of its list.
#
#	pg_arm		sessions of ours are opened that may still write
#	pg_fence	freezes, stops or ends the others, and commits the marker row, as the last commit
#	pg_hold		decides that nothing thaws it any more: before another is made active
#	pg_thaw		as if nothing had happened, but for the sessions that were ended
#	pg_out		nobody waits for the frozen server any more
#	pg_bury		what is left of it is gone
#
# A guard (guard.sh) is started before the freeze, in a session of its own: whatever became of us,
# it ends what is begun when the lease is over. Until pg_hold it thaws; behind it, it does what
# we would have done.
#
# In DATA/.upgraded: psql, the pids of our sessions; in.N and out, their ends of the talk; fenced,
# the pid of a postmaster that is frozen with nobody else left; stopped, its sessions that were;
# held, when standby.signal is ours; log, where the server wrote its log; and the guard's.

# Said once to every session of ours; then what it will be asked later, so that nothing is
# loaded while applications wait. The databases have one log: the session that commits last waits
# for the disk, and with its own what the others committed is there.
pg_sql_set="SET default_transaction_read_only = off; SET lock_timeout = '2s'; \
SET synchronous_commit = %s; SET jit = off; SET max_parallel_workers_per_gather = 0; \
DO \$\$ BEGIN PERFORM set_config(name, '0', false) FROM pg_settings WHERE name IN \
('statement_timeout', 'transaction_timeout', 'idle_session_timeout'); END \$\$"

# A session that is gone from pg_stat_activity has ended its transaction for good. That its
# process is gone, too, is not waited for: taking down its memory is most of its end.
pg_sql_await="DO \$\$ DECLARE till timestamptz := clock_timestamp() + interval '%s ms'; n int; BEGIN LOOP \
PERFORM pg_stat_clear_snapshot(); SELECT count(*) INTO n FROM pg_stat_activity \
WHERE pid = ANY ('{%s}'); EXIT WHEN n = 0; IF clock_timestamp() > till THEN \
RAISE '%% sessions do not end', n; END IF; PERFORM pg_sleep(0.0005); END LOOP; END \$\$"

# The position is printed behind the commit: everything before is on disk.
pg_sql_mark="BEGIN\\\\; INSERT INTO %s VALUES (1, '%s') ON CONFLICT (id) DO UPDATE SET tag = excluded.tag\
\\\\; COMMIT\\\\; SELECT 'marker', pg_current_wal_flush_lsn();"

# What a session reads before its first statement and for its first plan.
pg_sql_warm="SELECT count(format_type(a.atttypid, a.atttypmod)) FROM pg_class c \
JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_index i ON i.indrelid = c.oid \
LEFT JOIN pg_opclass o ON o.oid = i.indclass[0]"

# Their names, as values of a connection string.
pg_sql_databases="SELECT chr(39) || replace(replace(datname, chr(92), chr(92) || chr(92)), \
chr(39), chr(92) || chr(39)) || chr(39) FROM pg_database WHERE datallowconn AND NOT datistemplate"

# pg_warm DATA BIN CONNINFO: a session in every database that lets us in. The first one in a
# database reads its catalog and leaves it in memory: not for applications that wait.
pg_warm() {
	PGCONNECT_TIMEOUT=5 "$2/psql" -XAtqw -d "$3" -c "$pg_sql_databases" |
		while IFS= read -r pg_line; do
			PGCONNECT_TIMEOUT=5 "$2/psql" -XAtqw -d "$3 dbname=$pg_line" \
				-c "$pg_sql_warm" </dev/null >/dev/null 2>&1 ||
				echo "not let in: $pg_line"
		done
	echo warm
}

# ---- sessions that may still write ----

# pg_disarm DATA: ours end, also those that a shell before this one left, and a guard that only
# waits.
pg_disarm() {
	pg_armed=
	command exec 9>&-
	[ -s "$1/.upgraded/lease" ] || pg_guard_end "$1"
	[ -s "$1/.upgraded/psql" ] || return 0
	while read -r pg_pid; do
		read -r pg_name <"/proc/$pg_pid/comm" && [ "$pg_name" = psql ] && kill "$pg_pid"
	done <"$1/.upgraded/psql"
	true >"$1/.upgraded/psql"
} 2>/dev/null

# pg_say N FORMAT WORD...: statements for the N-th session. Its end of the pipe is open, so
# this does not wait.
pg_say() {
	pg_in=$pg_home/in.$1
	shift
	# shellcheck disable=SC2059
	printf "$@" 1<>"$pg_in"
}

pg_make_pipes() { # COUNT
	umask 077
	mkdir -p "$pg_home" && cd "$pg_home" && rm -f in.* out fenced stopped && mkfifo out || return 1
	pg_n=0
	while [ "$pg_n" -lt "$1" ]; do
		pg_n=$((pg_n + 1))
		mkfifo "in.$pg_n" || return 1
	done
}

# pg_arm DATA BIN CONNINFO...: a session for each string. BIN has the psql.
pg_arm() {
	pg_disarm "$1"
	pg_home=$1/.upgraded pg_data=$1 pg_bin=$2
	shift 2
	(pg_make_pipes $#) && command exec 9<>"$pg_home/out" || return 1
	pg_find_postmaster "$pg_data"
	pg_log=$(readlink "/proc/${pg_pid:-0}/fd/1") && [ -f "$pg_log" ] && echo "$pg_log" >"$pg_home/log"
	pg_count=0 pg_clients= pg_sync=local
	for pg_conninfo; do
		pg_here "$pg_conninfo"
		pg_count=$((pg_count + 1))
		PGCONNECT_TIMEOUT=5 "$pg_bin/psql" -XAtqw -F ' ' -c "$(printf "$pg_sql_set" $pg_sync)" \
			-c "$(printf "$pg_sql_await" 0 '')" -c "$pg_sql_who" -c "SELECT 'ready'" -f - \
			-d "$pg_conninfo" <>"$pg_home/in.$pg_count" >&9 2>&1 &
		pg_clients="$pg_clients $!"
		echo "$!" >>"$pg_home/psql"
		pg_sync=off
	done
	pg_n=$pg_count
	while [ "$pg_n" -gt 0 ]; do
		read -r pg_word pg_rest <&9
		case $pg_word in
		who) ;;
		ready) pg_n=$((pg_n - 1)) ;;
		*)
			echo "$pg_word $pg_rest"
			pg_disarm "$pg_data"
			return 1
			;;
		esac
	done
	pg_guard_may
	pg_guard_start || return 1
	pg_armed=$pg_data
	printf 'armed\t%s\n' "$pg_count"
}

# Not for a second time: what a guard said when it thawed would be read as an answer.
pg_is_armed() { # DATA COUNT
	[ "$pg_armed" = "$1" ] && [ "$pg_count" -eq "$2" ] && ! [ -s "$1/.upgraded/lease" ] || return 1
	for pg_client in $pg_clients; do
		pg_lives "$pg_client" || return 1
	done
}

# ---- the fence ----

# The next one in this shell ends everybody: one that was stopped may hold a lock.
pg_fail() { # WORDS
	pg_gently=no
	pg_thaw "$pg_data" >/dev/null
	echo "$*"
	return 1
}

pg_take() { # WORD: the next answer begins with it
	read -r pg_word pg_lsn pg_rest <&9 && [ "$pg_word" = "$1" ]
}

# pg_mark: when the last of the others is gone, a marker row is committed in each database, behind
# whatever they committed there. Prints its position, that of the last one.
pg_mark() {
	if [ -n "$pg_foreign" ]; then
		pg_say 1 "$pg_sql_await\\\\; SELECT 'gone';\n" "$pg_limit" "$pg_foreign"
		pg_take gone || return 1
	fi
	pg_n=1
	while [ "$pg_n" -lt "$pg_count" ]; do
		pg_n=$((pg_n + 1))
		pg_say "$pg_n" "$pg_sql_mark\n" "$pg_table" "$pg_tag"
	done
	while [ "$pg_n" -gt 1 ]; do
		pg_take marker || return 1
		pg_n=$((pg_n - 1))
	done
	pg_say 1 "$pg_sql_mark\n" "$pg_table" "$pg_tag"
	pg_take marker || return 1
	printf 'marker\t%s\n' "$pg_lsn"
}

# pg_fence DATA BIN TABLE TAG LEASE LIMIT_MS CONNINFO...: a marker row for each string; what
# does not end within the limit makes it fail. What fails thaws. Prints
#	frozen	PID
#	ended	COUNT
#	marker	LSN
pg_fence() {
	pg_data=$1 pg_bin=$2 pg_table=$3 pg_tag=$4 pg_lease=$5 pg_limit=$6
	shift 6
	pg_home=$pg_data/.upgraded
	pg_is_armed "$pg_data" $# || {
		pg_thaw "$pg_data" >/dev/null
		pg_arm "$pg_data" "$pg_bin" "$@" >&2 || return 1
	}
	pg_find_postmaster "$pg_data"
	[ -n "$pg_pid" ] || {
		echo "no server runs in $pg_data"
		return 1
	}
	pg_guard_go "$pg_lease" || {
		pg_guard_start && pg_guard_go "$pg_lease" || return 1
	}
	pg_knows_who || pg_find_who || {
		pg_fail "$pg_why"
		return 1
	}
	pg_known=
	pg_freeze "$pg_limit" || {
		pg_fail "the server does not freeze"
		return 1
	}
	pg_end_others "$pg_limit" || {
		pg_fail "processes do not end:$pg_dark"
		return 1
	}
	pg_mark || {
		pg_fail "$pg_word $pg_lsn $pg_rest"
		return 1
	}
	# shellcheck disable=SC2086
	kill -STOP $pg_writers
	echo "$pg_pid" >"$pg_home/fenced"
	pg_gently=
	printf 'frozen\t%s\nended\t%s\n' "$pg_pid" "$pg_ended"
}

# pg_was_fenced DATA: the fence saw the last of the others go from this very server, pg_pid, or
# stopped it. As long as it is frozen nobody is born.
pg_was_fenced() {
	[ -s "$1/.upgraded/fenced" ] && read -r pg_fenced <"$1/.upgraded/fenced" &&
		[ "$pg_fenced" = "$pg_pid" ]
}

# pg_hold DATA [standby]: frozen for good, and nobody but the other server may take over. standby:
# what starts it by accident makes it a standby. Once more it says the same, also when the guard
# has gone on meanwhile.
pg_hold() {
	pg_find_postmaster "$1"
	if [ -n "$pg_pid" ] && [ "$pg_state" != T ] && ! pg_follows "$1"; then
		echo "it is not frozen any more"
		return 1
	fi
	pg_find_decision "$1"
	if [ "$pg_decision" != committed ]; then
		[ -n "$pg_pid" ] && pg_was_fenced "$1" || {
			echo "it is not frozen any more"
			return 1
		}
		pg_decide "$1" committed || {
			echo "its lease is over, or nothing can be written to $1/.upgraded: it is not held"
			return 1
		}
	fi
	[ "${2:-}" != standby ] || pg_follow_by_accident "$1" || return 1
	printf 'held\t%s\n' "$pg_pid"
}

pg_follow_by_accident() { # DATA
	[ -e "$1/standby.signal" ] || { true >"$1/.upgraded/held" && true >"$1/standby.signal"; }
}

# pg_thaw DATA: it serves as before. Prints thawed PID, or down. Not when the guard has asked the
# other server to take over: that is done, or may be done any moment.
pg_thaw() {
	[ -s "$1/.upgraded/finish" ] || pg_guard_end "$1"
	[ ! -s "$1/.upgraded/finish" ] || {
		echo "the guard on this host has let the other server take over"
		return 1
	}
	{ echo taken-back >"$1/.upgraded/decided"; } 2>/dev/null
	{ true >"$1/.upgraded/fenced" && true >"$1/.upgraded/stopped"; } 2>/dev/null
	[ -e "$1/.upgraded/held" ] && rm -f "$1/standby.signal" "$1/.upgraded/held"
	pg_disarm "$1"
	pg_find_postmaster "$1"
	if [ -z "$pg_pid" ]; then
		echo down
		return 0
	fi
	pg_find_own "$1"
	# shellcheck disable=SC2086
	kill -CONT "$pg_pid" $pg_children 2>/dev/null
	printf 'thawed\t%s\n' "$pg_pid"
}

# pg_follows DATA: what runs there was started as a standby, after the fence.
pg_follows() {
	[ -e "$1/standby.signal" ] && ! [ -e "$1/.upgraded/held" ]
}

# pg_end_stopped DATA: of a server that is gone, the sessions that the fence stopped: whoever
# took it away was cut off before it came to them.
pg_end_stopped() {
	{ read -r pg_stopped <"$1/.upgraded/stopped"; } 2>/dev/null || return 0
	for pg_child in $pg_stopped; do
		pg_find_state "$pg_child" && [ "$pg_state" = T ] && [ "/proc/$pg_child/cwd" -ef "$1" ] &&
			kill -KILL "$pg_child"
	done
} 2>/dev/null

# pg_out DATA: who waits in the queue of a frozen server is refused from now on, and who had a
# session is told so: it is killed, and writes nothing more. To end its other processes is work
# for the processors, and clients that log in elsewhere at this moment need them more: they are
# stopped, which costs nothing, and buried later. One that follows already is left alone. The
# guard is the last to go: it does what is left when we are cut off in the middle.
pg_out() {
	pg_find_postmaster "$1"
	if [ -z "$pg_pid" ] || pg_follows "$1"; then
		[ -n "$pg_pid" ] || pg_end_stopped "$1"
		pg_guard_end "$1"
		pg_unlock_left "$1"
		echo down
		return 0
	fi
	[ "$pg_state" = T ] || {
		pg_guard_end "$1"
		echo "it is not frozen"
		return 1
	}
	pg_find_own "$1"
	# shellcheck disable=SC2086
	kill -STOP $pg_children 2>/dev/null
	{ read -r pg_stopped <"$1/.upgraded/stopped"; } 2>/dev/null || pg_stopped=
	kill -KILL "$pg_pid"
	# Who loses its session comes back at once: not to a socket that is just being closed.
	pg_find_now
	pg_till=$((pg_now + 20))
	while [ -n "$pg_stopped" ] && pg_find_state "$pg_pid" && [ "$pg_state" != Z ]; do
		pg_find_now
		[ "$pg_now" -lt "$pg_till" ] || break
	done
	# shellcheck disable=SC2086
	[ -z "$pg_stopped" ] || kill -KILL $pg_stopped
	pg_guard_end "$1"
	printf 'out\t%s\n' "$pg_pid"
}

# pg_bury DATA: ends the processes that a server left when it was taken out, and puts away its
# lock. No other can start there before.
pg_bury() {
	pg_disarm "$1"
	pg_pid=
	{ read -r pg_pid <"$1/postmaster.pid"; } 2>/dev/null || :
	if [ -z "$pg_pid" ] || ! pg_was_fenced "$1"; then
		echo nobody
		return 0
	fi
	# That it was killed does not mean that it is gone by now.
	pg_find_now
	pg_till=$((pg_now + 500))
	while pg_find_state "$pg_pid" && [ "$pg_state" != Z ]; do
		pg_find_now
		[ "$pg_now" -le "$pg_till" ] || {
			echo "process $pg_pid does not end"
			return 1
		}
		sleep 0.01
	done
	pg_find_children "$1"
	pg_own=
	for pg_child in $pg_children; do
		read -r pg_name <"/proc/$pg_child/comm" && [ "$pg_name" = postgres ] &&
			pg_own="$pg_own $pg_child"
	done 2>/dev/null
	pg_children=$pg_own
	# shellcheck disable=SC2086
	if [ -n "$pg_children" ]; then
		renice -n 19 -p $pg_children
		kill -KILL $pg_children
	fi >/dev/null 2>&1
	pg_unlock "$1"
	printf 'buried\t%s\n' "$pg_pid"
}

# pg_unlock DATA: the files by which a server that was killed still seems to be there, to
# pg_ctl and to the next one on its port, until somebody fetches its status: not every host has
# somebody who does.
pg_unlock() {
	{
		read -r pg_line && read -r pg_rest && read -r pg_rest && read -r pg_port &&
			IFS= read -r pg_sockets
	} <"$1/postmaster.pid" || return 0
	pg_find_now
	pg_till=$((pg_now + 200))
	for pg_child in $pg_pid $pg_children; do
		while pg_find_state "$pg_child" && [ "$pg_state" != Z ]; do
			pg_find_now
			[ "$pg_now" -le "$pg_till" ] || return 0
			sleep 0.01
		done
	done
	[ "$pg_line" = "$pg_pid" ] || return 0
	read -r pg_line <"$pg_sockets/.s.PGSQL.$pg_port.lock" && [ "$pg_line" = "$pg_pid" ] &&
		rm -f "$pg_sockets/.s.PGSQL.$pg_port.lock"
	rm -f "$1/postmaster.pid"
} 2>/dev/null

# pg_unlock_left DATA: the same, of a server that the guard took away.
pg_unlock_left() {
	[ -z "$pg_pid" ] && [ -s "$1/.upgraded/finish" ] && read -r pg_pid <"$1/.upgraded/finish" || return 0
	pg_children=
	pg_unlock "$1"
	pg_pid=
}

trap '[ -z "$pg_armed" ] || pg_disarm "$pg_armed"' EXIT
