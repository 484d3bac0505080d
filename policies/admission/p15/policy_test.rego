package crane.policies.p15_test

import data.crane.policies.p15

test_meta_names_the_policy if p15.meta.id == "P15"

test_good_cases_are_let_through if {
	count(data.admission.p15.good) > 0
	every _, example in data.admission.p15.good {
		count(p15.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p15.bad) > 0
	every _, example in data.admission.p15.bad {
		found := p15.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
