"""The desk's acts: /admin/deployments/<record>/<id>/<verb>/."""

urlpatterns: list = []
