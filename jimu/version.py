"""The version of Jimu; CHANGELOG.md says what each one brought."""

VERSION = "0.1.0"
