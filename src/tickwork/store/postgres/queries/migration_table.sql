CREATE TABLE IF NOT EXISTS tickwork.migration (
    number bigint PRIMARY KEY,
    stage text NOT NULL,
    name text NOT NULL,
    applied bigint NOT NULL
)
