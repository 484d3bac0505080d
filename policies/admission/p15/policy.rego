# P15: What is critical and can be fixed is fixed before it runs.
package crane.policies.p15

meta := {"id": "P15", "title": "fixable critical vulnerability", "severity": "critical"}

violation contains {
	"path": "/Image",
	"field": "image",
	"finding": item.id,
	"msg": sprintf("%s has %s (CRITICAL) in %s %s, which %s fixes", [input.service, item.id, item.package, item.installed, item.fixed]),
	"fix": sprintf("Update %s to %s in the image, or let an administrator waive it: crane scan waive %s --reason …", [item.package, item.fixed, item.id]),
} if {
	some item in input.scan.findings
	item.severity == "CRITICAL"
	is_string(item.fixed)
	item.isWaived == false
}
