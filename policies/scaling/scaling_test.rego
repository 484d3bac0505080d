package crane.scaling_test

import data.crane.scaling

settings := {"tolerance": 0.1, "staleAfterSeconds": 5}

reading(name, value) := {"kind": "value", "name": name, "value": value, "ageSeconds": 0.3, "query": ""}

missing(name) := {"kind": "missing", "name": name, "reason": "nothing was measured", "query": ""}

question(desired, ready, targets, signals) := {
	"trigger": "loop",
	"app": "shop-1",
	"service": "web",
	"replicas": {"desired": desired, "ready": ready},
	"bounds": {"min": 1, "max": 10, "cooldownUpMs": 3000, "cooldownDownMs": 3000, "stabilizationMs": 60000},
	"targets": targets,
	"signals": signals,
	"alert": null,
	"sinceLastUpMs": null,
	"sinceLastDownMs": null,
	"now": 1700000000000,
}

decide(desired, ready, targets, signals) := decision if {
	decision := scaling.decision with input as question(desired, ready, targets, signals)
		with data.scaling as settings
}

busy(desired, ready, value) := decide(desired, ready, {"requestsPerSecond": 50}, [reading("requestsPerSecond", value)])

test_asks_for_enough_replicas_to_bring_the_load_to_its_target if {
	busy(1, 1, 231) == {
		"target": 5,
		"reason": "231 req/s per replica against a target of 50",
		"perSignal": {"requestsPerSecond": 5},
	}
}

test_holds_within_the_tolerance if {
	busy(4, 4, 54.9).target == 4
	busy(4, 4, 55).target == 4
	busy(4, 4, 45.1).target == 4
	contains(busy(4, 4, 54).reason, "within the tolerance of 10 %")
}

test_goes_up_above_and_down_below_the_tolerance if {
	busy(4, 4, 55.1).target == 5
	busy(4, 4, 44.9).target == 4
	busy(4, 4, 37).target == 3
}

test_does_not_count_starting_instances_twice if {
	busy(5, 1, 231).target == 5
	busy(5, 2, 115.5).target == 5
	busy(5, 5, 46.2).target == 5
}

test_sums_the_load_when_some_replicas_are_gone if {
	busy(3, 2, 75).target == 3
	busy(3, 2, 45).target == 2
}

test_exactly_a_multiple_is_not_rounded_up if {
	busy(1, 1, 150).target == 3
	decide(1, 1, {"cpuPercent": 0.1}, [reading("cpuPercent", 0.3)]).target == 3
}

test_idle_asks_for_nothing_and_leaves_min_to_the_bounds if busy(3, 3, 0).target == 0

test_nothing_ready_is_taken_for_one if busy(1, 0, 120).target == 3

test_wakes_from_zero if busy(0, 0, 20).target == 1

test_missing_has_no_opinion if {
	decision := decide(3, 3, {"requestsPerSecond": 50}, [missing("requestsPerSecond")])
	decision.target == null
	decision.reason == "no signal could be used: requestsPerSecond is missing (nothing was measured)"
	decision.perSignal == {}
}

test_stale_is_like_missing if {
	stale := object.union(reading("requestsPerSecond", 500), {"ageSeconds": 5.1})
	decision := decide(3, 3, {"requestsPerSecond": 50}, [stale])
	decision.target == null
	contains(decision.reason, "requestsPerSecond is stale (5.1 s old)")
}

test_a_missing_signal_lets_others_scale_out if {
	signals := [missing("p95Ms"), reading("requestsPerSecond", 100)]
	decision := decide(2, 2, {"requestsPerSecond": 50, "p95Ms": 200}, signals)
	decision.target == 4
	contains(decision.reason, "p95Ms is missing")
}

test_a_missing_signal_never_lets_others_scale_in if {
	signals := [missing("p95Ms"), reading("requestsPerSecond", 5)]
	decision := decide(3, 3, {"requestsPerSecond": 50, "p95Ms": 200}, signals)
	decision.target == 3
	contains(decision.reason, "not scaled in while p95Ms is missing")
}

test_a_signal_that_was_not_even_read_is_missing if {
	decide(3, 3, {"requestsPerSecond": 50, "cpuPercent": 60}, [reading("requestsPerSecond", 5)]).target == 3
}

test_the_highest_signal_wins_and_is_named if {
	signals := [reading("requestsPerSecond", 60), reading("cpuPercent", 95), reading("memoryPercent", 10)]
	targets := {"requestsPerSecond": 50, "cpuPercent": 50, "memoryPercent": 80}
	decision := decide(2, 2, targets, signals)
	decision.target == 4
	decision.perSignal == {"requestsPerSecond": 3, "cpuPercent": 4, "memoryPercent": 1}
	decision.reason == "95 % CPU against a target of 50 %"
}

test_a_signal_without_a_target_is_ignored if {
	signals := [reading("requestsPerSecond", 50), reading("cpuPercent", 100)]
	decide(2, 2, {"requestsPerSecond": 50}, signals).perSignal == {"requestsPerSecond": 2}
}

test_latency_scales_the_replicas_that_produced_it if {
	decide(2, 2, {"p95Ms": 200}, [reading("p95Ms", 500)]).target == 5
	decide(4, 2, {"p95Ms": 200}, [reading("p95Ms", 300)]).target == 4
	decide(4, 4, {"p95Ms": 200}, [reading("p95Ms", 90)]).target == 2
	decide(4, 2, {"p95Ms": 200}, [reading("p95Ms", 200)]).target == 4
}

test_failures_are_told_in_percent if {
	decision := decide(2, 2, {"errorRate": 0.05}, [reading("errorRate", 0.12)])
	decision.target == 5
	decision.reason == "12 % of requests failed against a target of 5 %"
}

test_no_targets_no_opinion if {
	decide(2, 2, {}, [reading("requestsPerSecond", 500)]) == {
		"target": null,
		"reason": "no signal has a target",
		"perSignal": {},
	}
}

test_an_absurd_value_stays_a_sane_number if busy(1, 1, 1e30).target == 10000

test_nonsense_has_no_opinion if {
	decision := scaling.decision with input as {"replicas": "many"} with data.scaling as settings
	decision.target == null
}
