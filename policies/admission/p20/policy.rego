# P20: Secrets are handed in as secrets.
package crane.policies.p20

import data.crane.admission.lib

meta := {"id": "P20", "title": "secrets in the clear", "severity": "high"}

places := {"environment": "environment", "image": "image"}

# The values themselves never come here: Crane says what kind of secret it saw, and where.
violation contains object.union(
	{
		"path": sprintf("/%s", [places[item.where]]),
		"field": places[item.where],
		"seen": item.name,
		"msg": sprintf("%s has a secret in the clear in %s: %s (%s)", [input.service, where_text[item.where], item.name, item.kind]),
		"fix": "Hand it in as a secret (secrets: of the file, or crane secret set), which is a file in memory, and change the value that was seen.",
	},
	ceiling(item),
) if {
	some item in object.get(input, "clearSecrets", [])
}

where_text := {"environment": "its environment", "image": "its image"}

ceiling(item) := {"ceiling": lib.params("P20").names} if {
	item.isByName == true
	lib.params("P20").names != "deny"
} else := {}
