import type { ErrorCode } from 'yaml';

/**
 * Our own words for broken YAML: the parser's quote the file, and so could quote a password.
 * Codes: https://eemeli.org/yaml/#errors
 */
export const yamlFault = (code: ErrorCode): string => `not valid YAML: ${REASON[code] ?? OTHER}`;

const OTHER = 'the parser cannot read this place; check quotes, brackets and indentation';

const REASON: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'an alias (*name) cannot carry an anchor or a tag',
  BAD_ALIAS: 'an alias needs a name after its *; put the value in quotes if it is a text',
  BAD_DQ_ESCAPE:
    'an unknown escape in a double-quoted text; use single quotes to keep backslashes as they are',
  BAD_INDENT: 'the indentation does not fit the lines above, or a bracket is not closed',
  BAD_SCALAR_START: 'a plain text cannot start with this character; put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a second key on one line; put the value in quotes if it holds ": "',
  BLOCK_IN_FLOW: 'an indented block cannot stand inside { } or [ ]',
  DUPLICATE_KEY: 'this key was given before in the same map; keep one',
  KEY_OVER_1024_CHARS: 'a key of more than 1024 characters',
  MISSING_CHAR: 'a comma, quote, bracket or blank is missing here',
  MULTILINE_IMPLICIT_KEY: 'a key that goes over several lines; is a colon missing above?',
  MULTIPLE_DOCS: 'a second document after ---; one file holds one configuration',
  RESOURCE_EXHAUSTION: 'nested too deeply',
  TAB_AS_INDENT: 'a tab in the indentation; use blanks',
  TAG_RESOLVE_FAILED: 'a tag (!name) has no meaning here; put the value in quotes if it is a text',
  UNEXPECTED_TOKEN: 'something unexpected; check quotes, brackets and indentation',
};
