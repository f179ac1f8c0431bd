"""The authorizer: IAM for the emulated AWS, with resources, conditions, boundaries and resource policies.

`policy` decides, `requests` says what a call needs, `roles` and `resource_policies` read the documents, `enforcement`
puts it before every call.
"""
