# Runs one job on its host and keeps what is needed to find it again in a folder of its
# own. Any POSIX sh; the daemon hands this text over: sh -c TEXT sh FOLDER CLAIM UMASK ARGV
#
#	pid	process, its start time (field 22 of /proc/PID/stat), boot id
#	output	both streams of the command, in order
#	status	its exit status, as the shell counts: 128 + N for signal N
#
# Each of pid and status is one line, written at once: without its line end it does not
# count. The caller starts this as the leader of a session, with HUP ignored; with CLAIM
# "made" it has made the folder in this very process. Hooks run inside the write pause,
# so nothing but the command is forked.
#
# Exit status 75: somebody else has claimed the job, nothing was run.

folder=$1
claim=$2
mask=$3
shift 3

# The group is told to end as a whole; the wrapper stays to note how the command ended.
trap '' HUP
trap : INT TERM QUIT

umask 077
[ "$claim" = made ] || mkdir "$folder" || exit 75

# The name of a program may hold blanks and brackets: fields are counted behind the last.
start_time() {
	start=${20}
}
read -r stat <"/proc/$$/stat"
start_time ${stat##*) }
read -r boot </proc/sys/kernel/random/boot_id

# The second half of the claim: who finds a folder without pid may bury it by making one.
set -C
echo "$$ $start $boot" >"$folder/pid" || exit 75
set +C

(
	umask "$mask"
	exec "$@"
) >>"$folder/output" 2>&1

echo "$?" >"$folder/status"
