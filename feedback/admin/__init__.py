from feedback.admin.api_key import ApiKeyAdmin

__all__ = ["ApiKeyAdmin"]
