# How many replicas a service should have, by its signals. Crane bounds the answer (min, max, cooldown, stabilisation).
#
# Per signal: replicas that would bring the value to its target, as the Kubernetes HPA computes it; the highest wins.
# Within the tolerance nothing changes. A missing or stale signal has no opinion, and while one is missing the service
# is never scaled in.
package crane.scaling

default decision := {"target": null, "reason": "the policy has no opinion on this input", "perSignal": {}}

decision := {
	"target": target,
	"reason": substring(reason, 0, 500),
	"perSignal": wishes,
}

desired := input.replicas.desired

# The values are per ready replica, and at least one is assumed, as by whoever measured.
ready := max([input.replicas.ready, 1])

usable[signal.name] := signal.value if {
	some signal in input.signals
	signal.kind == "value"
	is_number(signal.value)
	signal.value >= 0
	signal.ageSeconds <= data.scaling.staleAfterSeconds
	input.targets[signal.name] > 0
}

unusable contains name if {
	some name, _ in input.targets
	not usable[name]
}

# Work that replicas share: the sum is what counts. It does not depend on how many replicas are wanted already, so
# instances that are still starting are not asked for twice.
shared := {"requestsPerSecond", "inFlight", "cpuPercent", "memoryPercent"}

total[name] := usable[name] * ready if {
	some name in shared
	usable[name]
}

# Value over target, as if all wanted replicas took part.
ratio[name] := total[name] / (max([desired, 1]) * input.targets[name])

ratio[name] := value / input.targets[name] if {
	some name, value in usable
	not name in shared
}

is_held(name) if {
	desired > 0
	abs(ratio[name] - 1) <= data.scaling.tolerance + epsilon
}

wishes[name] := desired if {
	some name, _ in ratio
	is_held(name)
}

wishes[name] := round_up(total[name] / input.targets[name]) if {
	some name, _ in ratio
	name in shared
	not is_held(name)
}

# What is not shared (latency, failures) cannot be summed: the replicas that produced the value are scaled by it.
wishes[name] := max([desired, round_up(ready * ratio[name])]) if {
	some name, _ in ratio
	not name in shared
	not is_held(name)
	ratio[name] > 1
}

wishes[name] := round_up(desired * ratio[name]) if {
	some name, _ in ratio
	not name in shared
	not is_held(name)
	ratio[name] <= 1
}

# Floating point must not turn exactly 3 into 4.
round_up(x) := min([ceil(x - epsilon), 10000]) if x > epsilon

round_up(x) := 0 if x <= epsilon

epsilon := 0.000000001

highest := max([wish | some wish in wishes])

is_kept if {
	count(unusable) > 0
	highest < desired
}

target := null if count(wishes) == 0

else := desired if is_kept

else := highest

reason := "no signal has a target" if count(input.targets) == 0

else := sprintf("no signal could be used: %v", [missing_text]) if count(wishes) == 0

else := sprintf("%v; not scaled in while %v", [winning_text, missing_text]) if is_kept

else := sprintf("%v; %v", [winning_text, missing_text]) if count(unusable) > 0

else := winning_text

# The first of those that ask for the most, in the order they were measured.
winner := [signal.name | some signal in input.signals; wishes[signal.name] == highest][0]

winning_text := sprintf("%v, within the tolerance of %v %%", [measured_text, round(data.scaling.tolerance * 100)]) if is_held(winner)

else := measured_text

measured_text := sprintf(phrases[winner].text, [
	amount(usable[winner] * phrases[winner].factor),
	amount(input.targets[winner] * phrases[winner].factor),
])

phrases := {
	"requestsPerSecond": {"factor": 1, "text": "%v req/s per replica against a target of %v"},
	"inFlight": {"factor": 1, "text": "%v open requests per replica against a target of %v"},
	"p95Ms": {"factor": 1, "text": "p95 of %v ms against a target of %v ms"},
	"errorRate": {"factor": 100, "text": "%v %% of requests failed against a target of %v %%"},
	"cpuPercent": {"factor": 1, "text": "%v %% CPU against a target of %v %%"},
	"memoryPercent": {"factor": 1, "text": "%v %% memory against a target of %v %%"},
}

# About three digits, for people.
amount(x) := round(x) if x >= 100

amount(x) := round(x * 10) / 10 if {
	x >= 10
	x < 100
}

amount(x) := round(x * 100) / 100 if x < 10

missing_text := concat(", ", [missing_phrase(name) | some name in unusable])

missing_phrase(name) := sprintf("%v is missing (%v)", [name, signal.reason]) if {
	some signal in input.signals
	signal.name == name
	signal.kind == "missing"
} else := sprintf("%v is stale (%v s old)", [name, amount(signal.ageSeconds)]) if {
	some signal in input.signals
	signal.name == name
	signal.ageSeconds > data.scaling.staleAfterSeconds
} else := sprintf("%v was not measured", [name])
