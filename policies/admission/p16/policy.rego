# P16: What is severe is told.
package crane.policies.p16

meta := {"id": "P16", "title": "other vulnerabilities", "severity": "medium"}

open_findings := [item | some item in input.scan.findings; item.isWaived == false]

violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("%s has %d critical vulnerabilities without a fix: %s", [input.service, count(ids), concat(", ", array.slice(ids, 0, 5))]),
	"fix": "Use another base image, or watch for the fix.",
} if {
	ids := sort({item.id | some item in open_findings; item.severity == "CRITICAL"; item.fixed == null})
	count(ids) > 0
}

violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("%s has %d vulnerabilities of severity HIGH: %s", [input.service, count(ids), concat(", ", array.slice(ids, 0, 5))]),
	"fix": "Update the packages: see crane scan.",
} if {
	ids := sort({item.id | some item in open_findings; item.severity == "HIGH"})
	count(ids) > 0
}

violation contains {
	"path": "/Image",
	"field": "image",
	"msg": sprintf("the operating system of %s gets no security updates any more", [input.service]),
	"fix": "Use a newer base image.",
} if {
	input.scan.isEndOfLife == true
}
