"""Who may invoke a function: one AWS service, for one source in this account, through the alias and nothing else."""

import pulumi
import pulumi_aws as aws

from .account import account_of
from .outputs import derived

__all__ = ["permit_invoke"]


def permit_invoke(
    component: pulumi.ComponentResource,
    name: str,
    alias_arn: pulumi.Input[str],
    principal: str,
    source_arn: pulumi.Input[str],
) -> aws.lambda_.Permission:
    """Let the service `principal` invoke the alias on behalf of `source_arn` and of no other account.

    The account is written out because some ARNs (an S3 bucket's) carry none. Source: Lambda developer guide, "Granting
    Lambda function access to AWS services".
    """
    return aws.lambda_.Permission(
        name,
        action="lambda:InvokeFunction",
        function=derived(alias_arn, lambda arn: arn.split(":")[6]),
        qualifier=derived(alias_arn, lambda arn: arn.split(":")[7]),
        principal=principal,
        source_arn=source_arn,
        source_account=account_of(component).id,
        opts=pulumi.ResourceOptions(parent=component),
    )
