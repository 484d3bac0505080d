package crane.policies.p10_test

import data.crane.policies.p10

test_meta_names_the_policy if p10.meta.id == "P10"

test_good_cases_are_let_through if {
	count(data.admission.p10.good) > 0
	every _, example in data.admission.p10.good {
		count(p10.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p10.bad) > 0
	every _, example in data.admission.p10.bad {
		found := p10.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
