# Whether an instance may be made: what every policy found, each with the mode that counts for who asks. What is denied
# decides; what is excepted, warned of or audited is told.
package crane.admission

# No input, no permission.
default decision := {"allow": false, "settings": null, "violations": []}

decision := {
	"allow": count([1 | some violation in violations; violation.mode == "deny"]) == 0,
	"settings": object.get(input, ["settings", "version"], 0),
	"violations": [violation | some violation in sort(violations); violation.mode != "off"],
} if {
	is_string(input.actor.role)
	is_string(input.service)
}

violations contains object.union(found, {
	"policy": meta.id,
	"title": meta.title,
	"severity": meta.severity,
	"mode": mode(meta.id, found),
}) if {
	some name
	meta := data.crane.policies[name].meta
	some found in data.crane.policies[name].violation
}

# Nobody outside the table has a say: an unknown role, or a policy that has no mode, is denied.
wanted(id) := object.get(
	object.get(input, ["settings", "modes", input.actor.role], {}),
	id,
	object.get(data.admission.modes, [input.actor.role, id], "deny"),
)

mode(id, found) := "excepted" if {
	wanted(id) in {"deny", "warn"}
	is_excepted(id)
} else := found.ceiling if {
	# What a policy is not sure of is never more than that.
	wanted(id) == "deny"
} else := wanted(id)

is_excepted(id) if {
	some exception in object.get(input, "exceptions", [])
	exception.policy == id
	exception.expiresAt > input.now
	is_for(exception, "app")
	is_for(exception, "service")
}

is_for(exception, what) if object.get(exception, what, null) in {null, input[what]}
