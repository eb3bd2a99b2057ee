# Nobody but us is left in a server who could commit: the postmaster is stopped, so that nobody is
# born any more, then its children are told apart, and those of others are stopped or ended. This
# is on the way of the write pause, where each byte that the shell reads is a call of the system:
# what can be known before is asked for before (pg_find_who).

# who, processes of the server itself that write to the log / sessions of ours / what else may
# stay / sessions of clients / all that are known. One that receives the log stays, for it is what
# the other server waits for.
pg_sql_who="SELECT 'who', string_agg(a.pid::text, ' ') FILTER (WHERE a.backend_type IN \
('checkpointer', 'background writer', 'autovacuum launcher')), '/', \
string_agg(a.pid::text, ' ') FILTER (WHERE a.application_name = 'upgraded fence' \
AND a.usename = current_user), '/', \
string_agg(a.pid::text, ' ') FILTER (WHERE a.backend_type IN ('checkpointer', \
'background writer', 'walwriter', 'autovacuum launcher', 'logical replication launcher', \
'archiver', 'startup', 'logger', 'io worker', 'walsummarizer', 'slotsync worker') \
OR r.state IN ('streaming', 'catchup')), '/', \
string_agg(a.pid::text, ' ') FILTER (WHERE a.backend_type = 'client backend'), '/', \
string_agg(a.pid::text, ' ') FROM pg_stat_activity a LEFT JOIN pg_stat_replication r USING (pid);"

# pg_find_own DATA: sets pg_children to the children of pg_pid. The kernel's list holds still
# while the parent is stopped: nothing is born, and who dies stays in it.
pg_find_own() {
	if [ -r "/proc/$pg_pid/task/$pg_pid/children" ]; then
		read -r pg_children <"/proc/$pg_pid/task/$pg_pid/children"
		return 0
	fi
	pg_find_children "$1"
	pg_own=
	for pg_child in $pg_children; do
		pg_find_state "$pg_child" && [ "$pg_parent" = "$pg_pid" ] && pg_own="$pg_own $pg_child"
	done
	pg_children=$pg_own
} 2>/dev/null

