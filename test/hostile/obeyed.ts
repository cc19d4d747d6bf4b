/** What a terminal obeys, but for line ends. */
export const OBEYED =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

/** What GitHub's log obeys, and Azure's, and TeamCity's. */
export const LOG_COMMAND = /^\s*::|##\[|##vso\[|##teamcity\[/m;
