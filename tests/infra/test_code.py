import base64
import hashlib
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pulumi
import pytest
from infra.samples import ACCOUNT, HANDLER, function_args, make_project
from lambdaform import AliasOwner, Function, InputError
from lambdaform.code import packager
from lambdaform.testing import Recording, Resource, deploy
from lambdaform_delivery.errors import PackagingError
from lambdaform_delivery.packaging import Package

FUNCTION = "aws:lambda/function:Function"
IMAGE = f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/worker@sha256:{'cd' * 32}"


def deployed(project: Path, **code: Any) -> Recording:
    args = function_args(artifact=None, **code)
    return deploy(lambda: pulumi.export("release", Function("worker", args).release), root=project)


def function(project: Path, **code: Any) -> Resource:
    return deployed(project, **code).one(FUNCTION)


def problem(project: Path, **code: Any) -> str:
    with pytest.raises(InputError) as raised:
        deployed(project, **code)
    [only] = raised.value.problems
    return str(only)


def zipped(**files: str) -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(f"{name}.py", text)
    return content.getvalue()


def test_a_source_folder_is_packaged_and_named_by_its_digest(tmp_path: Path):
    recording = deployed(make_project(tmp_path), source="code")

    made = recording.one(FUNCTION)
    package = Path(made["code"].path)
    digest = base64.b64encode(hashlib.sha256(package.read_bytes()).digest()).decode()
    assert zipfile.ZipFile(package).read("handler.py") == HANDLER.encode()
    assert made["packageType"] == "Zip"
    assert made["sourceCodeHash"] == recording.exports["release"]["code_sha256"] == digest


def test_the_same_source_is_the_same_code_in_every_folder(tmp_path: Path):
    here, there = (make_project(tmp_path / name) for name in ("here", "there"))

    assert function(here, source="code")["sourceCodeHash"] == function(there, source="code")["sourceCodeHash"]


def test_other_source_is_other_code(tmp_path: Path):
    here, there = make_project(tmp_path / "a"), make_project(tmp_path / "b", {"code/handler.py": f"{HANDLER}\n"})

    assert function(here, source="code")["sourceCodeHash"] != function(there, source="code")["sourceCodeHash"]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"source": "nowhere"}, "source is 'nowhere': must be a folder in the project"),
        ({"source": "code/handler.py"}, "source is 'code/handler.py': must be a folder in the project"),
        (
            {"source": "code", "handler": "app.handle"},
            "handler is 'app.handle': must name a function in a file of code",
        ),
        ({"source": "code", "handler": "handle"}, "handler is 'handle': must name a function in a file of code"),
        ({"source": "code", "handler": "handler.main"}, "handler is 'handler.main': handler.py defines no main"),
        ({"source": "broken"}, "handler is 'handler.handle': handler.py is not valid Python"),
        ({"archive": "nowhere.zip"}, "archive is 'nowhere.zip': must be a zip file in the project"),
        ({"archive": "Pulumi.yaml"}, "archive is 'Pulumi.yaml': must be a zip file in the project"),
    ],
)
def test_code_that_could_not_be_loaded_is_refused(tmp_path: Path, changes: dict[str, str], expected: str):
    project = make_project(tmp_path, {"broken/handler.py": "def handle(:"})

    assert problem(project, **changes).startswith(expected)


def test_a_handler_may_be_imported_from_elsewhere(tmp_path: Path):
    project = make_project(tmp_path, {"code/app/api.py": "from somewhere import handle\n"})

    assert function(project, source="code", handler="app.api.handle")["handler"] == "app.api.handle"


def test_only_python_is_packaged(tmp_path: Path):
    told = problem(make_project(tmp_path), source="code", runtime="nodejs22.x")

    assert told.startswith("runtime is 'nodejs22.x': source and placeholder are Python; build it and use archive")


def test_what_packaging_refuses_is_a_problem_of_the_source(tmp_path: Path):
    def fail(_source: Path, _target: object) -> Package:
        raise PackagingError("requirements.txt line 3 has no hash", hint="lock it")

    reset = packager.set(fail)
    try:
        with pytest.raises(InputError) as raised:
            deploy_with_packages(make_project(tmp_path))
    finally:
        packager.reset(reset)

    assert "source is 'code': requirements.txt line 3 has no hash; lock it" in str(raised.value)


def deploy_with_packages(project: Path) -> Recording:
    return deploy(lambda: Function("worker", function_args(artifact=None, source="code")), root=project, packages=True)


@pytest.mark.parametrize("field", ["source", "archive"])
def test_what_is_too_large_for_a_direct_upload_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str):
    monkeypatch.setattr("lambdaform.code.LARGEST_DIRECT_UPLOAD_BYTES", 10)
    project = make_project(tmp_path, {"ready.zip": zipped(handler=HANDLER)})

    told = problem(project, **{field: {"source": "code", "archive": "ready.zip"}[field]})

    assert "AWS takes at most 50 MB in a direct upload; put it into a bucket and use artifact" in told


def test_a_ready_archive_is_uploaded_as_it_is(tmp_path: Path):
    content = zipped(handler=HANDLER)

    made = function(make_project(tmp_path, {"ready.zip": content}), archive="ready.zip")

    assert made["code"].path == str(tmp_path / "ready.zip")
    assert made["sourceCodeHash"] == base64.b64encode(hashlib.sha256(content).digest()).decode()


def test_an_artifact_is_named_so_exactly_that_nobody_can_swap_it():
    late = {"bucket": "artifacts", "key": "worker.zip", "version_id": "3", "sha256": "00" * 32}
    made = deploy(
        lambda: Function(
            "worker", function_args(artifact={key: pulumi.Output.from_input(value) for key, value in late.items()})
        )
    ).one(FUNCTION)

    assert (made["s3Bucket"], made["s3Key"], made["s3ObjectVersion"]) == ("artifacts", "worker.zip", "3")
    assert made["sourceCodeHash"] == base64.b64encode(bytes(32)).decode()


def test_an_image_is_known_by_its_digest(tmp_path: Path):
    recording = deployed(make_project(tmp_path), handler=None, image_uri=IMAGE)

    assert recording.one(FUNCTION)["imageUri"] == IMAGE
    assert recording.exports["release"]["code_sha256"] == "cd" * 32


def test_an_image_can_be_started_differently(tmp_path: Path):
    options = {"command": ["app.handle"], "entry_point": ["/start"], "working_directory": "/srv"}

    made = function(make_project(tmp_path), handler=None, image_uri=IMAGE, image=options)

    assert made["imageConfig"] == {
        "commands": ["app.handle"],
        "entryPoints": ["/start"],
        "workingDirectory": "/srv",
    }


def test_a_placeholder_raises_and_belongs_to_the_pipeline(tmp_path: Path):
    recording = deployed(
        make_project(tmp_path), placeholder=True, alias_owner=AliasOwner.RELEASE, handler="app.api.run"
    )

    [(path, asset)] = recording.one(FUNCTION)["code"].assets.items()
    namespace: dict[str, Any] = {}
    exec(asset.text, namespace)  # noqa: S102  # the code that Lambda would run
    assert path == "app/api.py"
    with pytest.raises(RuntimeError, match="no code has been released to this function yet"):
        namespace["run"]({}, None)
    assert recording.exports["release"]["code_owner"] == "pipeline"