pg_find_now() { # in hundredths of a second
	read -r pg_now pg_rest </proc/uptime
	pg_now=${pg_now%.*}${pg_now#*.}
}

pg_freeze() { # LIMIT_MS
	kill -STOP "$pg_pid" || return 1
	pg_find_now
	pg_till=$((pg_now + $1 / 10))
	until pg_find_state "$pg_pid" && [ "$pg_state" = T ]; do
		pg_find_now
		[ -n "$pg_state" ] && [ "$pg_now" -le "$pg_till" ] || return 1
	done
	pg_find_own "$pg_data"
} 2>/dev/null

# pg_find_who: asks the server who is who: sets pg_writers, pg_ours, pg_keep, pg_users and
# pg_seen, or, when it fails, pg_why.
pg_find_who() {
	pg_known=
	pg_say 1 '%s\n' "$pg_sql_who"
	read -r pg_word pg_writers <&9
	if [ "$pg_word" != who ]; then
		pg_why="$pg_word $pg_writers"
		return 1
	fi
	pg_ours=${pg_writers#*/} pg_writers=${pg_writers%%/*}
	pg_keep=${pg_ours#*/} pg_ours=${pg_ours%%/*}
	pg_users=${pg_keep#*/} pg_keep=${pg_keep%%/*}
	pg_seen=${pg_users#*/} pg_users=${pg_users%%/*}
	if [ -z "${pg_writers%% *}" ]; then
		pg_why="the account does not see what the processes of the server are: it needs pg_monitor"
		return 1
	fi
	pg_find_postmaster "$pg_data" && [ -n "$pg_pid" ] && pg_find_own "$pg_data"
	pg_own=
	for pg_child in $pg_children; do
		case " $pg_seen " in
		*" $pg_child "*) continue ;;
		esac
		pg_is_unseen "$pg_child" && pg_own="$pg_own $pg_child"
	done
	pg_find_now
	pg_keep="$pg_keep$pg_own" pg_idle= pg_till=$((pg_now + 20))
	[ "$pg_gently" = no ] || for pg_child in $pg_ours; do
		pg_find_call "$pg_child" && pg_idle=$pg_call
	done
	pg_find_now
	pg_known=$pg_data pg_known_at=$pg_now
}

# pg_find_call PID: sets pg_call to the system call in which it sleeps, or was stopped. Fails when
# it is in none, or this kernel does not say. One that has to come to a processor first is waited
# for until pg_till.
pg_find_call() {
	pg_call=running
	while [ "$pg_call" = running ]; do
		read -r pg_call pg_rest <"/proc/$1/syscall" || return 1
		pg_find_now
		[ "$pg_now" -lt "$pg_till" ] || break
	done
	case $pg_call in
	'' | running | -1) return 1 ;;
	esac
} 2>/dev/null

# pg_is_unseen PID: of the server's own processes that it knows nothing of: its logger and,
# before 15, its archiver and its collector of statistics. No role can be named so that its
# sessions look like them.
pg_is_unseen() {
	pg_find_kind "$1" "$pg_pid"
	case ${pg_title##*: } in
	logger | 'logger ' | 'stats collector' | 'stats collector ' | archiver | \
		'archiver last was '* | 'archiver archiving '* | 'archiver failed on '*) ;;
	*) return 1 ;;
	esac
}

# pg_knows_who: what was asked right before the applications began to wait is new enough: who came
# since is not known, and ends.
pg_knows_who() {
	pg_find_now
	[ "${pg_known-}" = "$pg_data" ] && [ $((pg_now - pg_known_at)) -le 500 ]
}

# pg_stop_idle PID...: sessions that wait where ours do, for a client or a lock, are stopped
# there: that takes the processors from nobody, it can be taken back without a word to the
# client, and nobody who waits there holds what others need to write to the log. What a client
# sends meanwhile is never read. Not workers: whoever started them could not end. Sets pg_stopped
# to them, and pg_foreign to the others.
pg_stop_idle() {
	pg_find_now
	pg_foreign= pg_stopped= pg_till=$((pg_now + 20))
	[ -z "$pg_idle" ] || kill -STOP "$@"
	for pg_child; do
		pg_call=
		case "$pg_idle $pg_users " in
		[0-9]*" $pg_child "*) pg_find_call "$pg_child" || pg_call= ;;
		esac
		if [ -n "$pg_call" ] && [ "$pg_call" = "$pg_idle" ]; then
			pg_stopped="$pg_stopped $pg_child"
		else
			pg_foreign="$pg_foreign $pg_child"
		fi
	done
	echo "$pg_stopped" >"$pg_home/stopped"
} 2>/dev/null

# Sessions that wait for their clients are stopped, all others are told to end. Those that the
# server knows it will see go. Those that it does not know yet, because they are about to log in,
# have to be seen dead. Who may stay is looked at once more when that was asked for long enough
# ago that its number may be another's by now. Sets pg_foreign, "1,2", to the known ones.
pg_end_others() { # LIMIT_MS
	pg_foreign= pg_dark= pg_kept= pg_ended=0
	for pg_child in $pg_children; do
		case " $pg_ours " in
		*" $pg_child "*) continue ;;
		esac
		case " $pg_keep " in
		*" $pg_child "*)
			pg_kept="$pg_kept $pg_child"
			continue
			;;
		esac
		case " $pg_seen " in
		*" $pg_child "*) pg_foreign="$pg_foreign $pg_child" ;;
		*)
			pg_is_unseen "$pg_child" && continue
			pg_dark="$pg_dark $pg_child"
			;;
		esac
		pg_ended=$((pg_ended + 1))
	done
	# shellcheck disable=SC2086
	pg_stop_idle $pg_foreign
	# shellcheck disable=SC2086
	[ -z "$pg_foreign$pg_dark" ] || {
		kill -TERM $pg_foreign $pg_dark
		[ -z "$pg_idle" ] || kill -CONT $pg_foreign
	}
	if [ $((pg_now - pg_known_at)) -gt 30 ]; then
		for pg_child in $pg_kept; do
			pg_is_unseen "$pg_child" && continue
			case $pg_kind in
			auxiliary | walsender) continue ;;
			esac
			kill -TERM "$pg_child"
			pg_foreign="$pg_foreign $pg_child" pg_ended=$((pg_ended + 1))
		done
	fi
	pg_kept=$pg_foreign pg_foreign=
	for pg_child in $pg_kept; do
		pg_foreign=$pg_foreign,$pg_child
	done
	pg_foreign=${pg_foreign#,}
	pg_find_now
	pg_till=$((pg_now + $1 / 10))
	while [ -n "$pg_dark" ]; do
		pg_left=
		for pg_child in $pg_dark; do
			pg_find_state "$pg_child" && [ "$pg_state" != Z ] && pg_left="$pg_left $pg_child"
		done
		pg_dark=$pg_left
		pg_find_now
		[ "$pg_now" -lt "$pg_till" ] || return 1
	done
} 2>/dev/null
