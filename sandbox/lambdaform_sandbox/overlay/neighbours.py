"""What moto lacks of the services around Lambda, as far as a program here uses it."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportUnknownParameterType=false

import json
from typing import Any
from urllib.parse import unquote

from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.logs.models import LogGroup
from moto.logs.responses import LogsResponse

from ..patching import Patches
from . import updates

__all__ = ["install"]

_STAGE_FIELDS = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}


def install(patches: Patches) -> None:
    """Put the missing behaviour into moto."""
    patches.replace(LogsResponse, "create_log_group", _create_log_group(LogsResponse.create_log_group))
    patches.replace(LogGroup, "to_describe_dict", _describe_log_group(LogGroup.to_describe_dict))
    patches.replace(ApiGatewayV2Response, "update_stage", _update_stage)
    updates.install(patches)


def _create_log_group(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def create_log_group(self: Any) -> str:  # noqa: ANN401  # moto's response class
        """Keep the class of the group, which cannot be changed later."""
        answer: str = stock(self)
        group = self.logs_backend.groups[self._get_param("logGroupName")]
        group.log_group_class = self._get_param("logGroupClass", "STANDARD")
        return answer

    return create_log_group


def _describe_log_group(stock: Any) -> Any:  # noqa: ANN401  # moto's method
    def to_describe_dict(self: Any) -> dict[str, Any]:  # noqa: ANN401  # moto's LogGroup
        """Read the class of the group back."""
        return {**stock(self), "logGroupClass": getattr(self, "log_group_class", "STANDARD")}

    return to_describe_dict


def _update_stage(self: Any) -> tuple[int, dict[str, str], str]:  # noqa: ANN401  # moto's response class
    """Change the given fields of a stage and no other."""
    *_, api_id, _, stage_name = self.path.split("/")
    stage = self.apigatewayv2_backend.get_stage(api_id, unquote(stage_name))
    for name, value in json.loads(self.body).items():
        if name in _STAGE_FIELDS:
            setattr(stage, _STAGE_FIELDS[name], value)
    return 200, {}, json.dumps(stage.to_json())
