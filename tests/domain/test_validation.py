"""How a correction is merged into what is known."""

from dataclasses import replace

from pipeline.domain.application import Participant
from pipeline.domain.rules import Rules
from pipeline.domain.validation import merged, missing, names_all, nothing_new, problems_after
from tests.domain.build import people, person, problem


def test_every_required_field_that_is_empty_is_missing(rules: Rules) -> None:
    lacking = missing((Participant(1), replace(Participant(2), withdrawn=True)), rules)

    assert [p.field for p in lacking] == list(rules.required_fields)
    assert {p.participant for p in lacking} == {1}


def test_what_a_correction_says_wins_and_what_it_leaves_out_stays() -> None:
    known = (person(phone=None),)
    now, _ = merged(known, (), (Participant(1, name="町田花子", phone="03-0000-0001"),), ())

    assert now == (person(phone="03-0000-0001"),)


def test_people_are_matched_by_name_whatever_their_number() -> None:
    known = (person(1), person(2, phone=None))
    now, _ = merged(known, (), (replace(person(2), number=1),), ())

    assert now == people(2)


def test_a_form_without_a_name_answers_for_the_one_who_was_asked() -> None:
    known = (person(1), person(2, phone=None))
    asked = (problem(2, "phone"),)
    now, _ = merged(known, asked, (Participant(1, phone="042-000-0000"),), ())

    assert now == people(2)


def test_where_several_were_asked_a_form_without_a_name_answers_by_its_number() -> None:
    known = (person(1, phone=None), person(2, phone=None))
    asked = (problem(1, "phone"), problem(2, "phone"))
    now, _ = merged(known, asked, (Participant(2, phone="042-000-0000"),), ())

    assert now == (person(1, phone=None), person(2))


def test_a_name_answers_for_the_one_whose_name_was_asked_about() -> None:
    known = (person(1), person(2, name="町田字郎"))
    asked = (problem(2, "name", "unclear"),)
    now, _ = merged(known, asked, (replace(person(2), number=1),), ())

    assert now == people(2)


def test_two_forms_do_not_answer_for_the_same_person() -> None:
    first, second = Participant(1, phone="1"), Participant(2, phone="2")
    now, _ = merged((person(1),), (), (first, second), ())

    assert [p.phone for p in now] == ["1", "2"]


def test_who_is_new_is_added_with_a_number_of_their_own() -> None:
    now, said = merged(
        people(2), (), (replace(person(3), number=1),), (problem(1, "email", "unclear"),)
    )

    assert now == people(3)
    assert said == (problem(3, "email", "unclear"),)


def test_who_has_withdrawn_is_nobodys_match() -> None:
    left = (person(1), replace(person(2), withdrawn=True))
    now, _ = merged(left, (), (person(2),), ())

    assert [p.withdrawn for p in now] == [False, True, False]
    assert now[2].number == 3
    assert names_all(left, (person(1),))


def test_what_was_said_unclearly_of_nobody_is_left_out(rules: Rules) -> None:
    _, said = merged(people(1), (), (), (problem(1, "email", "unclear"),))

    assert said == ()
    gone = (replace(person(), withdrawn=True), person(2))
    assert problems_after(gone, (problem(1, "email", "unclear"),), rules) == ()


def test_what_is_missing_is_not_said_to_be_unclear_as_well(rules: Rules) -> None:
    said = (problem(1, "phone", "unclear"), problem(1, "email", "unclear"))

    assert problems_after((person(phone=None),), said, rules) == (
        problem(1, "phone"),
        problem(1, "email", "unclear"),
    )


def test_a_form_that_repeats_what_is_known_says_nothing_new() -> None:
    assert nothing_new(people(2), (person(2), Participant(1)))
    assert not nothing_new(people(2), (person(2, position="主任"),))
    assert nothing_new(people(1), (Participant(7, phone="042-000-0000"),))
