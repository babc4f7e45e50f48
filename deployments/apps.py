from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeploymentsConfig(AppConfig):
    name = "deployments"
    verbose_name = _("Postings and deployments")

    def ready(self) -> None:
        from deployments.openings.deployed_count import deployed
        from deployments.openings.judged import states_now
        from deployments.setup import installation
        from missions.facts import POSTING_STATES, PUBLIC_FACTS

        installation.connect()
        if deployed not in PUBLIC_FACTS:
            PUBLIC_FACTS.append(deployed)
        if states_now not in POSTING_STATES:
            POSTING_STATES.append(states_now)
