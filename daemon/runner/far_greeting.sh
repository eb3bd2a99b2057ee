# The first that is run over a new connection. $1: the user that everything runs as, or
# empty. Prints the words that make a command run as that user, or why there are none.
# What stands before its first line was printed by the login shell of the host.

me=$(id -un)
as=${1:-$me}
case $as in
*[!A-Za-z0-9._-]* | -*)
	echo "run_as $as: no name of a user"
	exit 1
	;;
esac
become=
if [ "$as" != "$me" ]; then
	uid=$(id -u "$as" 2>/dev/null) || {
		echo "run_as $as: no such user"
		exit 1
	}
	if [ "$(id -u)" -ne 0 ]; then
		become="sudo -n -u $as --"
	else
		become="setpriv --reuid=$uid --regid=$(id -g "$as") --init-groups --"
		eval "home=~$as"
		case $home in
		*[!A-Za-z0-9/._-]*) ;;
		/*) become="$become env HOME=$home USER=$as LOGNAME=$as" ;;
		esac
	fi
fi
# shellcheck disable=SC2086 # a list of words
$become /bin/sh -c '
	command -v setsid >/dev/null || {
		echo "setsid (util-linux) is not there"
		exit 1
	}
	[ -r "/proc/$$/stat" ] && [ -r /proc/sys/kernel/random/boot_id ] || {
		echo "/proc is not there"
		exit 1
	}' || {
	echo "run_as $as: as ${me:-nobody}: ${become:-sh} failed"
	exit 1
}
echo ud-greeting
echo "$become"
