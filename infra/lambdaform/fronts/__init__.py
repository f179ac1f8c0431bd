"""What lets people and programs call a function, one front a file."""

from .http_api import Cors, HttpApi, HttpApiArgs, JwtAuthorizer, LambdaAuthorizer, Throttle

__all__ = ["Cors", "HttpApi", "HttpApiArgs", "JwtAuthorizer", "LambdaAuthorizer", "Throttle"]
