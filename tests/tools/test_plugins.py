"""Policy packs and component plugins, started by the real command line through the language host."""

import json
from pathlib import Path
from textwrap import dedent

import pytest
from tools.pulumi_project import REPOSITORY, Project, needs_pulumi, new_project, runtime

pytestmark = needs_pulumi

ANALYZER = """
    import os
    import signal
    import sys
    from concurrent.futures import ThreadPoolExecutor

    import grpc
    from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc, plugin_pb2


    class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
        def GetPluginInfo(self, request, context):
            return plugin_pb2.PluginInfo(version="1.0.0")

        def GetAnalyzerInfo(self, request, context):
            return analyzer_pb2.AnalyzerInfo(name="house", version="1.0.0")

        def Analyze(self, request, context):
            if request.name != "forbidden":
                return analyzer_pb2.AnalyzeResponse()
            print("asked about", request.name)
            names = ("PULUMI_PROJECT", "PULUMI_STACK", "PULUMI_ORGANIZATION", "PULUMI_DRY_RUN", "PULUMI_CONFIG")
            diagnostic = analyzer_pb2.AnalyzeDiagnostic(
                policyName="no-forbidden-things",
                policyPackName="house",
                policyPackVersion="1.0.0",
                message=" ".join(os.environ[name] for name in names),
                enforcementLevel=analyzer_pb2.MANDATORY,
                urn=request.urn,
            )
            return analyzer_pb2.AnalyzeResponse(diagnostics=[diagnostic])

        def AnalyzeStack(self, request, context):
            return analyzer_pb2.AnalyzeResponse()

        def Remediate(self, request, context):
            return analyzer_pb2.RemediateResponse()


    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    server = grpc.server(ThreadPoolExecutor(max_workers=4))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    server.wait_for_termination()
    """
"""What pulumi-policy is to the command line, as far as one policy needs it."""

COMPONENT_PLUGIN = """
    import inspect
    import lambdaform
    import pulumi
    from pulumi.provider.experimental import component_provider_host

    public = [getattr(lambdaform, name) for name in sorted(lambdaform.__all__)]
    components = [each for each in public if inspect.isclass(each) and issubclass(each, pulumi.ComponentResource)]
    component_provider_host(components, "lambdaform")
    """


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    made = new_project(tmp_path_factory.mktemp("plugins"))
    made.run("config", "set", "--stack", "dev", "size", "large")
    return made


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return plugin(tmp_path, "PulumiPolicy.yaml", ANALYZER)


def plugin(folder: Path, file: str, program: str) -> Path:
    (folder / file).write_text(f"description: for a test\n{runtime()}", encoding="utf-8")
    (folder / "__main__.py").write_text(dedent(program), encoding="utf-8")
    return folder


def component(name: str) -> str:
    return f'import pulumi\n\npulumi.ComponentResource("shop:index:Shelf", "{name}")\n'


def test_a_policy_pack_stops_what_it_forbids_and_knows_the_stack(project: Project, pack: Path):
    result = project.preview(component("forbidden"), "--policy-pack", str(pack))

    assert result.returncode == 1
    assert "no-forbidden-things" in result.stdout
    assert 'shop dev organization true {"shop:size": "large"}' in result.stdout


def test_a_policy_pack_lets_the_rest_pass(project: Project, pack: Path):
    result = project.preview(component("books"), "--policy-pack", str(pack))

    assert result.returncode == 0, result.stdout + result.stderr
    assert "house" in result.stdout


def test_what_a_policy_pack_says_when_it_does_not_start_is_shown(project: Project, tmp_path: Path):
    pack = plugin(tmp_path, "PulumiPolicy.yaml", 'print("I want coffee first")\n')
    result = project.preview(component("books"), "--policy-pack", str(pack))

    assert result.returncode != 0
    assert "the policy pack did not start: its first line is `I want coffee first`" in result.stdout + result.stderr


def test_the_components_are_a_plugin_for_programs_in_other_languages(project: Project, tmp_path: Path):
    folder = plugin(tmp_path, "PulumiPlugin.yaml", COMPONENT_PLUGIN)
    result = project.run("package", "get-schema", str(folder))

    assert result.returncode == 0, result.stderr
    agreed = json.loads((REPOSITORY / "tests" / "infra" / "schema.json").read_text(encoding="utf-8"))
    assert json.loads(result.stdout)["resources"].keys() == agreed["resources"].keys()
