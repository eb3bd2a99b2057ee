# Runs "$@" on its host for as long as standard input is open: the far end of a short
# process. When the input ends, because its limit came or the connection was lost, the
# process group gets TERM, and KILL a second later. The shell itself has nothing to say.

exec 3<&0 </dev/null 2>/dev/null
trap : TERM
{
	trap '' TERM
	read -r ud_never <&3
	kill -TERM 0
	sleep 1
	kill -KILL 0
} >/dev/null &
ud_watcher=$!
(exec "$@" 2>&1 3<&-)
ud_status=$?
kill -KILL "$ud_watcher"
exit "$ud_status"
