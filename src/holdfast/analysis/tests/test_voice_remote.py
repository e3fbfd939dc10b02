import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from holdfast.analysis import voice

pytestmark = pytest.mark.slow

GOOD = {
    "tone": "negative",
    "p_negative": 0.97,
    "p_complaint": 1,
    "aspects": [{"aspect": "快递", "opinion": "翻车", "polarity": "negative"}],
    "topics": ["delivery"],
}
TEXT = "快递翻车"


class Service(BaseHTTPRequestHandler):
    """Answers what the test put into `answer` and keeps what it was asked."""

    answer, status, asked = "", 200, []

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, self.headers.get("Authorization"), body))
        told = json.dumps({"choices": [{"message": {"content": type(self).answer}}]}).encode()
        self.send_response(type(self).status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    Service.asked, Service.status = [], 200
    server = HTTPServer(("127.0.0.1", 0), Service)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield voice.Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "any", "secret", 5)
    server.shutdown()
    thread.join()
    server.server_close()


def answers(*rows):
    Service.answer = json.dumps({"rows": list(rows)})


def test_sound_answers_stand_and_empty_comments_are_not_sent(service):
    answers(GOOD)

    found = voice.read_remote([TEXT, "", None], service).to_pylist()

    assert {name: found[0][name] for name in GOOD} == GOOD
    assert [row["remote"] for row in found] == [True, False, False]
    path, key, body = Service.asked[0]
    assert (path, key, len(Service.asked)) == ("/v1/chat/completions", "Bearer secret", 1)
    assert json.loads(body["messages"][1]["content"]) == [TEXT]


@pytest.mark.parametrize(
    "wrong",
    [
        {**GOOD, "tone": "angry"},
        {**GOOD, "p_negative": 1.5},
        {**GOOD, "p_complaint": True},
        {**GOOD, "p_negative": None},
        {**GOOD, "topics": ["no such topic"]},
        {**GOOD, "aspects": [{"aspect": "made up", "opinion": "翻车", "polarity": "negative"}]},
        {**GOOD, "aspects": "none"},
        "words",
        None,
    ],
)
def test_a_row_that_cannot_be_believed_is_read_by_our_own_model_and_the_others_stand(service, wrong):
    answers(GOOD, wrong)

    found = voice.read_remote([TEXT, TEXT], service).drop_columns(["remote"]).to_pylist()

    assert found[0]["p_negative"] == GOOD["p_negative"]
    assert found[1] == voice.read([TEXT]).to_pylist()[0]


@pytest.mark.parametrize("answer", ["no json", "{}", '{"rows": {}}', '{"rows": []}', "[1]"])
def test_an_answer_of_another_shape_leaves_everything_to_our_own_model(service, answer):
    Service.answer = answer

    assert voice.read_remote([TEXT], service).drop_columns(["remote"]).equals(voice.read([TEXT]))


def test_errors_and_silence_leave_everything_to_our_own_model(service):
    answers(GOOD)
    Service.status = 500
    nobody = voice.Endpoint("http://127.0.0.1:9/v1", "any", timeout=1)

    for endpoint in (service, nobody):
        assert voice.read_remote([TEXT], endpoint).drop_columns(["remote"]).equals(voice.read([TEXT]))


def test_an_address_that_is_none_is_refused():
    with pytest.raises(ValueError, match="no http address"):
        voice.Endpoint("file:///etc/passwd", "x")
