package crane.healing_test

import data.crane.healing

settings := {"firstDelayMs": 1000, "maxDelayMs": 300000, "commonCauseDelayMs": 5000, "giveUpAfter": 12}

question(kind, restarts, ready) := {
	"app": "shop-1",
	"service": "web",
	"instance": "web-3-1",
	"failure": {"kind": kind, "exitCode": 1, "text": "exited with code 1"},
	"recentRestarts": restarts,
	"replicas": {"desired": 2, "ready": ready},
	"now": 1700000000000,
}

decide(kind, restarts, ready) := decision if {
	decision := healing.decision with input as question(kind, restarts, ready)
		with data.healing as settings
}

test_replaces_at_once_the_first_time_whatever_happened if {
	every kind in ["exited", "oom", "unhealthy", "unresponsive", "removed", "stopped"] {
		decide(kind, 0, 1) == {
			"action": "replace",
			"delayMs": 0,
			"reason": "web-3-1 exited with code 1; replaced at once",
		}
	}
}

test_waits_twice_as_long_each_time if {
	[decide("exited", n, 1).delayMs | some n in [1, 2, 3, 4]] == [1000, 2000, 4000, 8000]
	decide("exited", 3, 1) == {
		"action": "back-off",
		"delayMs": 4000,
		"reason": "web-3-1 exited with code 1; replacement 4 within ten minutes: in 4 s",
	}
}

test_never_waits_longer_than_the_cap if decide("exited", 11, 1).delayMs == 300000

test_gives_up_only_after_the_limit if {
	decide("oom", 11, 0).action == "back-off"
	decide("oom", 12, 0).action == "give-up"
	decide("oom", 100000, 0).delayMs == 300000
}

test_waits_when_everything_that_runs_stopped_answering if {
	decision := decide("unresponsive", 0, 0)
	decision.action == "back-off"
	decision.delayMs == 5000
	contains(decision.reason, "a common cause is likely")
}

test_a_common_cause_does_not_shorten_the_back_off if decide("unhealthy", 5, 0).delayMs == 16000

test_a_crash_is_replaced_at_once_also_when_nothing_else_runs if decide("exited", 0, 0).action == "replace"

test_a_single_replica_has_no_common_cause if {
	alone := object.union(question("unresponsive", 0, 0), {"replicas": {"desired": 1, "ready": 0}})
	decision := healing.decision with input as alone with data.healing as settings
	decision.action == "replace"
}

test_nonsense_backs_off if {
	decision := healing.decision with input as {"failure": {"kind": "bored"}} with data.healing as settings
	decision == {"action": "back-off", "delayMs": 5000, "reason": "the policy has no rule for this failure"}
}
