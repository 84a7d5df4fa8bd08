// Every diagnostic code there is. Codes are stable: scripts filter by them, so one is never renamed or reused.

/** Code → what it means in general. Kept in alphabetical order. */
export const diagnosticCodes = {
  'annotation-unknown': 'An annotation under a prefix Portico reads has a name nobody knows.',
  'yaml-syntax': 'A document is not valid YAML; nothing in it can be read.',
} as const satisfies Record<string, string>

export type DiagnosticCode = keyof typeof diagnosticCodes
