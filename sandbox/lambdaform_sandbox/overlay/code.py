"""The code of a function: a zip in the request, or an object in a bucket."""

# moto carries no types that a strict check could use:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping
from typing import Any

from moto.awslambda.utils import get_backend
from moto.s3.exceptions import MissingBucket, MissingKey
from moto.s3.models import s3_backends

from ..moto_call import AwsError
from .functions import Functions

__all__ = ["code_sha256", "layer_zips", "read_code"]

_UNPACKED_BYTES = 262_144_000


def read_code(functions: Functions, given: Mapping[str, Any]) -> bytes:
    """Return the bytes of the zip that `ZipFile` holds or `S3Bucket`, `S3Key` and `S3ObjectVersion` name."""
    if "ImageUri" in given:
        raise AwsError("InvalidParameterValueException", "the sandbox does not run container images, give a zip")
    if "ZipFile" not in given and not {"S3Bucket", "S3Key"} <= given.keys():
        raise AwsError("InvalidParameterValueException", "Please provide a source for function code.")
    code: bytes = given["ZipFile"] if "ZipFile" in given else _object(functions.account, given)
    _check_zip(code)
    return code


def code_sha256(code: bytes) -> str:
    """Return the digest as the API gives it, in base64."""
    return base64.b64encode(hashlib.sha256(code).digest()).decode()


def layer_zips(functions: Functions, arns: list[str]) -> dict[str, bytes]:
    """Return the zips of layer versions by ARN, in order; a layer that does not exist is refused."""
    backend = get_backend(functions.account, functions.region)
    zips: dict[str, bytes] = {}
    for arn in arns:
        layer = backend.layers_versions_by_arn(arn)
        if layer is None:
            raise AwsError("InvalidParameterValueException", f"Layer version {arn} does not exist.")
        zips[arn] = layer.code_bytes
    return zips


def _object(account: str, given: Mapping[str, Any]) -> bytes:
    """Read the object version that is named, or the newest; say what is missing as Lambda does."""
    bucket, key, version = given["S3Bucket"], given["S3Key"], given.get("S3ObjectVersion")
    try:
        found = s3_backends[account]["aws"].get_object(bucket, key, version_id=version)
    except MissingBucket:
        raise _unreadable("NoSuchBucket", "The specified bucket does not exist") from None
    except MissingKey:
        found = None
    if found is None and version:
        raise _unreadable("NoSuchVersion", "The specified version does not exist.")
    if found is None:
        raise _unreadable("NoSuchKey", "The specified key does not exist.")
    return found.value


def _unreadable(code: str, message: str) -> Exception:
    return AwsError(
        "InvalidParameterValueException",
        f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}",
    )


def _check_zip(code: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(code)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        message = "Could not unzip uploaded file. Please check your file, then try to upload again."
        raise AwsError("InvalidParameterValueException", message) from None
    if unpacked > _UNPACKED_BYTES:
        raise AwsError("InvalidParameterValueException", f"Unzipped size must be smaller than {_UNPACKED_BYTES} bytes")
