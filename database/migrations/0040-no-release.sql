-- The server lifts no order: nothing legitimate ever set a release, and the vault counts none.
REVOKE UPDATE (released_at) ON health.observation_order FROM hk_health_service;
