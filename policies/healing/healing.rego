# What to do with an instance that failed: replace it at once the first time, then later each time, and give up on a
# service that keeps failing. Settings are in data.json; `giveUpAfter` counts replacements within ten minutes.
package crane.healing

default decision := {"action": "back-off", "delayMs": 5000, "reason": "the policy has no rule for this failure"}

decision := {
	"action": action,
	"delayMs": delay_ms,
	"reason": substring(sprintf("%v %v; %v", [input.instance, input.failure.text, consequence]), 0, 500),
}

kinds := {"exited", "oom", "unhealthy", "unresponsive", "removed", "stopped"}

restarts := input.recentRestarts if {
	input.failure.kind in kinds
	input.recentRestarts >= 0
}

is_given_up if restarts >= data.healing.giveUpAfter

# 1 s, 2 s, 4 s … from the second time on.
back_off_ms := 0 if restarts == 0

else := min([data.healing.firstDelayMs * bits.lsh(1, min([restarts - 1, 20])), data.healing.maxDelayMs])

# Several instances that run and do not answer, and none that does: most likely something they all need is down, and
# replacing them all at once would only make it worse.
is_common_cause if {
	input.failure.kind in {"unhealthy", "unresponsive"}
	input.replicas.desired > 1
	input.replicas.ready == 0
}

delay_ms := data.healing.maxDelayMs if is_given_up

else := max([back_off_ms, data.healing.commonCauseDelayMs]) if is_common_cause

else := back_off_ms

action := "give-up" if is_given_up

else := "replace" if delay_ms == 0

else := "back-off"

consequence := sprintf("gives up after %v replacements within ten minutes", [restarts]) if is_given_up

else := "replaced at once" if delay_ms == 0

else := sprintf("no other replica is ready, a common cause is likely: replaced in %v", [seconds]) if {
	is_common_cause
	delay_ms > back_off_ms
}

else := sprintf("replacement %v within ten minutes: in %v", [restarts + 1, seconds])

seconds := sprintf("%v s", [delay_ms / 1000])
