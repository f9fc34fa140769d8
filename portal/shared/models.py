from portal.shared.content_version import ContentVersion
from portal.shared.history import Change
from portal.shared.search import SearchWord

__all__ = ["Change", "ContentVersion", "SearchWord"]
