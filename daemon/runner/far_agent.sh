# The shell of a host that is asked often: it starts jobs, and tells whether they live and
# what they printed. $1: the text of job.sh. Reads one command a line. The second stream is
# for what nobody asked for: "ended FOLDER" when a job that was started here is over.
#
# A process is known by pid, start time and boot id together, as in folder.h.

exec 9>&2 2>&1
ud_job=$1
ud_n=${IFS#??}
ud_mask=$(umask)
umask 077
read -r ud_boot </proc/sys/kernel/random/boot_id
ud_fork=
! setsid -f true 2>/dev/null || ud_fork=-f

ud_fields() {
	ud_state=$1
	ud_group=$3
	ud_start=${20}
}

ud_proc() { # PID
	read -r ud_line 2>/dev/null <"/proc/$1/stat" || return 1
	# shellcheck disable=SC2086 # fields are counted behind the name
	ud_fields ${ud_line##*) }
}

# What the folder says: ud_is, and the process it names.
ud_read() { # FOLDER
	ud_is=bare ud_pid=0 ud_began=0 ud_under=- ud_status=-1
	if [ ! -d "$1" ]; then
		ud_is=missing
		{ [ ! -e "$1" ] && [ ! -L "$1" ]; } || ud_is=unreadable
		[ ! -e "${1%/*}" ] || [ -x "${1%/*}" ] || ud_is=unreadable
		return 0
	fi
	[ -r "$1" ] && [ -x "$1" ] || {
		ud_is=unreadable
		return 0
	}
	if read -r ud_a ud_b ud_c ud_d 2>/dev/null <"$1/pid"; then
		case $ud_a$ud_b in
		none) ud_is=buried ;;
		'' | *[!0-9]*) ;;
		*) [ -z "$ud_c" ] || [ "$ud_a" -le 1 ] || {
			ud_is=started
			ud_pid=$ud_a ud_began=$ud_b ud_under=$ud_c
		} ;;
		esac
	fi
	if [ "$ud_is" != buried ] && read -r ud_a 2>/dev/null <"$1/status"; then
		case $ud_a in
		'' | *[!0-9]* | ????*) ;;
		*) ud_is=ended ud_status=$ud_a ;;
		esac
	fi
	return 0
}

# Some process of the job lives: its wrapper, or one of the group that it left behind.
ud_lives() {
	[ "$ud_under" = "$ud_boot" ] || return 1
	if ud_proc "$ud_pid"; then
		[ "$ud_start" = "$ud_began" ] || return 1
		case $ud_state in
		[ZX]) ;;
		*) return 0 ;;
		esac
	fi
	for ud_entry in /proc/[0-9]*; do
		ud_proc "${ud_entry#/proc/}" && [ "$ud_group" = "$ud_pid" ] || continue
		case $ud_state in
		[ZX]) ;;
		*) return 0 ;;
		esac
	done
	return 1
}

# 75: somebody has it.
ud_claim() { # DIRECTORY FOLDER
	[ -d "$1" ] || mkdir -p "$1" || return 1
	ud_a=$(mkdir "$2" 2>&1) && return 0
	[ ! -d "$2" ] || return 75
	printf '%s' "$ud_a"
	return 1
}

# Two sessions: who waits for the job ends with it, and neither with this shell. Where
# setsid cannot fork, the shell does; then the job ignores INT and QUIT.
# shellcheck disable=SC2016 # a program for another shell
ud_wait='job=$1
	shift
	setsid /bin/sh -c "$job" sh "$@" 9>&-
	echo "ended $1" >&9'

ud_run() { # FOLDER ARGV
	ud_folder=$1
	shift
	set -- /bin/sh -c "$ud_wait" sh "$ud_job" "$ud_folder" made "$ud_mask" "$@"
	if [ -n "$ud_fork" ]; then
		setsid -f "$@" </dev/null >/dev/null 2>&1
	else
		setsid "$@" </dev/null >/dev/null 2>&1 &
	fi
}

# For a job that gets a terminal: its shell comes over a connection of its own and reads this.
ud_stage() { # FOLDER TEXT
	printf '%s\n' "$2" >"$1/command"
}

# One line: state pid start boot lives status size from, and where TIMES wants it three
# times of this host's clock: now, begun, ended. Behind it at most MOST bytes of output. Of
# what is far behind only the end is sent, once the beginning was. Who was seen running is
# not forgotten with his folder: PID START BOOT.
ud_look() { # FOLDER FROM MOST TIMES [PID START BOOT]
	ud_read "$1"
	if [ "$ud_pid" = 0 ] && [ "${5:-0}" != 0 ]; then
		ud_is=started ud_pid=$5 ud_began=$6 ud_under=$7
	fi
	ud_alive=0 ud_size=0 ud_from=$2 ud_times=
	if [ "$ud_is" != started ]; then
		:
	elif ud_lives; then
		ud_alive=1
	else
		ud_read "$1" # it may have ended just now
	fi
	if [ -f "$1/output" ]; then
		ud_size=$(wc -c <"$1/output")
	fi
	if [ "$ud_from" -ge "$3" ] && [ $((ud_size - ud_from)) -gt $((4 * $3)) ]; then
		ud_from=$((ud_size - $3))
	fi
	if [ "$4" = always ] || [ "$4" = "$ud_is" ]; then
		ud_times=$(date +%s.%3N && stat -c %.3Y "$1/pid" "$1/status" 2>/dev/null)
	fi
	# shellcheck disable=SC2086 # lists of numbers
	echo "$ud_is" "$ud_pid" "$ud_began" "$ud_under" "$ud_alive" "$ud_status" $ud_size \
		"$ud_from" $ud_times
	if [ $((ud_size - ud_from)) -gt 0 ]; then
		tail -c +$((ud_from + 1)) "$1/output" | head -c "$3"
	fi
	return 0
}

ud_signal() { # FOLDER NUMBER [PID START BOOT]
	ud_read "$1"
	if [ "$ud_pid" = 0 ] && [ "${3:-0}" != 0 ]; then
		ud_is=started ud_pid=$3 ud_began=$4 ud_under=$5
	fi
	if [ "$ud_is" = started ] && ud_lives && [ "$ud_group" -gt 1 ]; then
		kill "-$2" "-$ud_group"
	fi
}

# Claims a job that was not begun, so that it never will be.
ud_bury() { # FOLDER
	ud_a=$(mkdir -p "${1%/*}" 2>&1 && mkdir "$1" 2>&1) || [ -d "$1" ] || {
		printf '%s' "$ud_a"
		return 1
	}
	if (set -C && echo none >"$1/pid") 2>/dev/null; then
		echo buried
	elif [ -e "$1/pid" ]; then
		echo taken
	else
		echo "$1/pid: cannot be written"
		return 1
	fi
}

# status goes last: until then the job is seen to have ended.
ud_forget() { # FOLDER
	rm -f "$1/output" "$1/command" "$1/pid"
	rm -f "$1/status"
	[ ! -d "$1" ] || rmdir "$1" 2>/dev/null
	return 0
}

while IFS= read -r ud_command; do
	eval "$ud_command"
done
