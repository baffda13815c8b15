//! Part of Carafe.
