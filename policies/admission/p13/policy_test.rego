package crane.policies.p13_test

import data.crane.policies.p13

test_meta_names_the_policy if p13.meta.id == "P13"

test_good_cases_are_let_through if {
	count(data.admission.p13.good) > 0
	every _, example in data.admission.p13.good {
		count(p13.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p13.bad) > 0
	every _, example in data.admission.p13.bad {
		found := p13.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
