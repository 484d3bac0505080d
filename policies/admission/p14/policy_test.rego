package crane.policies.p14_test

import data.crane.policies.p14

test_meta_names_the_policy if p14.meta.id == "P14"

test_good_cases_are_let_through if {
	count(data.admission.p14.good) > 0
	every _, example in data.admission.p14.good {
		count(p14.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p14.bad) > 0
	every _, example in data.admission.p14.bad {
		found := p14.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
