"""Packages and releases for AWS Lambda; never imports Pulumi."""
