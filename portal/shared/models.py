from portal.shared.content_version import ContentVersion
from portal.shared.history import Change
from portal.shared.search import SearchWord
from portal.shared.slowing import Bucket

__all__ = ["Bucket", "Change", "ContentVersion", "SearchWord"]
