"""The program: load settings, build, export."""

import pulumi

try:
    import settings
    import stack
except ModuleNotFoundError as error:
    if error.name not in ("lambdaform", "lambdaform_delivery", "pulumi_aws"):
        raise
    pulumi.log.error(f"{error.name} is not installed in the environment of this project: run `make setup`")
    raise SystemExit(1) from None

for name, value in stack.build(settings.load()).items():
    pulumi.export(name, value)
