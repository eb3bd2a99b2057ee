# The shell of a master's host, and in it the guard of a fence: a process of its own in a session
# of its own, started before the applications pause, for the case that the supervisor is gone or
# cut off. When its lease is over and nobody has decided that the other master takes over, it makes
# the fenced database active again and starts its agent, as the supervisor would (ttIsql, ttAdmin),
# unless it sees that somebody has made the other one active.
#
#	tt_arm	a guard that waits, and none of before
#	tt_go	the lease begins: before the fence
#	tt_hold	decides that the fence stays: before the other master is made active
#	tt_back	the fence may be taken back all the same: the other master is not made active any more
#	tt_over	the supervisor has seen to it: there is no guard any more
#
# The decision is one file, to which whoever decides adds a line; the first line counts. `committed`
# is written before the lease is over, `taken-back` behind it, so it is made once also where nothing
# can be written. Behind `committed` the guard makes the other master active, where it has a way to
# it: on this host, or by ssh where the site allows that. Else it does nothing, for only
# the supervisor can tell then who is active. It does so when it could add `taken-over` before
# tt_back added `given-up`; it ends when it sees that. `done` is added when the other is seen active.
#
# The lease ends while there is time left for what the guard has to do (pause_shares). It logs in to
# the other master's host when the lease begins, and keeps that connection, so that what it has to
# do there waits for no login; without it, it logs in each time. How the other master is it asks
# right before the end, and does not wait for that longer than half a second beyond. Who cannot be
# asked is not active.
#
# In FOLDER: what, the database; guard, its pid; lease, its end in hundredths of a second since the
# host was started; decided; guard.log, what it did; login, the socket of the connection. It is
# removed by the guard, unless that had to act: then by who comes next.

tt_find_now() {
	read -r tt_now tt_rest </proc/uptime
	tt_now=${tt_now%.*}${tt_now#*.}
}

# tt_lives FOLDER: its guard does. Sets tt_guard.
tt_lives() {
	{ read -r tt_guard <"$1/guard" && [ "/proc/$tt_guard/cwd" -ef "$1" ] &&
		read -r tt_stat <"/proc/$tt_guard/stat"; } 2>/dev/null || return 1
	tt_stat=${tt_stat##*) }
	[ "${tt_stat%% *}" != Z ]
}

# tt_end FOLDER: the guard and what it runs.
tt_end() {
	tt_lives "$1" || return 0
	kill -TERM "-$tt_guard" || kill -TERM "$tt_guard"
	tt_tries=100
	while tt_lives "$1" && [ "$tt_tries" -gt 0 ]; do
		tt_tries=$((tt_tries - 1))
		[ "$tt_tries" -ne 50 ] || kill -KILL "-$tt_guard"
		sleep 0.02
	done
	! tt_lives "$1"
} 2>/dev/null

# The program of the guard. $1: who waits with it for the lease; tools; connection; seconds that it
# looks on for, so that a fence that was on its way does not stay; the way to the other master,
# `here`, words of ssh, or nothing; a command line there that is ttIsql, connected to it; how long
# it took to ask it, in hundredths of a second.
# shellcheck disable=SC2016
tt_guard_text='
tell() {
	[ "$*" = "$told" ] || echo "$(date) $*" >>guard.log
	told=$*
}
now() {
	read -r now rest </proc/uptime
	now=${now%.*}${now#*.}
}
ask() {
	said=$(printf "$1\nexit;\n" | $limit "$bin/ttIsql" -v1 -connStr "$connection" 2>&1)
}
admin() {
	$limit "$bin/ttAdmin" "$1" -connStr "${connection%%;*}" </dev/null >/dev/null 2>&1
}
leave() {
	log_out
	here=$(pwd -P)
	cd / && rm -rf "$here"
	exit
}
log_in() {
	case $login in
	"" | here) return ;;
	esac
	ssh -M -N -o ControlPath=login -o ControlPersist=no $options $login </dev/null >/dev/null 2>&1 &
	kept=$!
}
log_out() {
	[ -z "$kept" ] || kill "$kept"
	kept=
} 2>/dev/null
other() {
	case $login in
	here) said=$(printf "$1\nexit;\n" | $limit /bin/sh -c "$successor" 2>&1) ;;
	*) said=$(printf "$1\nexit;\n" | $limit ssh -T -o ControlPath=login -o ControlMaster=no $options \
		$login "$successor" 2>&1) ;;
	esac
}
find_other() { # sets role: of the other, nothing when it cannot be asked in time
	limit=$short said=
	[ -z "$login" ] || other "call ttRepStateGet;"
	limit=$long role=
	case $(echo "$said" | tr -d " \t") in
	*"<ACTIVE"*) role=ACTIVE ;;
	*"<STANDBY"*) role=STANDBY ;;
	*"<"*) ;;
	*) log_out ;;
	esac
}
is_given_up() {
	while read -r word; do
		[ "$word" != given-up ] || return 0
	done <decided
	return 1
}
# A person may have made the other one active meanwhile.
other_is_active() {
	[ -n "$asked" ] || find_other
	asked=
	[ "$role" = ACTIVE ]
}
# The other is a standby. Nobody but this one may be active beside it, and it is not.
make_active() {
	ask "call ttRepStateGet;"
	case $(echo "$said" | tr -d " \t") in
	*"<ACTIVE"*)
		tell "this database is active: the other is not made so"
		return 1
		;;
	*"<IDLE"* | *"<STANDBY"* | *"<RECOVERING"* | *"<FAILED"*) ;;
	*)
		tell "it does not tell its role, so the other is not made active: $said"
		return 0
		;;
	esac
	sent=yes
	other "call ttRepStateSet(\047ACTIVE\047);" || [ -n "$said" ] || said="0: no answer"
	case $said in
	*[0-9]:*) tell "the other database is not made active: $said" ;;
	*) tell "the other database was standby, and is made active" ;;
	esac
}
take_over() {
	[ -n "$login" ] || leave
	echo taken-over >>decided
	while read -r word; do
		case $word in
		taken-over | given-up) break ;;
		esac
	done <decided
	[ "$word" = taken-over ] || leave
	tell "the lease is over, and it was decided that the other database takes over"
	till=$((until + 60000)) sent=
	[ "$role" != STANDBY ] || make_active || till=0
	while [ "$now" -lt "$till" ]; do
		[ -n "$sent" ] || ! is_given_up || break
		other "call ttRepStateGet;"
		case $(echo "$said" | tr -d " \t") in
		*"<ACTIVE"*)
			tell "the other database is active"
			echo done >>decided
			break
			;;
		*"<STANDBY"*)
			! is_given_up || break
			make_active || break
			;;
		*"<IDLE"* | *"<RECOVERING"* | *"<FAILED"*)
			! is_given_up || break
			tell "the other database is no standby: $said"
			;;
		*)
			tell "the other database does not tell its role: $said"
			log_out
			;;
		esac
		sleep 0.2
		now
	done
	finish
}
finish() {
	log_out
	true >guard
	exit
}
wait_till() { # HUNDREDTHS
	now
	while [ "$now" -lt "$1" ]; do
		left=$(($1 - now))
		sleep "$((left / 100)).$((left / 10 % 10))$((left % 10))"
		now
	done
}
bin=$2 connection=$3 login=$5 successor=$6 took=$7 short= long= kept=
options="-o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=5"
ahead=$((took + 10)) most=$((took + 60))
! command -v timeout >/dev/null || {
	long="timeout 15" short="timeout $((most / 100)).$((most / 10 % 10))$((most % 10))"
	$short true || short="timeout $((1 + most / 100))" # of whole seconds only
}
limit=$long
until [ -s lease ]; do
	[ -e "/proc/$1" ] || [ -s lease ] || leave
	sleep 0.5
