"""A gateway that a template describes: what it is asked, and how its answers are read."""

import pytest

from registration.telephony.backends.base import Call, PermanentFailure, TemporaryFailure, Text
from registration.telephony.backends.http import LONGEST_ANSWER, Gateway
from tests.support.telephone_company import Answer
from tests.telephony.conftest import NUMBER, by_gateway

TRICKY = Text(NUMBER, 'He said "1"\n{reference} & 2 = +%0A@x #1')
OK = Answer(200, {"messages": [{"id": "m-1"}]})


def gateway(company, **endpoint):
    entry = by_gateway(company.url, **endpoint)
    return Gateway(name=entry["NAME"], **entry["OPTIONS"])


def send(provider, text=TRICKY):
    return provider.send_text(text, reference="ref-1")


def test_a_json_template_is_filled_and_its_words_are_not(company):
    company.script = [OK]
    words = {"to": ["{digits}"], "text": "{body}", "id": {"ours": "{reference}", "n": 1}}
    receipt = send(gateway(company, json=words, headers={"Authorization": "Bearer x"}))
    (asked,) = company.asked
    assert asked.headers["authorization"] == "Bearer x"
    assert asked.headers["content-type"] == "application/json"
    assert '{"ours": "ref-1", "n": 1}' in asked.body
    assert '["12025550123"]' in asked.body
    assert r'"He said \"1\"\n{reference} & 2 = +%0A@x #1"' in asked.body
    assert receipt.sid == "m-1"


@pytest.mark.parametrize("place", ["form", "query"])
def test_a_form_and_a_query_carry_the_text_unharmed(company, place):
    words = {"to": "{to}", "text": "{body}"}
    send(gateway(company, **{place: words}, method="GET" if place == "query" else "POST"))
    (asked,) = company.asked
    assert asked.fields == {"to": NUMBER, "text": TRICKY.body}
    assert (asked.body == "") is (place == "query")


def test_a_query_of_the_address_itself_is_kept(company):
    provider = gateway(company, url=f"{company.url}/send?account=7", query={"text": "{body}"})
    send(provider)
    assert company.asked[0].fields == {"account": "7", "text": TRICKY.body}


def test_a_gateway_can_place_calls(company):
    words = {"to": "{to}", "say": "{body}", "lang": "{language}", "ext": "{extension}"}
    call = {"url": f"{company.url}/call", "json": words}
    provider = Gateway(name="voice", call=call)
    provider.place_call(Call(NUMBER, "1, 2", "de", "7"), reference="r")
    assert (provider.texts, provider.calls) == (False, True)
    assert '"say": "1, 2", "lang": "de", "ext": "7"' in company.asked[0].body


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (Answer(500), TemporaryFailure),
        (Answer(400, {"error": {"code": "busy"}}), TemporaryFailure),
        (Answer(302, headers={"Location": "https://elsewhere.example"}), TemporaryFailure),
        (Answer(400, {"error": {"code": "bad_number"}}), PermanentFailure),
        (Answer(200, {"error": {"code": "bad_number"}}), PermanentFailure),
        (Answer(410), PermanentFailure),
    ],
)
def test_what_a_refusal_means_is_said_by_the_template(company, answer, failure):
    company.script = [answer]
    with pytest.raises(failure):
        send(gateway(company, error="error.code", permanent=["bad_number", 410]))
    assert len(company.asked) == 1


def test_only_the_statuses_named_are_success(company):
    company.script = [Answer(200), Answer(202)]
    provider = gateway(company, success=[202])
    with pytest.raises(TemporaryFailure):
        send(provider)
    send(provider)


@pytest.mark.parametrize(
    "content", ["", "no JSON", "[]", '{"messages": []}', '{"messages": [{"id": null}]}']
)
def test_an_answer_without_a_name_is_still_an_answer(company, content):
    company.script = [Answer(200, content)]
    assert send(gateway(company)).sid == ""


@pytest.mark.parametrize("said", ["+12025550123 is barred", "no: (202) 555-0123", "12025550123"])
def test_a_number_in_a_refusal_goes_no_further(company, said):
    """S-C28: what a gateway says goes into logs and the trail."""
    company.script = [Answer(400, {"error": {"code": said}})] * 2
    with pytest.raises(TemporaryFailure) as unsure:
        send(gateway(company, error="error.code"))
    with pytest.raises(PermanentFailure) as lasting:
        send(gateway(company, error="error.code", permanent=[said[:20]]))
    for failure in (unsure.value, lasting.value):
        assert "0123" not in f"{failure.code} {failure!r}"


@pytest.mark.parametrize("content", ["[" * 60_000, '{"a":' * 10_000])
def test_a_bottomless_answer_is_still_an_answer(company, content):
    company.script = [Answer(200, content)]
    assert send(gateway(company)).sid == ""


def test_an_endless_answer_is_not_read_to_its_end(company):
    company.script = [Answer(200, "x" * (LONGEST_ANSWER * 4))]
    assert send(gateway(company)).sid == ""


def test_it_may_ask_to_be_left_alone_and_not_for_ever(company):
    company.script = [Answer(503, headers={"Retry-After": "7"})]
    company.script += [Answer(503, headers={"Retry-After": "99999"})]
    company.script += [Answer(503, headers={"Retry-After": "9" * 5000})]
    waits = []
    for _ in range(3):
        with pytest.raises(TemporaryFailure) as failure:
            send(gateway(company))
        waits.append(failure.value.retry_after)
    assert waits == [7, 300, 0]


@pytest.mark.parametrize("words", [{}, {"json": {}, "form": {}}])
def test_a_template_holds_the_message_in_one_place(words):
    with pytest.raises(ValueError, match="one of json, form and query"):
        Gateway(name="x", text={"url": "https://sms.example", **words})
