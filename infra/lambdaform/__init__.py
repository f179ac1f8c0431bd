"""AWS Lambda in production, on Pulumi, in Python."""
