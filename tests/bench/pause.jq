# The transitions and the pause of one swap, from the sandbox's log and the hooks' log.
# Times of the sandbox are seconds, of the hooks milliseconds, on one monotonic clock.
def ms: . * 1000;
def call($event; $procedure):
	[ $log[] | select(.event == $event and .procedure == $procedure) | .t | ms ];
def role($to; $since):
	[ $log[] | select(.event == "role" and .to == $to) | .t | ms | select(. > $since) ][0];

($hooks | map(select(.hook == "pause-writes"))[-1]) as $pause
| ($hooks | map(select(.hook == "resume-writes"))[-1]) as $resume
| ($pause.t_ms + $pause.took_ms) as $from
| def begun($p): call("call_begun"; $p) | map(select(. > $pause.t_ms));
  def ended($p): call("call_ended"; $p) | map(select(. > $pause.t_ms));
  begun("ttRepSubscriberWait") as $wait
| ended("ttRepSubscriberWait") as $waited
| role("IDLE"; $from) as $idle
| role("ACTIVE"; $from) as $active
| begun("ttRepStop")[-1] as $stop
| begun("ttRepDeactivate")[-1] as $fence
| begun("ttRepStateSet")[-1] as $activate
| ([ $waited[] | select(. < $stop) ][-1]) as $drained
| ([ $wait[] | select(. > $fence) ][0]) as $prove
| ([ $waited[] | select(. > $fence) ][0]) as $proved
| [ ["5-6", $wait[0] - $from],
    ["6-7", $stop - $drained],
    ["7-7a", $fence - ended("ttRepStop")[-1]],
    (if $prove then ["7a-7b", $prove - $idle], ["7b-8", $activate - $proved]
     else ["7a-8", $activate - $idle] end),
    ["8-8a", $resume.t_ms - $active],
    ["pause", ([$resume.t_ms, $active] | max) - $from] ]
| .[] | "\($prefix) \(.[0]) \(.[1])"
