"""What became of each finding, from the trial that told it until one that proves it mended?"""

from rehearsal.follow_up.following import actions_of, followed, not_closed
from rehearsal.follow_up.observation import Observation, observation_of

__all__ = ["Observation", "actions_of", "followed", "not_closed", "observation_of"]
