"""Public addresses of missions (under /en/ and /fr/)."""

urlpatterns: list = []
