import json

from lambdaform_sandbox.gateway.access_log import access_line

FORMAT = json.dumps({"id": "$context.requestId", "ip": "$context.identity.sourceIp", "error": "$context.error.message"})


def test_every_variable_is_replaced_and_an_unknown_one_is_a_dash() -> None:
    line = access_line(FORMAT, {"requestId": "id", "identity.sourceIp": "127.0.0.1"})

    assert json.loads(line) == {"id": "id", "ip": "127.0.0.1", "error": "-"}


def test_a_clients_text_cannot_end_a_field() -> None:
    forged = 'x", "status": "200\n'

    assert json.loads(access_line(FORMAT, {"requestId": forged}))["id"] == forged
