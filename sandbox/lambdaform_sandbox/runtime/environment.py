"""The environment variables of a handler: Lambda's, the sandbox's and the function's own; nothing of the caller's."""

from pathlib import Path

from ..authorizer.credentials import Credentials
from ..deployed import DeployedFunction

__all__ = ["handler_environment", "log_group_name"]


def handler_environment(
    function: DeployedFunction,
    *,
    credentials: Credentials,
    endpoint_url: str,
    log_stream_name: str,
    task_root: Path,
    layers_root: Path,
    runtime_directory: Path,
    temporary_directory: Path,
) -> dict[str, str]:
    """Return every variable of the handler's process; none is inherited.

    The function's own variables replace the defaults that AWS lets them replace, and nothing else: none of them leads
    out of the sandbox or takes the role away.
    """
    return {
        **_defaults(task_root, layers_root),
        **function.environment,
        **_invariable(function, log_stream_name),
        **_role(credentials),
        **_inside(function, endpoint_url, temporary_directory),
        "LAMBDA_TASK_ROOT": str(task_root),
        "LAMBDA_RUNTIME_DIR": str(runtime_directory),
    }


def log_group_name(function: DeployedFunction) -> str:
    """Return the log group: the function's `LoggingConfig.LogGroup`, or Lambda's default."""
    return function.log_group or f"/aws/lambda/{function.name}"


def _defaults(task_root: Path, layers_root: Path) -> dict[str, str]:
    return {
        "LANG": "en_US.UTF-8",
        "LD_LIBRARY_PATH": f"{task_root}:{task_root / 'lib'}:{layers_root / 'lib'}",
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{layers_root / 'bin'}",
        "TZ": ":UTC",
    }


def _invariable(function: DeployedFunction, log_stream_name: str) -> dict[str, str]:
    return {
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_GROUP_NAME": log_group_name(function),
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream_name,
        "AWS_REGION": function.region,
        "_HANDLER": function.handler,
    }


def _role(credentials: Credentials) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token or "",
    }


def _inside(function: DeployedFunction, endpoint_url: str, temporary_directory: Path) -> dict[str, str]:
    """Return what keeps a handler inside: every AWS endpoint on loopback, no metadata service, no tracing."""
    return {
        **{name: endpoint_url for name in function.environment if name.startswith("AWS_ENDPOINT_URL_")},
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "AWS_XRAY_SDK_ENABLED": "false",
        # SDKs read ~/.aws: without a home of its own, the handler's would find the developer's.
        "HOME": str(temporary_directory),
        "TMPDIR": str(temporary_directory),
    }
