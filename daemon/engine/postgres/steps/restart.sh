# The job that starts a server again, or for the first time: BIN DATA SECONDS. What runs shuts
# down in order, and is awaited to its last process, as long as that takes: pg_ctl takes one that
# was killed a moment ago, or is not buried yet, for one that does not shut down.
bin=$1 data=$2 limit=$3 pid='' log='' left='' port='' sockets=''

# Processes of a server on this folder; of one that is gone, too.
workers() {
	for entry in /proc/[0-9]*; do
		[ "$entry/cwd" -ef "$data" ] && read -r name <"$entry/comm" || continue
		case $name in
		postgres | postmaster) echo "${entry#/proc/}" ;;
		esac
	done 2>/dev/null
}

titles() { # PID...
	for worker; do
		IFS= read -r title <"/proc/$worker/cmdline"
		printf ' %s %s;' "$worker" "${title#postgres: }"
	done 2>/dev/null
}

# Before release 19 a shutdown waits for a receiver that does not read for as long as it takes.
end_senders() { # PID...
	for worker; do
		IFS= read -r title <"/proc/$worker/cmdline"
		case $title in
		*walsender\ *) kill -TERM "$worker" ;;
		esac
	done 2>/dev/null
}

now() {
	read -r uptime _ </proc/uptime
	echo "${uptime%.*}"
}

read -r pid 2>/dev/null <"$data/postmaster.pid"
log=$(readlink "/proc/${pid:-0}/fd/1")
[ -f "$log" ] || read -r log 2>/dev/null <"$data/.upgraded/log"
if ! { [ -f "$log" ] && [ -w "$log" ]; }; then
	(umask 077 && mkdir -p "$data/.upgraded")
	log=$data/.upgraded/server.log
fi

till=$(($(now) + limit)) patience=$(($(now) + limit / 2))

# One of these programs that recovers since the last time is not made to begin again.
starts() {
	[ "/proc/${pid:-0}/cwd" -ef "$data" ] && [ "/proc/$pid/exe" -ef "$bin/postgres" ] &&
		grep -q '^starting' "$data/postmaster.pid"
}
if starts; then
	while starts && [ "$(now)" -lt "$till" ]; do
		sleep 0.1
	done
	grep -Eq '^(ready|standby)' "$data/postmaster.pid" && exit
	echo "pg_ctl: server did not start in time"
	exit 1
fi

[ "/proc/${pid:-0}/cwd" -ef "$data" ] && kill -INT "$pid"
while left=$(workers) && [ -n "$left" ]; do
	if [ "$(now)" -ge "$till" ]; then
		# shellcheck disable=SC2086
		echo "pg_ctl: server does not shut down:$(titles $left)"
		exit 1
	fi
	# shellcheck disable=SC2086
	[ "$(now)" -lt "$patience" ] || end_senders $left
	sleep 0.1
done

# Until it is buried its number counts as alive, and the files that it left are in the way of the
# next one. Not every host has somebody who buries.
{
	read -r left && read -r _ && read -r _ && read -r port && IFS= read -r sockets
} 2>/dev/null <"$data/postmaster.pid"
patience=$(($(now) + 5))
while [ -e "/proc/${pid:-none}" ] && [ "$left" = "$pid" ] && [ "$(now)" -lt "$patience" ]; do
	sleep 0.1
done
if [ -n "$left" ] && [ "$left" = "$pid" ] && [ -z "$(workers)" ]; then
	lock=$sockets/.s.PGSQL.$port.lock
	read -r left 2>/dev/null <"$lock" && [ "$left" = "$pid" ] && rm -f "$lock"
	rm -f "$data/postmaster.pid"
fi

limit=$((till - $(now)))
"$bin/pg_ctl" restart -D "$data" -m fast -w -t "$((limit > 10 ? limit : 10))" \
	-p "$bin/postgres" -l "$log" && exit
tail -n 20 "$log" | grep -E 'FATAL|HINT' | tail -n 4
exit 1
