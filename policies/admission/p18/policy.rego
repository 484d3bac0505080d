# P18: Where digests are listed, only those run.
package crane.policies.p18

import data.crane.admission.lib

meta := {"id": "P18", "title": "trusted images", "severity": "high"}

violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("%s runs %s of %s, which is none of the trusted images", [input.service, substring(digest, 0, 26), rule.prefix]),
	"fix": "Name a trusted digest, or let an administrator add this one.",
} if {
	some rule in lib.params("P18").trusted
	startswith(input.ref, rule.prefix)
	digest := known_digest
	not digest in rule.digests
}

known_digest := regex.replace(input.repoDigest, `^.*@`, "") if is_string(input.repoDigest)

known_digest := input.imageId if {
	is_string(input.imageId)
	not is_string(object.get(input, "repoDigest", null))
}
