//! GitHub, AWS and the trucks API on loopback, over the real wire.
