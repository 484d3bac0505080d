package crane.policies.p12_test

import data.crane.policies.p12

test_meta_names_the_policy if p12.meta.id == "P12"

test_good_cases_are_let_through if {
	count(data.admission.p12.good) > 0
	every _, example in data.admission.p12.good {
		count(p12.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p12.bad) > 0
	every _, example in data.admission.p12.bad {
		found := p12.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
