package crane.policies.p16_test

import data.crane.policies.p16

test_meta_names_the_policy if p16.meta.id == "P16"

test_good_cases_are_let_through if {
	count(data.admission.p16.good) > 0
	every _, example in data.admission.p16.good {
		count(p16.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p16.bad) > 0
	every _, example in data.admission.p16.bad {
		found := p16.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