done
read -r until <lease
log_in
now
half=$(((until - now) / 2))
[ "$ahead" -lt "$half" ] || ahead=$half
wait_till "$((until - ahead))"
find_other
asked=yes
wait_till "$until"
word=
for try in 1 2 3 4 5; do
	echo taken-back >>decided
	! read -r word <decided || break
	sleep 0.1
done
[ "$word" != committed ] || take_over
tell "the lease is over: the database is made active again, unless it is"
till=$((until + $4 * 100)) helpless=$((until + 6000))
while [ "$now" -lt "$till" ]; do
	ask "call ttRepStateGet;"
	case $(echo "$said" | tr -d " \t") in
	*"<ACTIVE"*)
		tell "it is active"
		admin -repStart
		helpless=0
		;;
	*"<IDLE"*)
		! other_is_active || {
			tell "the other database is active: this one stays idle"
			break
		}
		ask "call ttRepStateSet(\047ACTIVE\047);"
		case $said in
		*[0-9]:*) tell "it is not made active: $said" ;;
		*) tell "it was idle, and is made active" ;;
		esac
		;;
	*"<STANDBY"* | *"<RECOVERING"* | *"<FAILED"*)
		tell "it follows another database"
		break
		;;
	*)
		tell "it does not tell its role: $said"
		admin -ramLoad
		;;
	esac
	sleep 0.2
	now
	[ "$now" -lt "$till" ] || [ "$now" -ge "$helpless" ] || till=$((now + 100))
done
finish
'

tt_start() { # FOLDER BIN CONNECTION LOGIN SUCCESSOR NAME=VALUE...
	tt_folder=$1 tt_bin=$2 tt_connection=$3 tt_login=$4 tt_successor=$5
	shift 5
	(umask 077 && mkdir -p "${tt_folder%/*}" && mkdir "$tt_folder" &&
		printf '%s %s\n' "$tt_bin" "$tt_connection" >"$tt_folder/what" &&
		true >"$tt_folder/lease" && true >"$tt_folder/decided") || return 1
	(cd "$tt_folder" && exec setsid env "$@" /bin/sh -c "$tt_guard_text" upgraded-guard $$ \
		"$tt_bin" "$tt_connection" 20 "$tt_login" "$tt_successor" "${tt_took:-0}") </dev/null >/dev/null 2>&1 &
	echo "$!" >"$tt_folder/guard" || return 1
	until tt_lives "$tt_folder"; do
		kill -0 "$!" 2>/dev/null || return 1
	done
}

