# Runs "$@" on its host and hands standard input on to it: the far end of a session. When
# the input ends, because the session is to end or the connection was lost, the process
# group gets TERM, and KILL a second later. When "$@" ends, nothing of the group stays.

exec 4>&2 2>/dev/null
trap : TERM
{
	cat
	trap '' TERM
	kill -TERM 0
	sleep 1
	kill -KILL 0
} | {
	(exec "$@" 2>&4 4>&-)
	kill -TERM 0
}
exit 0
