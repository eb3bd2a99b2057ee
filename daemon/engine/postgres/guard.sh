# The guard of a fenced server: a process of its own on its host, in a session of its own, for the
# case that the supervisor is gone or cut off. When the lease is over it ends what was begun, so
# that exactly one server takes writes:
#
#	not decided	it decides that the swap is taken back, and thaws
#	committed	the other server may be active by now, so this one stays frozen: it tells the
#			other one to take over, again and again until it does, and takes this one away
#
# The decision is one file, to which whoever decides adds a line; the first line counts. So it is
# made once, whoever is killed when, and costs no process.
#
# The lease ends while there is time left in the pause for that (pause_shares).
#
# In DATA/.upgraded: guard, its pid; lease, its seconds and the server, from the freeze on; decided;
# finish, the server, once the guard asked the other one to take over; guard.log, what it did, and
# why it cannot.

pg_find_decision() { # DATA: sets pg_decision, "" when there is none
	pg_decision=
	{ read -r pg_decision <"$1/.upgraded/decided"; } 2>/dev/null || :
}

# pg_decide DATA WORD: fails when something else was decided, or nothing can be written.
pg_decide() {
	{ echo "$2" >>"$1/.upgraded/decided"; } 2>/dev/null
	pg_find_decision "$1"
	[ "$pg_decision" = "$2" ]
}

# pg_successor CONNINFO STATEMENT [standby]: who takes over, and how that is asked for, for the next
# guard. standby: this one comes back as a standby, whoever starts it.
pg_successor() {
	pg_here "$1"
	pg_heir=$pg_conninfo pg_heir_sql=$2 pg_heir_of=${3:-}
}

# pg_guard_may: says so when the guard could not ask the other server.
pg_guard_may() {
	[ -z "${pg_heir-}" ] || pg_word=$(PGCONNECT_TIMEOUT=5 "$pg_bin/psql" -XAtqw -d "$pg_heir" -c \
		'SELECT 1' </dev/null 2>&1) || printf 'guard\tcannot log in to the other server: %s\n' "$pg_word"
}

# pg_guard_end DATA: what it was about to do it will not do any more, or has done.
pg_guard_end() {
	[ -s "$1/.upgraded/guard" ] && read -r pg_guard <"$1/.upgraded/guard" || return 0
	true >"$1/.upgraded/guard"
	[ "/proc/$pg_guard/cwd" -ef "$1/.upgraded" ] || return 0
	kill -TERM "-$pg_guard" || kill -TERM "$pg_guard"
	while pg_find_state "$pg_guard" && [ "$pg_state" != Z ]; do :; done
} 2>/dev/null

# The program of the guard. $1: this shell; psql, connection string, statement, word of the successor.
# shellcheck disable=SC2016
pg_guard_text='
tell() {
	[ "$*" = "$told" ] || echo "$(date) $*" >>guard.log
	told=$*
}
take_back() {
	tell "the lease is over: the server is let go"
	true >fenced
	kill -CONT "$server"
	for p in /proc/[0-9]*; do [ "$p/cwd" -ef .. ] && kill -CONT "${p#/proc/}"; done
	true >guard
	echo "the lease is over" 1<>out
	exit
}
is_frozen() {
	[ "/proc/$1/cwd" -ef .. ] && read -r stat <"/proc/$1/stat" || return 1
	stat=${stat##*) }
	[ "${stat%% *}" = T ]
}
take_away() {
	if is_frozen "$server"; then
		kill -KILL "$server"
		for p in /proc/[0-9]*; do [ "$p/cwd" -ef .. ] && kill -KILL "${p#/proc/}"; done
	else # who took it away was cut off before it came to its sessions
		for p in /proc/[0-9]*; do is_frozen "${p#/proc/}" && kill -KILL "${p#/proc/}"; done
	fi
}
finish() {
	tell "the lease is over, and it was decided that the other server takes over"
	[ "$5" != standby ] || [ -e ../standby.signal ] || { true >held && true >../standby.signal; }
	until echo "$server" >finish; do sleep 1; done
	until why=$(PGCONNECT_TIMEOUT=5 PGOPTIONS="-c default_transaction_read_only=off" "$2" -XAtqw -v ON_ERROR_STOP=1 -d "$3" -c "$4" </dev/null 2>&1); do
		tell "the other server does not take over: $why"
		sleep 1
	done
	tell "the other server has taken over"
	take_away
	true >guard
	exit
}
until [ -s lease ]; do
	[ -e "/proc/$1" ] || [ -s lease ] || exit
	sleep 0.5
done
read -r lease server <lease
sleep "$lease"
word=
for try in 1 2 3 4 5 6 7 8 9 10; do
	echo taken-back >>decided
	! read -r word <decided || break
	sleep 0.2
done
[ "$word" = committed ] || take_back # so, too, where nothing can be written: then nobody commits
finish "$@"
'

# pg_guard_start: a guard that waits for the freeze is there when it returns; one of before is
# not. As long as it waits it ends with this shell.
pg_guard_start() {
	pg_guard_end "$pg_data"
	rm -f "$pg_home/finish"
	true >"$pg_home/lease" && true >"$pg_home/decided" || return 1
	(cd "$pg_home" && exec setsid sh -c "$pg_guard_text" upgraded-guard $$ "$pg_bin/psql" \
		"${pg_heir-}" "${pg_heir_sql-}" "${pg_heir_of-}") 9>&- </dev/null >/dev/null 2>&1 &
	echo "$!" >"$pg_home/guard"
	until [ "/proc/$!/cwd" -ef "$pg_home" ]; do
		pg_find_state "$!" || return 1
	done
}

# pg_guard_go LEASE: seconds, such as 8.200. It sees the lease before it looks whether we are there,
# so that it is enough to see it alive behind that.
pg_guard_go() {
	[ -s "$pg_home/guard" ] && read -r pg_guard <"$pg_home/guard" || return 1
	echo "$1 $pg_pid" >"$pg_home/lease"
	[ "/proc/$pg_guard/cwd" -ef "$pg_home" ] && pg_find_state "$pg_guard" && [ "$pg_state" != Z ]
} 2>/dev/null

