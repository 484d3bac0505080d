package crane.policies.p19_test

import data.crane.policies.p19

test_meta_names_the_policy if p19.meta.id == "P19"

test_good_cases_are_let_through if {
	count(data.admission.p19.good) > 0
	every _, example in data.admission.p19.good {
		count(p19.violation) == 0 with input as example
	}
}

test_bad_cases_are_found_with_place_words_and_fix if {
	count(data.admission.p19.bad) > 0
	every _, example in data.admission.p19.bad {
		found := p19.violation with input as example
		count(found) > 0
		every item in found {
			startswith(item.path, "/")
			item.msg != ""
			item.fix != ""
		}
	}
}
