from portal.shared.work.heartbeat import Heartbeat
from portal.shared.work.job import Job
from portal.shared.work.mail import OutgoingMail
from portal.shared.work.periodic import Round

__all__ = ["Heartbeat", "Job", "OutgoingMail", "Round"]
