package crane.admission_test

import data.crane.admission

question := {
	"actor": {"role": "user"},
	"app": "shop-1",
	"service": "web",
	"now": 1000,
	"create": {"User": "1000", "Healthcheck": {"Test": ["CMD", "true"]}, "HostConfig": {
		"ReadonlyRootfs": true,
		"CapDrop": ["ALL"],
		"Memory": 1048576,
		"NanoCpus": 1000,
		"PidsLimit": 5,
		"SecurityOpt": ["no-new-privileges:true"],
	}},
}

# An ordinary question with some of its HostConfig changed.
changed(host, more) := object.union_n([question, {"create": {"HostConfig": host}}, more])

modes(answer) := {violation.policy: violation.mode | some violation in answer.violations}

test_nothing_is_allowed_without_a_question if not admission.decision.allow with input as {}

test_nothing_is_allowed_without_a_role if {
	not admission.decision.allow with input as object.remove(question, ["actor"])
}

test_an_ordinary_instance_is_allowed if {
	answer := admission.decision with input as question
	answer == {"allow": true, "settings": 0, "violations": []}
}

test_what_a_user_may_not_an_administrator_is_warned_of if {
	answer := admission.decision with input as changed({"Privileged": true}, {})
	not answer.allow
	modes(answer).P01 == "deny"
	other := admission.decision with input as changed({"Privileged": true}, {"actor": {"role": "admin"}})
	other.allow
	modes(other).P01 == "warn"
}

test_some_things_nobody_may if {
	answer := admission.decision with input as changed(
		{"Binds": ["/var/run/docker.sock:/s:rw"]},
		{"actor": {"role": "admin"}},
	)
	not answer.allow
	modes(answer) == {"P06": "deny", "P07": "warn"}
}

test_all_violations_come_at_once if {
	answer := admission.decision with input as changed({"Privileged": true, "PidMode": "host", "Memory": 0}, {})
	modes(answer) == {"P01": "deny", "P02": "deny", "P12": "deny"}
}

test_an_unknown_role_is_denied_everything if {
	answer := admission.decision with input as changed({"Privileged": true}, {"actor": {"role": "guest"}})
	modes(answer).P01 == "deny"
	not answer.allow
}

test_settings_change_modes_and_are_named if {
	answer := admission.decision with input as changed(
		{"Privileged": true},
		{"settings": {"version": 7, "modes": {"user": {"P01": "audit"}}}},
	)
	answer.allow
	answer.settings == 7
	modes(answer).P01 == "audit"
}

test_what_is_off_is_not_told if {
	answer := admission.decision with input as changed(
		{"Privileged": true},
		{"settings": {"modes": {"user": {"P01": "off"}}}},
	)
	answer == {"allow": true, "settings": 0, "violations": []}
}

test_settings_change_parameters if {
	answer := admission.decision with input as changed(
		{"CapAdd": ["CHOWN"]},
		{"settings": {"params": {"P03": {"capabilities": ["NET_BIND_SERVICE"]}}}},
	)
	modes(answer).P03 == "deny"
}

exception := {"policy": "P01", "app": null, "service": null, "expiresAt": 2000}

test_an_exception_lets_through_and_is_told if {
	answer := admission.decision with input as changed({"Privileged": true}, {"exceptions": [exception]})
	answer.allow
	modes(answer).P01 == "excepted"
}

test_an_exception_ends if {
	late := object.union(exception, {"expiresAt": 1000})
	answer := admission.decision with input as changed({"Privileged": true}, {"exceptions": [late]})
	not answer.allow
}

test_an_exception_is_for_what_it_names if {
	every other in [{"app": "other-2"}, {"service": "db"}, {"policy": "P02"}] {
		narrow := object.union(exception, other)
		answer := admission.decision with input as changed({"Privileged": true}, {"exceptions": [narrow]})
		not answer.allow
	}
	exact := object.union(exception, {"app": "shop-1", "service": "web"})
	answer := admission.decision with input as changed({"Privileged": true}, {"exceptions": [exact]})
	answer.allow
}

test_what_is_unsure_is_at_most_a_warning if {
	scan := {"imageId": "a", "state": "no-database", "startedAt": 1000, "databaseAt": null, "findings": []}
	answer := admission.decision with input as changed({}, {"imageId": "a", "scan": scan})
	answer.allow
	modes(answer) == {"P17": "warn"}
	strict := admission.decision with input as changed({}, {
		"imageId": "a",
		"scan": scan,
		"settings": {"params": {"P17": {"unknown": "deny"}}},
	})
	not strict.allow
}
