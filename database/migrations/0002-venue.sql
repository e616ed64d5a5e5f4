SET ROLE hk_venue_owner;

CREATE TABLE venue.venue (
  venue_id uuid PRIMARY KEY,
  -- The host, by the pseudonym of the venue sector.
  host uuid NOT NULL,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 20),
  kind text NOT NULL,
  address text NOT NULL CHECK (char_length(address) BETWEEN 1 AND 120),
  latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  usual_stay_minutes integer NOT NULL CHECK (usual_stay_minutes BETWEEN 1 AND 1440),
  -- Signed by the vault from this row; null for the moment between the two.
  venue_code text,
  created_at timestamptz NOT NULL
);
CREATE INDEX venue_host ON venue.venue (host);
COMMENT ON TABLE venue.venue IS 'Retention: as long as the venue takes part.';

CREATE TABLE venue.gate (
  gate_id uuid PRIMARY KEY,
  venue_id uuid NOT NULL REFERENCES venue.venue,
  name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 40),
  -- SHA-256 of the one-time code; null once it is used.
  code_digest bytea UNIQUE,
  code_expires_at timestamptz,
  -- RFC 7638 thumbprint of the gate's key; null until it is enrolled.
  key_thumbprint text UNIQUE,
  created_at timestamptz NOT NULL,
  enrolled_at timestamptz
);
CREATE INDEX gate_venue ON venue.gate (venue_id);
COMMENT ON TABLE venue.gate IS 'Retention: as long as the venue takes part; an unused invitation 24 hours.';

RESET ROLE;