# tt_clear FOLDER BIN CONNECTION: no guard of this database is left, whoever started it.
tt_clear() {
	for tt_other in "${1%/*}"/guard-*; do
		{ read -r tt_what <"$tt_other/what"; } 2>/dev/null && [ "$tt_what" = "$2 $3" ] || continue
		tt_end "$tt_other" || {
			echo "a guard of before does not end: $tt_guard"
			return 1
		}
		rm -rf "$tt_other"
	done
	rm -rf "$1"
}

# tt_may LOGIN SUCCESSOR: a way to the other master that does not lead there is told before anybody
# waits. Sets tt_took.
tt_may() {
	tt_find_now
	tt_began=$tt_now tt_took=0
	# shellcheck disable=SC2086 # words of ssh
	case $1 in
	'') return 0 ;;
	here) tt_word=$(echo 'call ttRepStateGet;' | /bin/sh -c "$2" 2>&1) ;;
	*) tt_word=$(echo 'call ttRepStateGet;' | ssh -T -o BatchMode=yes \
		-o StrictHostKeyChecking=yes -o ConnectTimeout=5 $1 "$2" 2>&1) ;;
	esac
	tt_find_now
	tt_took=$((tt_now - tt_began))
	case $tt_word in
	*"<"*) return 0 ;;
	esac
	echo "the guard could not make the other master active ($1): $tt_word" | tr '\n' ' '
	echo
	return 1
}

tt_renew() {
	tt_clear "$1" "$2" "$3" && tt_start "$@" || {
		echo "no guard can be started in $1"
		return 1
	}
}

# tt_arm FOLDER BIN CONNECTION LOGIN SUCCESSOR NAME=VALUE...
tt_arm() {
	tt_may "$4" "$5" && tt_renew "$@" || return 1
	printf 'armed\t%s\n' "$tt_guard"
}

# tt_go LEASE_MS FOLDER BIN CONNECTION LOGIN SUCCESSOR NAME=VALUE...: once more it says how much is left.
# Where it takes long to ask the other master the guard begins so much earlier, at most a fourth.
tt_go() {
	tt_lease=$1 tt_early=${tt_took:-0}
	[ "$tt_early" -lt "$((tt_lease / 40))" ] || tt_early=$((tt_lease / 40))
	shift
	tt_lives "$1" || [ -s "$1/lease" ] || tt_renew "$@" || return 1
	tt_find_now
	if [ -s "$1/lease" ]; then
		read -r tt_until <"$1/lease"
	else
		tt_until=$((tt_now + tt_lease / 10 - tt_early))
		echo "$tt_until" >"$1/lease" || return 1
	fi
	tt_lives "$1" && [ "$tt_now" -lt "$tt_until" ] || {
		echo "its lease is over"
		return 1
	}
	printf 'leased\t%s\n' "$(((tt_until - tt_now + tt_early) * 10))"
}

tt_find_word() { # FOLDER: sets tt_word, "" when nothing was decided
	{ read -r tt_word <"$1/decided"; } 2>/dev/null || tt_word=
}

# tt_hold FOLDER: once more it says the same, also when the guard has gone on meanwhile.
tt_hold() {
	tt_find_now
	tt_find_word "$1"
	{ read -r tt_until <"$1/lease"; } 2>/dev/null || tt_until=0
	if [ -z "$tt_word" ] && [ "$tt_now" -lt "$tt_until" ]; then
		{ echo committed >>"$1/decided"; } 2>/dev/null
		tt_find_word "$1"
	fi
	[ "$tt_word" != committed ] || {
		printf 'held\n'
		return 0
	}
	echo "the lease is over, or nothing can be written to $1: the guard there makes it active again"
	return 1
}

# tt_back FOLDER: not while the guard is making the other active; it ends when it sees this.
tt_back() {
	tt_find_word "$1"
	[ "$tt_word" = committed ] || {
		printf 'back\n'
		return 0
	}
	echo given-up >>"$1/decided" || return 1
	while read -r tt_word; do
		case $tt_word in
		taken-over | given-up) break ;;
		esac
	done <"$1/decided"
	if [ "$tt_word" = taken-over ] && tt_lives "$1"; then
		echo "the guard there is making the other database active"
		return 1
	fi
	printf 'back\n'
}

# tt_over FOLDER: prints what the guard did.
tt_over() {
	[ -d "$1" ] || return 0
	tt_end "$1" || return 1
	[ ! -s "$1/guard.log" ] || cat "$1/guard.log"
	rm -rf "$1"
}
