# What the applications saw between `from` and `to`, both in microseconds, by their ledger:
# longest time in which nobody, and in which one worker, was acknowledged; longest
# transaction; those that failed; those that did not. Times in milliseconds.
#
# Lines: A|U|R DATABASE WORKER SEQ KIND AMOUNT SENT ENDED WORD

function overlaps(since, until) {
	return since < to && until > from
}

$1 == "A" {
	if (last && overlaps(last, $8) && $8 - last > gap)
		gap = $8 - last
	if ($8 > last)
		last = $8
	if (($3 in last_of) && overlaps(last_of[$3], $8) && $8 - last_of[$3] > worker_gap)
		worker_gap = $8 - last_of[$3]
	last_of[$3] = $8
}

overlaps($7, $8) {
	if ($1 != "A")
		failed++
	else if ($8 - $7 > longest)
		longest = $8 - $7
	committed += $1 == "A"
}

END {
	printf "%.2f %.2f %.2f %d %d\n", gap / 1000, worker_gap / 1000, longest / 1000, failed,
		committed
}
